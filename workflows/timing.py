"""Firing what is due: waiting timers and timers that start processes, oldest first, past whoever is busy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q

from config import clock
from workflows import operations, start_timers, statements
from workflows.engine.api import FireTimer
from workflows.exceptions import InstanceHasEnded, StepIsNotOpen
from workflows.families import Family
from workflows.locks import retrying
from workflows.models import ProcessInstance, StartTimer, Timer
from workflows.rows import Table
from workflows.storing import back_off

FIRST_PAUSE = timedelta(seconds=5)
LOCK_CLASS = 20_260  # advisory locks of timer runs

log = structlog.get_logger(__name__)

_ROOTS, _TIMERS = Table(ProcessInstance), Table(Timer)

# Takes the lock of the root whose timer is due the longest, skipping families somebody else is moving just now. The
# timer is locked as well, so that what is read of it is what the last who moved the family has left.
_NEXT_DUE = f"""
SELECT {_ROOTS.columns("root")}, {_TIMERS.columns("timer")}
FROM workflows_timer AS timer JOIN workflows_processinstance AS root ON root.id = timer.root_id
WHERE timer.due <= %(now)s AND (timer.not_before IS NULL OR timer.not_before <= %(now)s) AND root.status = 'running'
ORDER BY timer.due, timer.id LIMIT 1
FOR UPDATE OF root, timer SKIP LOCKED
"""  # noqa: S608 - constants


@contextmanager
def one_of(places: int) -> Iterator[bool]:
    """Whether this run is among the first ``places`` that fire timers at the same time, over all processes."""
    taken = next((place for place in range(places) if _try_lock(place)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _unlock(taken)


def _try_lock(place: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, place])
        return bool(cursor.fetchone()[0])


def _unlock(place: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, place])


def fire_due_timers(*, seconds: float) -> int:
    """Fire due timers for at most so long; returns how many. A timer that fails is put off and blocks no other."""
    end = time.monotonic() + seconds
    fired = 0
    while time.monotonic() < end:
        timer_id = fire_next_timer()
        if timer_id is None:
            break
        fired += 1
    return fired


def fire_next_timer() -> int | None:
    """Fire the timer that is due the longest; None when nothing is due or all of it is busy."""
    failed: list[int] = []
    try:
        return _fire_next(failed)
    except Exception:
        if not failed:
            raise
        log.warning("timer_failed", timer=failed[-1], exc_info=True)
        _put_off(failed[-1])
        return failed[-1]


@retrying
@transaction.atomic(durable=True)
@statements.together()
def _fire_next(attempted: list[int]) -> int | None:
    found = statements.ask(_NEXT_DUE, parameters={"now": clock.now()})
    if found is None:
        return None
    root, rest = _ROOTS.read(found)
    timer, _none = _TIMERS.read(rest)
    assert root is not None
    assert timer is not None
    attempted.append(timer.pk)
    try:
        Family(root).apply(timer.instance_id, FireTimer(timer.timer))
    except (StepIsNotOpen, InstanceHasEnded):
        log.warning("timer_without_step", instance=str(timer.instance_id), timer=timer.timer)
        timer.delete()
    return timer.pk


@retrying
@transaction.atomic(durable=True)
def _put_off(pk: int) -> None:
    timer = Timer.objects.filter(pk=pk).first()
    if timer is not None:
        failures = min(timer.failures + 1, 1000)
        Timer.objects.filter(pk=pk).update(
            failures=failures, not_before=clock.now() + back_off(FIRST_PAUSE, failures, 2)
        )


def fire_next_start_timer() -> str | None:
    """Start the process whose start timer is due the longest and plan its next start; returns its key.

    One that fails is put off and blocks no other.
    """
    failed: list[StartTimer] = []
    try:
        return _start_next(failed)
    except Exception:
        if not failed:
            raise
        log.warning("start_timer_failed", process=failed[-1].process_key, exc_info=True)
        _put_off_start(failed[-1].pk)
        return failed[-1].process_key


@retrying
@transaction.atomic(durable=True)
def _put_off_start(pk: int) -> None:
    timer = StartTimer.objects.select_for_update().get(pk=pk)
    timer.failures = min(timer.failures + 1, 1000)
    timer.not_before = clock.now() + back_off(FIRST_PAUSE, timer.failures, 2)
    timer.save(update_fields=["failures", "not_before"])


@retrying
@transaction.atomic(durable=True)
def _start_next(attempted: list[StartTimer]) -> str | None:
    now = clock.now()
    rows = StartTimer.objects.select_for_update(skip_locked=True).filter(due__lte=now)
    timer = rows.filter(Q(not_before=None) | Q(not_before__lte=now)).order_by("due").first()
    if timer is None:
        return None
    attempted.append(timer)
    process_key, event = timer.process_key, timer.event
    operations.request_start(process_key, event=event, message_id=f"timer:{timer.pk}:{timer.due:%Y%m%dT%H%M%S.%f}")
    if timer.failures:
        timer.failures, timer.not_before = 0, None
        timer.save(update_fields=["failures", "not_before"])
    start_timers.go_on(timer, now)
    return process_key


def overdue_timers(seconds: float) -> Any:
    """Timers that should have fired longer than so many seconds ago, for the stuck detector."""
    return Timer.objects.filter(due__lt=clock.now() - timedelta(seconds=seconds)).select_related("instance")
