"""The steps of a work order inside a caller's transaction: opened, priced, planned, handed to technicians."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import calendar_of
from config import clock
from crm_core import storing
from crm_core.dispatch import candidates, parts
from crm_core.dispatch.rates import rates
from crm_core.exceptions import WrongState
from crm_core.service.models import ServiceRequest, WorkOrder, WorkOrderOrigin, WorkOrderStatus

PROCESS_KEY = "service-dispatch"
FREE, PAID = "free", "paid"
NEXT_VISIT_HOURS = Decimal(8)
WINDOW = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table dispatch_rule: priority, hours to arrive (by the clock or in working hours), crew."""

    priority: str
    hours: Decimal
    by_clock: bool
    crew: int


def order_for_call(
    request: ServiceRequest, *, key: str, origin: str, fault: str = "", skill: str = "", actor: User | None
) -> WorkOrder:
    """The work order a calling process asked for: one per ``key``, made when it is first asked for.

    What was promised for a complaint costs the customer nothing: it is conceded whole. Raises WrongState for a
    request without a customer: nobody knows where to go.
    """
    assert connection.in_atomic_block
    known = WorkOrder.objects.select_for_update().filter(called_by=key).first()
    if known is not None:
        return known
    if request.customer is None:
        raise WrongState(_("A work order needs a customer."))
    order = WorkOrder(
        request=request,
        customer=request.customer,
        origin=origin,
        subject=request.subject,
        description=fault or request.description,
        skill=skill,
        concession_percent=100 if origin == WorkOrderOrigin.COMPLAINT else 0,
        owner=request.handler or request.owner,
        org_unit=request.org_unit,
        called_by=key,
    )
    return storing.add(order, actor=actor, act="opened")


def set_charge(order: WorkOrder, *, charge: str, percent_off: int, counted_down: bool, actor: User | None) -> None:
    """Keep whether the visit is free or paid, and the estimate; a contract visit is used up once.

    Paid less everything is free: nobody is asked to accept an estimate of nothing.
    """
    assert connection.in_atomic_block
    is_paid = charge == PAID and percent_off < 100
    values = {
        "charge": PAID if is_paid else FREE,
        "estimate": rates().estimate(order.crew, percent_off) if is_paid else Decimal(0),
        "concession_percent": percent_off,
    }
    if counted_down and not order.charge:
        values["contract_visits_left"] = max(0, order.contract_visits_left - 1)
    storing.change(order, values, actor=actor, act="priced")


def plan(order: WorkOrder, rule: Rule, *, actor: User | None) -> None:
    """Keep priority and crew, and when somebody must be there: the booked window, or so many hours from now.

    Planning anew forgets who refused: another window may suit them.
    """
    assert connection.in_atomic_block
    begin, due, late = _window(order, rule)
    values = {
        "priority": rule.priority,
        "crew": rule.crew,
        "window_from": begin,
        "window_to": due,
        "arrival_due": due,
        "arrival_late": late,
        "arrival_warned": 0,
        "arrived_at": None,
        "refused_by": [],
        "refusals": 0,
    }
    storing.change(order, values, actor=actor, act="planned")


def assign(order: WorkOrder, username: str, *, actor: User | None, reason: str = "") -> User:
    """Ask a technician; the order is theirs from now on. Raises WrongState for somebody who is no technician."""
    assert connection.in_atomic_block
    found = next((person for person in candidates.technicians(order) if person.username == username), None)
    if found is None:
        raise WrongState(_("%(name)s is no technician here.") % {"name": username})
    values = {"technician": found, "owner": found, "status": WorkOrderStatus.DISPATCHED}
    storing.change(order, values, actor=actor, act="dispatched", note=reason)
    return found


def accept(order: WorkOrder, *, actor: User | None) -> None:
    """The technician comes."""
    assert connection.in_atomic_block
    storing.change(order, {"status": WorkOrderStatus.ACCEPTED}, actor=actor, act="accepted")


