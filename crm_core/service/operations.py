"""The steps of a service request inside a caller's transaction; commands and process handlers share them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import branch_of, calendar_of, head_of, manager_of
from config import clock
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.service import clock as sla
from crm_core.service.models import RequestKind, RequestStatus, ServiceQueue, ServiceRequest
from crm_core.service.models.requests import MAX_ESCALATION
from crm_core.service.promises import Promise, promise_for, tier_of
from workflows.operations import replan_timers_of, request_message

LINKED_WITHIN = timedelta(days=7)
THIRD_WITHIN = timedelta(days=90)
RECEIVED = "complaint.received"
CLOSED_AS: Mapping[str, RequestStatus] = {
    "duplicate": RequestStatus.REJECTED,
    "not-a-complaint": RequestStatus.REJECTED,
    "withdrawn": RequestStatus.CANCELLED,
    "resolved-satisfied": RequestStatus.CLOSED,
    "resolved-no-answer": RequestStatus.CLOSED,
    "closed-final-decision": RequestStatus.CLOSED,
    "answered": RequestStatus.CLOSED,
    "converted": RequestStatus.CLOSED,
}


def open_request(request: ServiceRequest, *, actor: User | None) -> ServiceRequest:
    """Store a new request, start its clock by policy, and for a complaint send the message that starts its process.

    The record number is the message id: the same complaint never starts a second process.
    """
    assert connection.in_atomic_block
    request.tier = tier_of(request.customer)
    _apply_promise(request, promise_for(request, request.severity, request.tier))
    storing.add(request, actor=actor, act="received")
    if request.kind == RequestKind.COMPLAINT:
        start_complaint(request, actor=actor)
    return request


def start_complaint(request: ServiceRequest, *, actor: User | None) -> None:
    """Send the start message of the complaint process."""
    variables = {"request_id": str(request.pk), "number": request.number}
    request_message(RECEIVED, request.number, variables, message_id=request.number, actor=actor, record=request)


def send_to_process(request: ServiceRequest, name: str, actor: User | None, **variables: Any) -> None:
    """Send a message to the request's process; every version of the record may send each message once."""
    request_message(name, request.number, variables, message_id=f"{name} {request.version}", actor=actor)


def set_promise(
    request: ServiceRequest,
    severity: str,
    promise: Promise,
    *,
    actor: User | None,
    act: str = "promised",
    note: str = "",
) -> None:
    """Move severity and promised times of a locked request, and the timers that wait for them.

    What was used of the time stays used. A start level above the present one raises it; at the highest level the
    clock runs on if it was paused.
    """
    now, calendar = clock.now(), calendar_of(request.org_unit)
    values: dict[str, Any] = {"severity": severity, "tier": tier_of(request.customer)}
    values |= sla.promised(request, promise.first_response, promise.resolve, now, calendar)
    values["escalation_level"] = max(request.escalation_level, promise.level)
    storing.change(request, values, actor=actor, act=act, note=note)
    _keep_running_at_the_top(request, actor)
    replan_timers_of(request, actor=actor)


def keep_promise_of_new_tier(customer: Customer, actor: User | None) -> int:
    """After a customer's level changed: the open requests get the promise of the new tier. Returns how many moved."""
    rows = ServiceRequest.objects.select_for_update(of=("self",)).select_related("customer", "org_unit")
    moved = 0
    for request in rows.filter(customer=customer, status__in=ServiceRequest.OPEN).order_by("pk"):
        promise = promise_for(request, request.severity, tier_of(customer))
        before = (request.first_response_hours, request.sla_hours)
        if request.sla_started_at and before != (promise.first_response, promise.resolve):
            set_promise(request, request.severity, promise, actor=actor, act="level-changed")
            moved += 1
    return moved


def pause_clock(request: ServiceRequest, reason: str, *, actor: User | None) -> None:
    """Stop the clock while the customer has to answer; pausing twice changes nothing.

    Raises ValuesRefused without a reason, WrongState at the highest escalation level or without a running clock.
    """
    if request.is_paused:
        return
    if not reason.strip():
        raise ValuesRefused({"reason": [_("Say what you are waiting for.")]})
    if request.escalation_level >= MAX_ESCALATION:
        raise WrongState(_("At the highest escalation level the clock cannot be paused."))
    if not request.may_be_paused:
        raise WrongState(_("The clock of this request does not run."))
    values = sla.paused(request, reason.strip()[:200], clock.now(), calendar_of(request.org_unit))
    values["status"] = RequestStatus.WAITING_CUSTOMER
    storing.change(request, values, actor=actor, act="clock-paused", note=reason.strip())
    replan_timers_of(request, actor=actor)


def resume_clock(request: ServiceRequest, *, actor: User | None) -> None:
    """Let a paused clock run on; with a running clock nothing changes."""
    if not request.is_paused:
        return
    values = sla.resumed(request, clock.now(), calendar_of(request.org_unit))
    values["status"] = RequestStatus.ESCALATED if request.escalation_level else RequestStatus.IN_PROGRESS
    storing.change(request, values, actor=actor, act="clock-resumed")
    replan_timers_of(request, actor=actor)


def escalate(request: ServiceRequest, floor: int, *, actor: User | None, note: str = "") -> int:
    """Raise the escalation level by one, at least to ``floor``, at most to 3; returns the level."""
    level = min(MAX_ESCALATION, max(request.escalation_level + 1, floor))
    values: dict[str, Any] = {"escalation_level": level}
    if request.status in (RequestStatus.ASSIGNED, RequestStatus.IN_PROGRESS, RequestStatus.TRIAGED):
        values["status"] = RequestStatus.ESCALATED
    storing.change(request, values, actor=actor, act="escalated", note=note)
    _keep_running_at_the_top(request, actor)
    return level


