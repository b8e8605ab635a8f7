"""Reading service requests: lists with the state of their clock, counts, one request with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts import scopes
from accounts.business_time import BusinessCalendar
from accounts.models import User
from accounts.queries import calendar_of
from config import clock
from crm_core.customers.models import Customer
from crm_core.history import RecordChange
from crm_core.permissions import seen
from crm_core.service.clock import used_hours
from crm_core.service.models import ReturnVisit, ServiceRequest, VisitStatus, WorkOrder

WARN_FROM = Decimal("0.8")
SORTS: Mapping[str, tuple[Any, ...]] = {
    "due": (F("resolve_due").asc(nulls_last=True), "created_at", "id"),
    "newest": ("-created_at", "id"),
    "oldest": ("created_at", "id"),
    "level": ("-escalation_level", F("resolve_due").asc(nulls_last=True), "id"),
    "number": ("number",),
}


class SlaState(StrEnum):
    """How a request stands to its promise."""

    RUNNING = "running"
    WARNING = "warning"
    BREACHED = "breached"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Sla:
    """``fraction`` of the promised time that is used (1 = all), ``left`` business hours (negative when late)."""

    state: SlaState
    fraction: Decimal
    left: Decimal
    due: datetime | None


def request_list(
    user: User,
    *,
    kinds: tuple[str, ...] = (),
    statuses: tuple[str, ...] = (),
    only_open: bool = False,
    severity: str = "",
    state: str = "",
    handler: User | None = None,
    queue: str = "",
    customer: Customer | None = None,
    text: str = "",
    sort: str = "due",
) -> QuerySet[ServiceRequest]:
    """The requests a person sees, filtered and sorted, with customer, handler, unit and queue joined.

    ``state``: ``breached`` (due has passed), ``paused``, or ``escalated``.
    """
    rows: QuerySet[ServiceRequest] = ServiceRequest.objects.visible_to(user)
    rows = rows.select_related("customer", "handler", "owner", "org_unit", "queue")
    exact: dict[str, Any] = {"severity": severity, "handler": handler, "queue_id": queue, "customer": customer}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if statuses:
        rows = rows.filter(status__in=statuses)
    if only_open:
        rows = rows.filter(status__in=ServiceRequest.OPEN)
    if state:
        rows = rows.filter(_state(state))
    if text.strip():
        rows = rows.filter(_matches(text))
    return rows.order_by(*SORTS.get(sort, SORTS["due"]))


def request_counts(user: User) -> dict[str, int]:
    """How many open requests a person sees: open, mine, unassigned, breached, escalated, paused; one query."""
    now = clock.now()
    rows = ServiceRequest.objects.visible_to(user).filter(status__in=ServiceRequest.OPEN)
    counts: dict[str, int] = rows.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(handler=user)),
        unassigned=Count("pk", filter=Q(handler=None)),
        breached=Count("pk", filter=Q(resolve_due__lt=now)),
        escalated=Count("pk", filter=Q(escalation_level__gt=0)),
        paused=Count("pk", filter=Q(sla_paused_at__isnull=False)),
    )
    return counts


def service_request(user: User, request_id: UUID | str) -> ServiceRequest:
    """One request the person may see; raises RecordNotFound."""
    return seen(ServiceRequest, user, request_id)


def sla_of(request: ServiceRequest) -> Sla:
    """How a request stands to its promise, by its unit's calendar."""
    return slas_of([request])[request.pk]


def slas_of(requests: Iterable[ServiceRequest]) -> dict[UUID, Sla]:
    """The same for a page of a list, by id: one query per unit, however many requests."""
    now = clock.now()
    calendars: dict[Any, BusinessCalendar] = {}
    found = {}
    for request in requests:
        if request.org_unit_id not in calendars:
            calendars[request.org_unit_id] = calendar_of(request.org_unit)
        found[request.pk] = _sla(request, used_hours(request, now, calendars[request.org_unit_id]))
    return found


def _sla(request: ServiceRequest, used: Decimal) -> Sla:
    fraction = used / request.sla_hours if request.sla_hours else Decimal(1)
    return Sla(_sla_state(request, fraction), fraction, request.sla_hours - used, request.resolve_due)


def history_of(user: User, request_id: UUID | str) -> QuerySet[RecordChange]:
    """What happened to a request the person may see, newest first."""
    found = service_request(user, request_id)
    rows = RecordChange.objects.filter(kind=ServiceRequest.record_kind, record_id=found.pk)
    return rows.select_related("by").order_by("-at", "-record_version")


def shown_fields(user: User, change: RecordChange) -> dict[str, list[Any]]:
    """The changed fields of a history row as this person may see them: masked ones show as null on both sides."""
    masked = scopes.mask_for(user, change.kind)
    return {name: [None, None] if name in masked else pair for name, pair in change.fields.items()}


def work_orders_of(user: User, request: ServiceRequest) -> QuerySet[WorkOrder]:
    """The visits ordered because of a request, as far as the person may see them."""
    rows: QuerySet[WorkOrder] = WorkOrder.objects.visible_to(user).filter(request=request)
    return rows.select_related("technician").order_by("created_at")


def return_visits_of(user: User, request: ServiceRequest) -> QuerySet[ReturnVisit]:
    """The return visits about a request, as far as the person may see them, the newest first."""
    rows: QuerySet[ReturnVisit] = ReturnVisit.objects.visible_to(user).filter(request=request)
    return rows.select_related("org_unit").order_by("-due_on", "-number")


def return_visits(user: User, *, only_due: bool = True, until: Any = None) -> QuerySet[ReturnVisit]:
    """The return visits a person sees, the next first; with ``until`` only those due by that day."""
    rows: QuerySet[ReturnVisit] = ReturnVisit.objects.visible_to(user)
    if only_due:
        rows = rows.filter(status=VisitStatus.DUE)
    if until is not None:
        rows = rows.filter(due_on__lte=until)
    return rows.select_related("customer", "request", "work_order", "owner", "org_unit").order_by("due_on", "number")


def _sla_state(request: ServiceRequest, fraction: Decimal) -> SlaState:
    if not request.is_open:
        return SlaState.KEPT if fraction <= 1 else SlaState.MISSED
    if request.is_paused:
        return SlaState.PAUSED
    if fraction >= 1:
        return SlaState.BREACHED
    return SlaState.WARNING if fraction >= WARN_FROM else SlaState.RUNNING


def _state(state: str) -> Q:
    conditions = {
        "breached": Q(resolve_due__lt=clock.now(), status__in=ServiceRequest.OPEN),
        "paused": Q(sla_paused_at__isnull=False),
        "escalated": Q(escalation_level__gt=0, status__in=ServiceRequest.OPEN),
    }
    return conditions.get(state, Q(pk__in=[]))


def _matches(text: str) -> Q:
    wanted = text.strip()
    return Q(number__iexact=wanted) | Q(subject__icontains=wanted) | Q(customer__name__icontains=wanted)
