"""What an instance now waits for: its timers and subscriptions."""

from __future__ import annotations

from datetime import datetime

from workflows import buffering
from workflows.engine.api import Advance
from workflows.models import ProcessInstance, Subscription, Timer
from workflows.texts import bounded


def store_waiting(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    """Take away what closed, add what opened; a known timer has moved."""
    if advance.timers_closed:
        Timer.objects.filter(instance=instance, timer__in=advance.timers_closed).delete()
    if advance.timers:
        Timer.objects.bulk_create(
            [
                Timer(
                    instance=instance,
                    root_id=instance.root_id,
                    timer=entry.timer,
                    element=entry.element,
                    due=entry.due,
                    repetitions=entry.repetitions,
                )
                for entry in advance.timers
            ],
            update_conflicts=True,
            unique_fields=["instance", "timer"],
            update_fields=["due", "repetitions", "failures", "not_before"],
        )
    if advance.subscriptions_closed:
        Subscription.objects.filter(instance=instance, subscription__in=advance.subscriptions_closed).delete()
    if advance.subscriptions:
        _subscribe(instance, advance, now)


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
    Subscription.objects.bulk_create(rows)
    buffering.hand_over(instance, messages, now)