def extend_clock(request: ServiceRequest, percent: int, reason: str, *, actor: User | None) -> None:
    """Grant up to half of the promised time more, once. Raises WrongState the second time, ValuesRefused."""
    if request.sla_extended:
        raise WrongState(_("This request was extended before."))
    if not reason.strip() or not 1 <= percent <= 50:
        raise ValuesRefused({"percent": [_("An extension needs a reason and is at most half of the promised time.")]})
    values = sla.extended(request, percent, calendar_of(request.org_unit))
    storing.change(request, values, actor=actor, act="clock-extended", note=reason.strip())
    replan_timers_of(request, actor=actor)


def give_to(
    request: ServiceRequest,
    handler: User | None,
    *,
    actor: User | None,
    queue: ServiceQueue | None = None,
    note: str = "",
) -> None:
    """Make somebody (or, with None, the queue) responsible. Raises WrongState for the person complained about."""
    if handler is not None and handler.pk == request.person_complained_about_id:
        raise WrongState(_("Nobody handles a complaint about themselves."))
    values: dict[str, Any] = {"handler": handler}
    if queue is not None:
        values["queue"] = queue
    if request.status in (RequestStatus.NEW, RequestStatus.TRIAGED):
        values["status"] = RequestStatus.ASSIGNED
    storing.change(request, values, actor=actor, act="assigned", note=note)


def hand_over(request: ServiceRequest, handler: User, *, actor: User | None, note: str = "") -> None:
    """Give an open request to somebody; a complaint's process begins its handling again with them.

    Handing it to whoever has it changes nothing. Raises WrongState for the person complained about.
    """
    if handler == request.handler:
        return
    give_to(request, handler, actor=actor, note=note)
    if request.kind == RequestKind.COMPLAINT:
        send_to_process(request, "complaint.taken_over", actor, handler=handler.username)


def close_request(request: ServiceRequest, how: str, *, actor: User | None, note: str = "") -> None:
    """End a request in one of the named ways and stop its clock; ending twice changes nothing. Raises WrongState."""
    if not request.is_open and request.closing_reason:
        return
    if how not in CLOSED_AS:
        raise WrongState(_("A request cannot end like that."))
    now = clock.now()
    values = sla.stopped(request, now, calendar_of(request.org_unit))
    values |= {"status": CLOSED_AS[how], "closing_reason": how, "closed_at": now}
    if CLOSED_AS[how] == RequestStatus.CLOSED:
        values["resolved_at"] = request.resolved_at or now
    storing.change(request, values, actor=actor, act=how, note=note)
    replan_timers_of(request, actor=actor)


def note_first_response(request: ServiceRequest, *, actor: User | None) -> None:
    """Keep when we first answered; later answers do not move it."""
    if request.first_responded_at is None:
        storing.change(request, {"first_responded_at": clock.now()}, actor=actor, act="first-response")


def related_complaints(request: ServiceRequest) -> list[ServiceRequest]:
    """Open complaints of the same customer with the same subject within seven days, oldest first."""
    if request.customer_id is None:
        return []
    rows = ServiceRequest.objects.filter(
        kind=RequestKind.COMPLAINT,
        customer=request.customer_id,
        status__in=ServiceRequest.OPEN,
        subject__iexact=request.subject,
        created_at__gte=request.created_at - LINKED_WITHIN,
        created_at__lte=request.created_at,
    )
    return list(rows.exclude(pk=request.pk).order_by("created_at", "number"))


def complaints_within(request: ServiceRequest) -> int:
    """How many complaints the customer made in the 90 days up to this one, itself included.

    Those that turned out to be duplicates or no complaints do not count.
    """
    return complaints_of_customer(request).exclude(pk=request.pk).exclude(status=RequestStatus.REJECTED).count() + 1


def complaints_of_customer(request: ServiceRequest) -> QuerySet[ServiceRequest]:
    """The complaints the request's customer made in the 90 days up to it; none where the customer is not known."""
    return ServiceRequest.objects.filter(
        kind=RequestKind.COMPLAINT,
        customer=request.customer_id,
        customer__isnull=False,
        created_at__gt=request.created_at - THIRD_WITHIN,
        created_at__lte=request.created_at,
    )


def people_to_tell(request: ServiceRequest, whom: Iterable[str]) -> list[str]:
    """The usernames behind ``owner``, ``handler``, ``manager`` (of the handler), ``director`` (of the branch)."""
    found = {
        "owner": request.owner,
        "handler": request.handler,
        "manager": manager_of_handler(request),
        "director": director_of(request),
    }
    return list(dict.fromkeys(person.username for name in whom if (person := found.get(name)) is not None))


def manager_of_handler(request: ServiceRequest) -> User | None:
    """Who leads the handler; without a handler the head of the branch."""
    return manager_of(request.handler) if request.handler else director_of(request)


def director_of(request: ServiceRequest) -> User | None:
    """The head of the request's branch."""
    branch = branch_of(request.org_unit)
    return head_of(branch) if branch is not None else None


def branch_code(request: ServiceRequest) -> str:
    """The code of the branch (or headquarters) the request belongs to."""
    branch = branch_of(request.org_unit)
    return branch.code if branch is not None else request.org_unit.code


def _apply_promise(request: ServiceRequest, promise: Promise) -> None:
    now, calendar = clock.now(), calendar_of(request.org_unit)
    values = sla.promised(request, promise.first_response, promise.resolve, now, calendar)
    for name, value in values.items():
        setattr(request, name, value)


def _keep_running_at_the_top(request: ServiceRequest, actor: User | None) -> None:
    if request.escalation_level >= MAX_ESCALATION:
        resume_clock(request, actor=actor)
