"""The end of a work order inside a caller's transaction: the visit, its cost, the inspection and what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import calendar_of
from config import clock
from crm_core import storing
from crm_core.dispatch import operations, parts
from crm_core.dispatch.rates import less, rates
from crm_core.exceptions import WrongState
from crm_core.service import operations as requests
from crm_core.service.models import (
    RequestKind,
    ReturnVisit,
    ServiceRequest,
    VisitStatus,
    WorkOrder,
    WorkOrderStatus,
)

RETURN_VISIT_HOURS = 24
CONVERTED = "converted-to-complaint"
AFTER_VISIT = {
    "done": WorkOrderStatus.COMPLETED,
    "need_parts": WorkOrderStatus.PAUSED,
    "second_visit": WorkOrderStatus.PAUSED,
    "cannot_do": WorkOrderStatus.ON_SITE,
    "no_one_home": WorkOrderStatus.PAUSED,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a technician reports of one visit; hours and parts add to those of the visits before."""

    outcome: str
    arrived_at: datetime | None = None
    cause: str = ""
    hours: Decimal = Decimal(0)
    parts: parts.Items = field(default_factory=list)
    checklist: list[str] = field(default_factory=list)


def record_visit(order: WorkOrder, visit: Visit, *, actor: User | None) -> None:
    """Keep what one visit found and used. Raises WrongState for an outcome nobody knows."""
    assert connection.in_atomic_block
    if visit.outcome not in AFTER_VISIT:
        raise WrongState(_("A visit cannot end like that."))
    vain = visit.outcome == "no_one_home"
    values: dict[str, Any] = {
        "status": AFTER_VISIT[visit.outcome],
        "arrived_at": order.arrived_at or visit.arrived_at or clock.now(),
        "cause": visit.cause[:200] or order.cause,
        "hours": order.hours + visit.hours,
        "parts": [*order.parts, *visit.parts],
        "checklist": visit.checklist or order.checklist,
        "no_one_home": order.no_one_home + int(vain),
    }
    storing.change(order, values, actor=actor, act="visited", note=visit.outcome)


def settle_cost(order: WorkOrder, *, actor: User | None) -> None:
    """Work out labour and parts by the rates; a paid visit is charged to the customer less the concession."""
    assert connection.in_atomic_block
    labour, used = rates().labour(order.hours, order.crew), parts.cost_of(order)
    is_paid = order.charge == operations.PAID
    values = {
        "labour_cost": labour,
        "parts_cost": used,
        "charged": less(labour + used, order.concession_percent) if is_paid else Decimal(0),
    }
    storing.change(order, values, actor=actor, act="costed")
    if order.request is not None:
        storing.note_act(order.request, actor=actor, act="work-order-cost", note=f"{order.number}: {labour + used}")


def sample(order: WorkOrder) -> int:
    """A number from 0 to 99 that depends on nothing but the order's number: 5 % of all orders fall below 5."""
    return int(sha256(order.number.encode()).hexdigest()[:8], 16) % 100


def record_inspection(order: WorkOrder, passed: bool, note: str, *, actor: User | None) -> None:
    """Keep what the manager found."""
    assert connection.in_atomic_block
    values = {"inspection_passed": passed, "inspection_note": note, "status": WorkOrderStatus.INSPECTED}
    storing.change(order, values, actor=actor, act="inspected")


def close(order: WorkOrder, how: str, *, actor: User | None, note: str = "") -> ReturnVisit | None:
    """Close a work order that is done: its request is resolved and the customer asked back after three working days.

    A complaint stays with its own process, which knows what else was promised.
    """
    assert connection.in_atomic_block
    values = {"status": WorkOrderStatus.CLOSED, "outcome": how, "ended_at": clock.now()}
    storing.change(order, values, actor=actor, act=how, note=note)
    request = _request(order)
    if request is not None and request.kind != RequestKind.COMPLAINT and request.is_open:
        requests.note_first_response(request, actor=actor)
        storing.change(request, {"resolution": note or order.cause}, actor=actor, act="answered")
        requests.close_request(request, "answered", actor=actor)
    return _ask_back(order, request, actor)


def ask_for_replacement(order: WorkOrder, *, actor: User | None) -> ServiceRequest:
    """What cannot be repaired is asked for anew: a purchase request begins the approval of a replacement."""
    assert connection.in_atomic_block
    request = _follow_up(order, RequestKind.PURCHASE_REQUEST, _("Replacement: %(subject)s"))
    return requests.open_request(request, actor=actor)


def complain(order: WorkOrder, words: str, *, actor: User | None) -> ServiceRequest:
    """The customer complains at the door: a complaint begins its own process; one that is open already goes on.

    Nothing is charged: what the customer pays is up to the complaint.
    """
    assert connection.in_atomic_block
    values = {"status": WorkOrderStatus.CLOSED, "outcome": CONVERTED, "ended_at": clock.now()}
    storing.change(order, values, actor=actor, act=CONVERTED, note=words)
    known = _request(order)
    if known is not None and known.kind == RequestKind.COMPLAINT and known.is_open:
        storing.note_act(known, actor=actor, act="complained-again", note=words)
        return known
    complaint = _follow_up(order, RequestKind.COMPLAINT, _("Complaint about %(subject)s"))
    complaint.description = words
    return requests.open_request(complaint, actor=actor)


def _follow_up(order: WorkOrder, kind: str, subject: str) -> ServiceRequest:
    return ServiceRequest(
        kind=kind,
        customer=order.customer,
        subject=(subject % {"subject": order.subject})[:200],
        description=order.cause or order.description,
        owner=order.customer.owner,
        org_unit=order.org_unit,
        converted_from=order.request,
    )


def _request(order: WorkOrder) -> ServiceRequest | None:
    if order.request_id is None:
        return None
    return ServiceRequest.objects.select_for_update(of=("self",)).get(pk=order.request_id)


def _ask_back(order: WorkOrder, request: ServiceRequest | None, actor: User | None) -> ReturnVisit:
    rows = ReturnVisit.objects.exclude(status=VisitStatus.UNREACHABLE)
    known = rows.filter(work_order=order).first()
    if known is None and request is not None:
        known = rows.filter(request=request, status=VisitStatus.DUE).first()
    if known is not None:
        return known
    calendar = calendar_of(order.org_unit)
    due = calendar.add(clock.now(), RETURN_VISIT_HOURS).astimezone(calendar.zone).date()
    visit = ReturnVisit(
        customer=order.customer,
        request=request,
        work_order=order,
        owner=(request.handler or request.owner) if request else order.customer.owner,
        org_unit=order.org_unit,
        due_on=due,
    )
    return storing.add(visit, actor=actor, act="planned")
