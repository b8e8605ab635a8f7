"""What an instance now waits for: its timers and subscriptions."""

from __future__ import annotations

from datetime import datetime

from workflows import buffering, statements
from workflows.engine.api import Advance, OpenedTimer
from workflows.models import ProcessInstance, Subscription, Timer
from workflows.rows import Table
from workflows.texts import bounded

_TIMERS, _SUBSCRIPTIONS = Table(Timer), Table(Subscription)
_MOVED = "(instance_id, timer) DO UPDATE SET " + ", ".join(
    f"{name} = EXCLUDED.{name}" for name in ("due", "repetitions", "failures", "not_before")
)
_FORGET_TIMERS = "DELETE FROM workflows_timer WHERE instance_id = %s AND timer = ANY(%s)"
_UNSUBSCRIBE = "DELETE FROM workflows_subscription WHERE instance_id = %s AND subscription = ANY(%s)"


def store_waiting(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    """Take away what closed, add what opened; a known timer has moved."""
    if advance.timers_closed:
        statements.later(_FORGET_TIMERS, [instance.pk, list(advance.timers_closed)])
    _TIMERS.insert([_timer(instance, entry) for entry in advance.timers], _MOVED)
    if advance.subscriptions_closed:
        statements.later(_UNSUBSCRIBE, [instance.pk, list(advance.subscriptions_closed)])
    if advance.subscriptions:
        _subscribe(instance, advance, now)


def _timer(instance: ProcessInstance, entry: OpenedTimer) -> Timer:
    return Timer(
        instance=instance,
        root_id=instance.root_id,
        timer=entry.timer,
        element=entry.element,
        due=entry.due,
        repetitions=entry.repetitions,
    )


def _subscribe(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    rows = [
        Subscription(
            instance=instance,
            root_id=instance.root_id,
            process_key=instance.process_key,
            subscription=entry.subscription,
            element=entry.element,
            name=bounded(entry.name),
            correlation_key=bounded(entry.correlation_key),
            signal=entry.signal,
            opened_at=now,
        )
        for entry in advance.subscriptions
    ]
    messages = [row for row in rows if not row.signal]
    buffering.lock_names((row.name, row.correlation_key) for row in messages)
    _SUBSCRIPTIONS.insert(rows)
    buffering.hand_over(instance, messages, now)
