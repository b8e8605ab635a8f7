"""Writing down what other families are to receive; the carriers take it from there after commit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from config import clock
from workflows import nudge
from workflows.models import Delivery, ProcessInstance
from workflows.rows import Table
from workflows.texts import bounded, storable

DEFAULT_TIME_TO_LIVE = timedelta(hours=24)
CARRY_OUT_DELIVERY = "workflows.carry_out_delivery"
PERFORM_EFFECT = "workflows.perform_effect"
_DELIVERIES = Table(Delivery)
NAMESPACE = uuid.UUID("6f1d1a0e-9a0b-4f0e-8c55-0d8a3f2b7c11")


def delivery(kind: Delivery.Kind, *, key: str, **fields: Any) -> Delivery:
    """An unsaved delivery, due now. ``key`` makes it the same delivery when it is requested again."""
    now = clock.now()
    key = bounded(key, 500)
    return Delivery(pk=row_id(key), kind=kind, idempotency_key=key, requested_at=now, next_attempt_at=now, **fields)


def row_id(key: str) -> uuid.UUID:
    """The id of the outbox row with this idempotency key: known before it is stored, the same on repetition."""
    return uuid.uuid5(NAMESPACE, key)


def send(deliveries: Sequence[Delivery]) -> None:
    """Store deliveries and wake a carrier at commit; those already stored under the same key are left alone."""
    assert connection.in_atomic_block
    if not deliveries:
        return
    _DELIVERIES.insert(deliveries, "DO NOTHING")
    nudge.wake(CARRY_OUT_DELIVERY, [entry.pk for entry in deliveries])


def message(
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    *,
    message_id: str | None = None,
    ttl: timedelta = DEFAULT_TIME_TO_LIVE,
    actor: User | None = None,
    origin: ProcessInstance | None = None,
) -> Delivery:
    """A message to whoever waits for it, now or within ``ttl``."""
    unique = message_id or uuid.uuid4().hex
    return delivery(
        Delivery.Kind.MESSAGE,
        key=f"message:{name}:{correlation_key}:{unique}",
        name=bounded(name),
        correlation_key=bounded(correlation_key),
        variables=storable(dict(variables)),
        time_to_live=ttl,
        actor=actor,
        origin=origin,
    )


def signal(
    name: str,
    variables: Mapping[str, Any],
    *,
    signal_id: str | None = None,
    actor: User | None = None,
    origin: ProcessInstance | None = None,
) -> Delivery:
    """A signal to everybody who waits for it at the moment it is carried out."""
    return delivery(
        Delivery.Kind.SIGNAL,
        key=f"signal:{name}:{signal_id or uuid.uuid4().hex}",
        name=bounded(name),
        variables=storable(dict(variables)),
        actor=actor,
        origin=origin,
    )


def operations_on(
    instances: Iterable[ProcessInstance], name: str, variables: Mapping[str, Any], actor: User | None
) -> list[Delivery]:
    """The same operation for several instances, each in a transaction of its own."""
    return [
        delivery(
            Delivery.Kind.OPERATION,
            key=f"operation:{name}:{instance.pk}:{uuid.uuid4().hex}",
            name=name,
            target=instance,
            variables=storable(dict(variables)),
            actor=actor,
        )
        for instance in instances
    ]
