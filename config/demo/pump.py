"""Carrying out what is due without a worker: deliveries, effects, timers and reminders, by the clock that holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.db import connection

from config import clock as clocks
from config.clock import DrivenClock
from tasks_inbox.jobs import climb_ladders
from workflows import carrying, performing, timing
from workflows.models import Effect

ROUNDS = 50
BATCH = 500
TIMER_SECONDS = 5
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)

# Asked some thousand times while the past is made, so in one statement; GREATEST passes over nulls.
_FIRST_MOMENTS = """
SELECT 'delivery', min(next_attempt_at) FROM workflows_delivery WHERE status = 'pending' AND next_attempt_at > %(after)s
UNION ALL
SELECT 'effect', min(effect.next_attempt_at) FROM workflows_effect effect
    JOIN workflows_processinstance instance ON instance.id = effect.instance_id
    JOIN workflows_processinstance root ON root.id = instance.root_id
    WHERE effect.status = ANY(%(waiting)s) AND root.status = 'running' AND effect.next_attempt_at > %(after)s
UNION ALL
SELECT 'timer', min(greatest(due, not_before)) FROM workflows_timer timer
    JOIN workflows_processinstance root ON root.id = timer.root_id
    WHERE root.status = 'running' AND due IS NOT NULL AND greatest(due, not_before) > %(after)s
UNION ALL
SELECT 'start', min(greatest(due, not_before)) FROM workflows_starttimer
    WHERE due IS NOT NULL AND greatest(due, not_before) > %(after)s
UNION ALL
SELECT 'reminder', min(next_reminder_at) FROM tasks_inbox_workitem
    WHERE status = 'open' AND next_reminder_at > %(after)s
"""


def carry_out_what_is_due() -> None:
    """Repeat until nothing is due any more; bounded."""
    _carry_out()


def pass_time(clock: DrivenClock, until: datetime) -> None:
    """Move the clock to ``until``, stopping at every moment on the way at which something is due."""
    while (due := _carry_out()) is not None and due < until:
        clock.advance_to(due)
    clock.advance_to(max(until, clock.now()))
    _carry_out()


def _carry_out() -> datetime | None:
    """Carry out what is due and say when something is due next; None when nothing waits."""
    for _round in range(ROUNDS):
        now, first = clocks.now(), _first_moments()
        due = [kind for kind, moment in first.items() if moment <= now]
        if not due:
            return min(first.values(), default=None)
        if not sum(_CARRY_OUT[kind]() for kind in due):
            break  # what is left is stuck, or somebody else's
    return min(_first_moments(after=clocks.now()).values(), default=None)


def _first_moments(after: datetime = LONG_AGO) -> Mapping[str, datetime]:
    """When the first of each kind that comes ``after`` a moment is due; kinds that wait for nothing are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_MOMENTS, {"after": after, "waiting": list(Effect.WAITING)})
        return {kind: moment for kind, moment in cursor.fetchall() if moment is not None}


def _deliver() -> int:
    return sum(carrying.carry_out_delivery(pk) for pk in carrying.due_deliveries(BATCH))


def _perform() -> int:
    return sum(performing.perform_effect(pk) for pk in performing.due_effects(BATCH))


_CARRY_OUT: Mapping[str, Callable[[], int]] = {
    "delivery": _deliver,
    "effect": _perform,
    "timer": lambda: timing.fire_due_timers(seconds=TIMER_SECONDS),
    "start": lambda: timing.fire_next_start_timer() is not None,
    "reminder": climb_ladders,
}
