"""Timers that start processes: planned when a version goes live, planned again each time they fire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from bpmn import queries as bpmn_queries
from bpmn.model import TimerKind
from bpmn.models import ProcessVersion, StartSubscription
from bpmn.operations import static_text
from workflows.engine.timing import Due, after, first_of_cycle, next_of_cycle
from workflows.models import StartTimer

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
    timer.fired += 1
    last = timer.due
    if timer.left < 0:  # without end: what was missed longer ago is left out
        last = max(last, now - MISSED_AT_ONCE)
    _set(timer, next_of_cycle(last, timer.left, timer.every) if timer.every else None)
    timer.save(update_fields=["due", "every", "left", "fired"])


def _first(start: StartSubscription, now: datetime) -> Due | None:
    text = static_text(start.timer).strip()
    if not text:
        return None
    match TimerKind(start.timer_kind):
        case TimerKind.CYCLE:
            return first_of_cycle(text, now)
        case TimerKind.DURATION:
            return Due(after(now, text), now)
        case TimerKind.DATE:
            moment = datetime.fromisoformat(text)
            return Due(moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo), now)


def _set(row: StartTimer, due: Due | None) -> None:
    row.due = due.at if due else None
    row.every = (due.every or "") if due else ""
    row.left = due.left if due and due.left is not None else 0
