"""What an instance sent to others: messages and signals become deliveries."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from workflows import outbox
from workflows.engine.api import Advance
from workflows.models import Delivery, ProcessInstance
from workflows.steps import idempotency_key


def send_out(instance: ProcessInstance, advance: Advance, actor: User | None) -> None:
    """Store a delivery for every message and signal thrown."""
    deliveries = [*_messages(instance, advance, actor), *_signals(instance, advance, actor)]
    outbox.send(deliveries)


def _messages(instance: ProcessInstance, advance: Advance, actor: User | None) -> Iterator[Delivery]:
    for number, entry in enumerate(advance.messages):
        yield outbox.message(
            entry.name,
            entry.correlation_key,
            entry.variables,
            message_id=f"{idempotency_key(instance.pk, entry.element, entry.loop)}:{instance.revision}:{number}",
            actor=actor,
            origin=instance,
        )


def _signals(instance: ProcessInstance, advance: Advance, actor: User | None) -> Iterator[Delivery]:
    for number, entry in enumerate(advance.signals):
        yield outbox.signal(
            entry.name,
            entry.variables,
            signal_id=f"{idempotency_key(instance.pk, entry.element, entry.loop)}:{instance.revision}:{number}",
            actor=actor,
            origin=instance,
        )
