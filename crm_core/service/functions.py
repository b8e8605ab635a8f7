"""What expressions may ask about service requests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit, User
from accounts.queries import branch_of, calendar_of
from crm_core.exceptions import RecordNotFound
from crm_core.service import operations
from crm_core.service.models import ServiceRequest
from crm_core.service.promises import tier_of
from workflows.registry import host_function

GIVEN_REQUEST = {"request": _("Service request")}


@host_function(
    "sla moment",
    label=_("When a part of the promised time is used up"),
    parameters=GIVEN_REQUEST | {"fraction": _("Fraction of the promised time (1 = all)")},
)
def sla_moment(request: UUID, fraction: Decimal) -> datetime | None:
    """The moment when so much of a request's promised time is used up; null while its clock stands still."""
    found = _request(request)
    return found.sla_moment(fraction, calendar_of(found.org_unit))


@host_function("first response due", label=_("When a request must be answered first"), parameters=GIVEN_REQUEST)
def first_response_due(request: UUID) -> datetime | None:
    """The moment by which the first response was promised."""
    return _request(request).first_response_due


@host_function("closed moment", label=_("When a request was closed"), parameters=GIVEN_REQUEST)
def closed_moment(request: UUID) -> datetime | None:
    """The moment a request was closed; null while it is open. Closing plans the timers that ask for it again."""
    return _request(request).closed_at


@host_function("tier of request", label=_("Customer tier of a request"), parameters=GIVEN_REQUEST)
def tier_of_request(request: UUID) -> str:
    """standard, silver, gold or top, by the customer's present level."""
    return tier_of(_request(request).customer).value


@host_function("manager for request", label=_("Manager of a request's handler"), parameters=GIVEN_REQUEST)
def manager_for_request(request: UUID) -> str | None:
    """Who leads the handler of a request, else the head of its branch."""
    manager = operations.manager_of_handler(_request(request))
    return manager.username if manager is not None else None


def _request(request: UUID) -> ServiceRequest:
    found = ServiceRequest.objects.select_related("org_unit", "customer", "handler").filter(pk=request).first()
    if found is None:
        raise RecordNotFound(f"There is no service request {request}.")
    return found


@host_function("staff for request", label=_("People a complaint may be about"), parameters=GIVEN_REQUEST)
def staff_for_request(request: UUID) -> list[dict[str, str]]:
    """The active people of the request's branch as options {label, value}, by name, at most 500."""
    branch = branch_of(_request(request).org_unit)
    if branch is None:
        return []
    people = User.objects.filter(is_active=True, org_unit__path__startswith=branch.path).order_by("username")
    return [
        {"label": f"{person.display_name} ({person.username})", "value": person.username} for person in people[:500]
    ]


@host_function("units for request", label=_("Units that may be responsible"), parameters=GIVEN_REQUEST)
def units_for_request(request: UUID) -> list[dict[str, str]]:
    """The units of the request's branch, itself included, as options {label, value}."""
    branch = branch_of(_request(request).org_unit)
    if branch is None:
        return []
    units = OrgUnit.objects.filter(path__startswith=branch.path).order_by("path")
    return [{"label": str(unit), "value": unit.code} for unit in units[:500]]


@host_function("other complaints", label=_("Other complaints of the customer"), parameters=GIVEN_REQUEST)
def other_complaints(request: UUID) -> list[dict[str, str]]:
    """The customer's other complaints of the last 90 days as options {label, value}, newest first."""
    found = _request(request)
    return [
        {"label": f"{other.number} {other.subject}", "value": other.number}
        for other in operations.complaints_of_customer(found).exclude(pk=found.pk).order_by("-created_at")[:50]
    ]
