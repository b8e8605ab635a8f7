"""What a new due date does to an item's reminders, and what it means that its clock stands still."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from accounts import queries as people
from accounts.business_time import BusinessCalendar
from config import clock
from tasks_inbox.ladder import ladder_of, moment_of, next_reminder
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import keep_offers, offers_of
from workflows import statements
from workflows.rows import Table

PRIORITIES = (25, 50, 75, 100)
"""Low, normal, high, urgent; models may use every number from 0 to 100."""

_ITEMS = Table(WorkItem)
_DUE = "UPDATE tasks_inbox_candidate SET sort_at = %s WHERE item_id = %s"
_NOBODY_ABOVE = "DELETE FROM tasks_inbox_candidate WHERE item_id = %s AND escalated"


def reschedule(item: WorkItem, due_at: datetime) -> list[int]:
    """Give a locked item another due moment and plan its ladder again; returns who is no longer concerned with it.

    What would have been said by now under the new date is not said again. People above the holder, who were brought
    in because it was late, have it no longer.
    """
    assert connection.in_atomic_block
    above = [offer.user_id for offer in offers_of(item) if offer.escalated and offer.user_id is not None]
    calendar = people.calendar_of(item.org_unit)
    item.due_at = due_at
    item.reminded_percent = _passed(item, calendar)
    item.next_reminder_at = next_reminder(item, calendar)
    item.version += 1
    _ITEMS.update([item], "due_at", "reminded_percent", "next_reminder_at", "version")
    if above:
        statements.later(_NOBODY_ABOVE, [item.pk])
        keep_offers(item, (offer for offer in offers_of(item) if not offer.escalated))
    statements.later(_DUE, [due_at, item.pk])
    return above


def stop_clock(item: WorkItem) -> None:
    """Let a locked item's time stand still; nobody is reminded meanwhile."""
    if item.due_at is None or item.clock_stopped_at is not None:
        return
    item.clock_stopped_at, item.next_reminder_at = clock.now(), None
    _ITEMS.update([item], "clock_stopped_at", "next_reminder_at")


def start_clock(item: WorkItem) -> None:
    """Let the time run again: the due moment moves by the working time in which it stood still."""
    if item.clock_stopped_at is None or item.due_at is None:
        return
    calendar = people.calendar_of(item.org_unit)
    stood = calendar.hours_between(item.clock_stopped_at, clock.now())
    item.clock_stopped_at = None
    _ITEMS.update([item], "clock_stopped_at")
    reschedule(item, calendar.add(item.due_at, stood) if stood > 0 else item.due_at)


def run_to(item: WorkItem, due_at: datetime) -> None:
    """Let the time of a locked item run on to another due moment."""
    if item.clock_stopped_at is not None:
        item.clock_stopped_at = None
        _ITEMS.update([item], "clock_stopped_at")
    reschedule(item, due_at)


def _passed(item: WorkItem, calendar: BusinessCalendar) -> int:
    """The highest rung whose moment has passed."""
    now = clock.now()
    moments = ((rung.percent, moment_of(item, rung, calendar)) for rung in ladder_of(item))
    return max((percent for percent, moment in moments if moment is not None and moment <= now), default=0)
