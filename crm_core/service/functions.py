"""What expressions may ask about service requests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.queries import calendar_of
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
