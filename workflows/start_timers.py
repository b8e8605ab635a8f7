"""Timers that start processes: planned when a version goes live, planned again each time they fire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from django.db import connection

from bpmn import queries as bpmn_queries
from bpmn.constants import constant, static_text
from bpmn.iso import parse_duration, parse_repetition
from bpmn.model import TimerKind
from bpmn.models import ProcessVersion, StartSubscription
from workflows.engine.timing import Due, first_firing, next_of_cycle
from workflows.models import StartTimer

ENDLESS = -1
MISSED_AT_ONCE = timedelta(days=1)


def plan(versions: Iterable[ProcessVersion], now: datetime) -> None:
    """Plan the start timers of versions that have just gone live; one whose text did not change keeps its moment."""
    assert connection.in_atomic_block
    for version in versions:
        key = version.definition.key
        starts = [row for row in bpmn_queries.starts(version.pk) if row.kind == StartSubscription.Kind.TIMER]
        known = {row.event: row for row in StartTimer.objects.filter(process_key=key)}
        for start in starts:
            row = known.pop(start.element, None) or StartTimer(process_key=key, event=start.element)
            row.version = version
            if row.text != start.timer:
                row.text = start.timer
                _set(row, _first(start, now))
            row.save()
        StartTimer.objects.filter(pk__in=[row.pk for row in known.values()]).delete()


def go_on(timer: StartTimer, now: datetime) -> None:
    """Plan the next firing; of an endless cycle, what was missed more than a day ago is left out."""
    assert timer.due is not None
    last = timer.due.astimezone(_zone_of(timer.text))
    following = next_of_cycle(last, timer.left, timer.every) if timer.every else None
    timer.fired += 1
    _set(timer, _not_before(following, now - MISSED_AT_ONCE))
    timer.save(update_fields=["due", "every", "left", "fired"])


def _not_before(due: Due | None, earliest: datetime) -> Due | None:
    """An endless cycle's firing from ``earliest`` on, in the cycle's own step; finite ones count every firing."""
    while due is not None and due.left == ENDLESS and due.at is not None and due.every and due.at < earliest:
        steps = _whole_steps(earliest - due.at, due.every)
        due = due._replace(at=due.at + steps) if steps else next_of_cycle(due.at, ENDLESS, due.every)
    return due


def _whole_steps(gap: timedelta, every: str) -> timedelta:
    """How far a long gap can be crossed at once: the largest multiple of a fixed interval that lies inside it."""
    if not every.startswith("P"):
        return max(gap - timedelta(days=366), timedelta(0))  # cron texts name moments, any start will do
    interval = parse_duration(every)
    seconds = timedelta(seconds=float(interval.seconds))
    return timedelta(0) if interval.months or seconds <= timedelta(0) else (gap // seconds) * seconds


def _zone_of(text: str) -> tzinfo:
    """Months and days are counted where the cycle's start is written, not in UTC."""
    try:
        start = parse_repetition(static_text(text).strip()).start
    except ValueError:
        return UTC
    return (start.tzinfo if start is not None else None) or UTC


def _first(start: StartSubscription, now: datetime) -> Due | None:
    value = constant(start.timer, now)
    return None if value is None else _not_before(first_firing(TimerKind(start.timer_kind), value, now), now)


def _set(row: StartTimer, due: Due | None) -> None:
    row.due = due.at if due else None
    row.every = (due.every or "") if due else ""
    row.left = due.left if due and due.left is not None else 0