def refuse(order: WorkOrder, reason: str, *, actor: User | None) -> int:
    """The technician refused or did not answer: the next one is asked. Returns how many have refused this plan."""
    assert connection.in_atomic_block
    values = {"status": WorkOrderStatus.REJECTED, "refusals": order.refusals + 1, **_without_technician(order)}
    storing.change(order, values, actor=actor, act="refused", note=reason)
    return order.refusals


def free_technician(order: WorkOrder, reason: str, *, actor: User | None) -> str | None:
    """The technician cannot come after all: the slot is free and somebody else is asked. Returns who it was."""
    assert connection.in_atomic_block
    was = order.technician
    values = {"status": WorkOrderStatus.DRAFT, **_without_technician(order)}
    storing.change(order, values, actor=actor, act="technician-unavailable", note=reason)
    return was.username if was else None


def book(order: WorkOrder, begin: datetime, end: datetime, *, actor: User | None) -> str | None:
    """The customer booked another window; whoever was asked is free again. Returns who that was."""
    assert connection.in_atomic_block
    was = order.technician
    values = {"window_from": begin, "window_to": end, "window_booked": True, "status": WorkOrderStatus.DRAFT}
    storing.change(order, values | {"technician": None}, actor=actor, act="rebooked")
    return was.username if was else None


def cancel(order: WorkOrder, how: str, *, actor: User | None, note: str = "") -> str | None:
    """End a work order that is not done: slot and parts are free again. Returns who had been asked."""
    assert connection.in_atomic_block
    was = order.technician
    parts.give_back(order, actor=actor)
    values = {
        "status": WorkOrderStatus.CANCELLED,
        "outcome": how,
        "ended_at": clock.now(),
        "technician": None,
        "window_from": None,
        "window_to": None,
    }
    storing.change(order, values, actor=actor, act=how, note=note)
    return was.username if was else None


def plan_next_visit(
    order: WorkOrder, begin: datetime | None, end: datetime | None, *, actor: User | None
) -> tuple[datetime, datetime]:
    """Another visit by the same technician: in the window given, else from the next working day on."""
    assert connection.in_atomic_block
    begin = begin or calendar_of(order.org_unit).add(clock.now(), NEXT_VISIT_HOURS)
    end = end if end is not None and end > begin else begin + WINDOW
    values = {"window_from": begin, "window_to": end, "status": WorkOrderStatus.ACCEPTED}
    storing.change(order, values, actor=actor, act="next-visit-planned")
    return begin, end


def note_late_arrival(order: WorkOrder, stage: int, *, actor: User | None) -> bool:
    """Whether nobody is there although it is due (stage 1) or much too late (stage 2), told once per stage and plan."""
    assert connection.in_atomic_block
    due = order.arrival_due if stage == 1 else order.arrival_late
    is_late = order.is_open and order.arrived_at is None and due is not None and clock.now() >= due
    if not is_late or order.arrival_warned >= stage:
        return False
    storing.change(order, {"arrival_warned": stage}, actor=actor, act="arrival-late")
    return True


def _window(order: WorkOrder, rule: Rule) -> tuple[datetime, datetime, datetime]:
    now = clock.now()
    if order.window_booked and order.window_from is not None and order.window_to is not None:
        return order.window_from, order.window_to, order.window_to + (order.window_to - order.window_from) / 2
    if rule.by_clock:
        span = timedelta(hours=float(rule.hours))
        return now, now + span, now + span * 1.5
    calendar = calendar_of(order.org_unit)
    return now, calendar.add(now, rule.hours), calendar.add(now, rule.hours * Decimal("1.5"))


def _without_technician(order: WorkOrder) -> dict[str, object]:
    name = order.technician.username if order.technician else None
    refused = [*order.refused_by, *([name] if name and name not in order.refused_by else [])]
    return {"technician": None, "refused_by": refused}
