"""Writing one advance down: the instance's state, what it now waits for, what it asked for, and what happened."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from workflows import buffering, statements
from workflows.definitions import Loaded
from workflows.engine.api import Advance, Outcome, Stimulus
from workflows.models import ProcessInstance
from workflows.storing.effects import store_effects
from workflows.storing.history import record_event, snapshot, store_moved
from workflows.storing.incidents import back_off, store_incidents
from workflows.storing.sending import send_out
from workflows.storing.waiting import store_waiting

__all__ = ["back_off", "record_event", "snapshot", "store"]

_STATUS = {
    Outcome.COMPLETED: ProcessInstance.Status.COMPLETED,
    Outcome.TERMINATED: ProcessInstance.Status.TERMINATED,
    Outcome.CANCELLED: ProcessInstance.Status.CANCELLED,
}

# What ended waits for nothing, asks for nothing and troubles nobody, whatever the engine's lists said.
_CLOSE = """
WITH timers AS (DELETE FROM workflows_timer WHERE instance_id = %(id)s),
subscriptions AS (DELETE FROM workflows_subscription WHERE instance_id = %(id)s),
effects AS (
    UPDATE workflows_effect SET status = 'cancelled', finished_at = %(now)s
    WHERE instance_id = %(id)s AND status IN ('pending', 'claimed', 'answered')
)
UPDATE workflows_incident SET closed_at = %(now)s, next_retry_at = NULL, resolution = 'left'
WHERE instance_id = %(id)s AND closed_at IS NULL
"""


def store(
    instance: ProcessInstance,
    loaded: Loaded,
    stimulus: Stimulus,
    advance: Advance,
    *,
    now: datetime,
    actor: User | None,
) -> None:
    """Write everything the advance changed; the family must be locked, a new instance is inserted."""
    _move(instance, advance, now)
    store_moved(instance, stimulus, advance, now=now, actor=actor)
    if advance.finished is None:
        store_waiting(instance, advance, now)
    send_out(instance, advance, actor)
    store_effects(instance, stimulus, advance, now, actor)
    store_incidents(instance, loaded, stimulus, advance, now=now, actor=actor)
    if advance.finished is not None:
        _leave_nothing_open(instance, now)
        buffering.start_next(instance, now)


def _move(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    instance.state = advance.state
    instance.revision += 1
    instance.moved_at = now
    if advance.finished is not None:
        instance.status = _STATUS[advance.finished.outcome]
        instance.ended_at = now
        instance.ends = list(advance.finished.ends)
        instance.outcome = advance.finished.ends[-1] if advance.finished.ends else ""


def _leave_nothing_open(instance: ProcessInstance, now: datetime) -> None:
    statements.later(_CLOSE, {"id": instance.pk, "now": now})
