"""Promises that no process looks after: who is told when most of the time is used, and when it is over.

Complaints have their process; for every other kind of request a job asks here what is due to be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.queries import group_near, manager_of, members_of
from config import clock
from crm_core import storing
from crm_core.service.models import RequestKind, ServiceRequest

DESK, LEAD = "service-agent", "service-manager"
BATCH = 200


class Lateness(StrEnum):
    """What there is to say of a promise."""

    DUE_SOON = "due-soon"
    LATE = "late"
    UNANSWERED = "unanswered"


TOLD = {Lateness.DUE_SOON: 1, Lateness.LATE: 2}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to say of one request, and to whom: who handles it, at a breach also who leads them."""

    request: ServiceRequest
    lateness: Lateness
    people: tuple[User, ...]


def to_remind() -> list[UUID]:
    """The requests of which something is to be said now, the most urgent first, at most 200."""
    now = clock.now()
    waiting = Q(sla_told=0, sla_warn_due__lte=now) | Q(sla_told__lt=2, resolve_due__lte=now)
    unanswered = Q(first_responded_at=None, first_response_told=False, first_response_due__lte=now)
    rows = ServiceRequest.objects.filter(waiting | unanswered, status__in=ServiceRequest.OPEN)
    rows = rows.exclude(kind=RequestKind.COMPLAINT).order_by("resolve_due", "id")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def note_reminders(request_id: UUID) -> list[Reminder]:
    """Write down what is said of a request now, and return it; what was said before, or is past, is not said again."""
    assert connection.in_atomic_block
    request = ServiceRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None or not request.is_open or request.kind == RequestKind.COMPLAINT:
        return []
    found = _due(request, clock.now())
    for lateness in found:
        values = {"first_response_told": True} if lateness is Lateness.UNANSWERED else {"sla_told": TOLD[lateness]}
        storing.change(request, values, actor=None, act=f"promise-{lateness}")
    return [Reminder(request, lateness, _concerned(request, lateness)) for lateness in found]


def _due(request: ServiceRequest, now: datetime) -> list[Lateness]:
    found = []
    if not request.is_paused and request.resolve_due is not None:
        if request.sla_told < 2 and request.resolve_due <= now:
            found.append(Lateness.LATE)
        elif request.sla_told < 1 and request.sla_warn_due is not None and request.sla_warn_due <= now:
            found.append(Lateness.DUE_SOON)
    unanswered = request.first_responded_at is None and request.first_response_due is not None
    if unanswered and not request.first_response_told and request.first_response_due <= now:  # type: ignore[operator]
        found.append(Lateness.UNANSWERED)
    return found


def _concerned(request: ServiceRequest, lateness: Lateness) -> tuple[User, ...]:
    """The handler, else the service desk of the branch; of a broken promise also the manager or who leads service."""
    handler = request.handler
    people = [handler] if handler is not None else list(members_of(group_near(DESK, request.org_unit)))
    if lateness is not Lateness.DUE_SOON:
        above = manager_of(handler) if handler is not None else None
        people += [above] if above is not None else list(members_of(group_near(LEAD, request.org_unit)))
    return tuple({person.pk: person for person in people}.values())
