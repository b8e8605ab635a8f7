"""The due-date ladder of approvals: reminders at half and four fifths of the time, then the people above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.business_time import BusinessCalendar
from tasks_inbox.models import WorkItem

ESCALATION_HEADER = "escalation"


@dataclass(frozen=True, slots=True)
class Rung:
    """At ``percent`` of the time between opening and due, remind the holder, and from ``level`` 1 on people above too.

    Level 1 is the holder's manager, level 2 the director of the branch.
    """

    percent: int
    level: int = 0


LADDERS: dict[str, tuple[Rung, ...]] = {
    "standard-approval": (Rung(50), Rung(80), Rung(100, 1), Rung(200, 2)),
}
PLAIN = (Rung(80), Rung(100, 1))


def ladder_of(item: WorkItem) -> tuple[Rung, ...]:
    """The rungs that apply to an item: named by its model, else the plain ones."""
    return LADDERS.get(str(item.headers.get(ESCALATION_HEADER, "")), PLAIN)


def next_rung(item: WorkItem) -> Rung | None:
    """The first rung not climbed yet."""
    return next((rung for rung in ladder_of(item) if rung.percent > item.reminded_percent), None)


def moment_of(item: WorkItem, rung: Rung, calendar: BusinessCalendar) -> datetime | None:
    """When the rung is reached, in the calendar's working time; None for an item without due date."""
    if item.due_at is None:
        return None
    if rung.percent == 100:
        return item.due_at
    span = calendar.hours_between(item.created_at, item.due_at)
    if span <= 0:  # due outside working hours or at once: by the clock
        return item.created_at + (item.due_at - item.created_at) * rung.percent / 100
    return calendar.add(item.created_at, span * rung.percent / 100)


def next_reminder(item: WorkItem, calendar: BusinessCalendar) -> datetime | None:
    """When the next rung is due, None when there is none, and while the item's clock stands still."""
    rung = next_rung(item)
    return moment_of(item, rung, calendar) if rung is not None and item.clock_stopped_at is None else None


def fraction_used(item: WorkItem, now: datetime) -> int:
    """How much of the time between opening and due is used, in percent from 0 to 100, by the clock (for display)."""
    if item.due_at is None or item.due_at <= item.created_at:
        return 0 if item.due_at is None or now < item.due_at else 100
    used = (now - item.created_at) / (item.due_at - item.created_at)
    return max(0, min(100, round(used * 100)))
