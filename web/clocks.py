"""How much time a task has left, told truthfully: in working time while its unit is closed, and not at all while its
clock stands still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts import queries as people
from accounts.business_time import BusinessCalendar, OutOfRange
from config import clock
from tasks_inbox.models import WorkItem
from tasks_inbox.promised import follows_the_promise
from web import components, dates
from web.components import DueMark

SOON = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Clock:
    """What the due disc of a task shows; ``paused`` is why it stands still, "" while it runs."""

    due_at: datetime | None
    mark: DueMark | None = None
    words: str = ""
    paused: str = ""


def attach(items: Iterable[WorkItem], subjects: Mapping[tuple[str, str], Any]) -> None:
    """Let open items know their clocks, which the tag ``due`` shows; one query for the calendars of all their units.

    ``subjects`` are the records of the items as far as the reader may see them: a paused promise is read from there.
    """
    running = [item for item in items if item.is_open and item.due_at is not None]
    calendars = people.calendars_of(item.org_unit for item in running)
    for item in running:
        subject = subjects.get((item.record_kind, item.record_id))
        item.shown_clock = _of(item, subject, calendars[item.org_unit])  # type: ignore[attr-defined]


def _of(item: WorkItem, subject: Any, calendar: BusinessCalendar) -> Clock:
    reason = paused_reason(item, subject)
    if reason:
        return Clock(item.due_at, paused=reason)
    assert item.due_at is not None
    return running(item.due_at, item.created_at, calendar)


def paused_reason(item: WorkItem, subject: Any) -> str:
    """Why the clock of a task stands still, "" while it runs: an opinion is awaited, or the promise is paused."""
    record = subject.record if subject is not None else None
    if getattr(record, "sla_paused_at", None) is not None and follows_the_promise(item):
        return promise_paused(record)
    if item.clock_stopped_at is None:
        return ""
    return _("paused: waiting for an opinion") if item.consulted else _("paused")


def promise_paused(record: Any) -> str:
    """That the promise of a request stands still, and why."""
    reason = str(getattr(record, "sla_pause_reason", "") or "").strip()
    return _("paused: %(reason)s") % {"reason": reason} if reason else _("paused")


def running(due_at: datetime, since: datetime, calendar: BusinessCalendar) -> Clock:
    """A clock that runs: how much is used is counted in working time, and so is what is left while it is closed."""
    now = clock.now()
    try:
        left, whole = calendar.hours_between(now, due_at), calendar.hours_between(since, due_at)
        closed = not calendar.is_open(now)
    except OutOfRange:
        return Clock(due_at, components.due_mark(due_at=due_at, since=since, now=now), dates.until(due_at))
    if due_at <= now:
        return Clock(due_at, DueMark("late", 100, due_at - now), dates.until(due_at))
    if whole <= 0 or left <= 0:  # due outside working hours: there is nothing but the clock on the wall to go by
        return Clock(due_at, components.due_mark(due_at=due_at, since=since, now=now), dates.until(due_at))
    used = min(99, max(0, round(100 * (1 - left / whole))))
    mark = DueMark("soon" if left < whole * SOON else "", used, due_at - now)
    if not closed or left >= calendar.hours_per_day:
        return Clock(due_at, mark, dates.until(due_at))
    span = dates.span(timedelta(seconds=float(left) * 3600))
    return Clock(due_at, mark, _("%(span)s of working time left") % {"span": span})
