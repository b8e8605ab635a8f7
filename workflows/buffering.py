"""Messages and who takes them: each process at most once per message, early ones wait for their time to live.

Publishing and subscribing meet under an advisory lock on (name, correlation key): without it a message and a
subscription committed at the same moment would not see each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from bpmn import queries as bpmn_queries
from workflows import outbox, statements
from workflows.models import BufferedMessage, Delivery, ProcessInstance, Subscription

Name = tuple[str, str]


def lock_names(names: Iterable[Name]) -> None:
    """Let nobody else publish or subscribe to these (name, correlation key) pairs until the transaction ends."""
    keys = sorted({_lock_key(name) for name in names})
    if keys:
        statements.later("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def publish(delivery: Delivery, now: datetime) -> list[Delivery]:
    """Keep a message for its time to live and hand it to everybody waiting; the caller stores the deliveries."""
    lock_names([(delivery.name, delivery.correlation_key)])
    message = BufferedMessage(
        pk=delivery.pk,
        name=delivery.name,
        correlation_key=delivery.correlation_key,
        message_id=delivery.idempotency_key,
        variables=delivery.variables,
        published_at=now,
        expires_at=now + (delivery.time_to_live or outbox.DEFAULT_TIME_TO_LIVE),
    )
    deliveries = [*_to_waiting(message, delivery), *_to_starts(message, delivery)]
    message.save(force_insert=True)
    return deliveries


def hand_over(instance: ProcessInstance, subscriptions: Sequence[Subscription], now: datetime) -> None:
    """Give waiting messages to subscriptions that just opened, the oldest first, one each."""
    if not subscriptions:
        return
    wanted = Q()
    for row in subscriptions:
        wanted |= Q(name=row.name, correlation_key=row.correlation_key)
    waiting = [
        message
        for message in BufferedMessage.objects.filter(wanted, expires_at__gt=now).order_by("published_at", "pk")
        if instance.process_key not in message.taken_by
    ]
    deliveries = []
    for row in subscriptions:
        fitting = next((m for m in waiting if (m.name, m.correlation_key) == (row.name, row.correlation_key)), None)
        if fitting is not None:
            waiting.remove(fitting)
            _take(fitting, instance.process_key)
            deliveries.append(_receive(fitting, row, None))
    outbox.send(deliveries)


def give_back(delivery: Delivery, process_key: str, now: datetime) -> None:
    """The subscription was gone when the message came: let another instance of the process have it, or buffer it."""
    if delivery.message_id is None:
        return
    lock_names([(delivery.name, delivery.correlation_key)])
    message = BufferedMessage.objects.filter(pk=delivery.message_id, expires_at__gt=now).first()
    if message is None or process_key not in message.taken_by:
        return
    message.taken_by.remove(process_key)
    deliveries = [*_to_waiting(message, delivery, only=process_key), *_to_starts(message, delivery, only=process_key)]
    message.save(update_fields=["taken_by"])
    outbox.send(deliveries)


def start_next(instance: ProcessInstance, now: datetime) -> None:
    """The instance a message started has ended: the next message of the same key may start its successor."""
    if not instance.start_key:
        return
    lock_names([(instance.start_message, instance.start_key)])
    rows = BufferedMessage.objects.filter(
        name=instance.start_message, correlation_key=instance.start_key, expires_at__gt=now
    ).order_by("published_at", "pk")
    for message in rows:
        if instance.process_key in message.taken_by:
            continue
        starts = bpmn_queries.message_starts(message.name)
        deliveries = [_start(message, key, event, None) for key, event in starts if key == instance.process_key]
        _take(message, instance.process_key)
        outbox.send(deliveries[:1])
        return


def _to_waiting(message: BufferedMessage, source: Delivery, only: str | None = None) -> list[Delivery]:
    rows = Subscription.objects.filter(
        name=message.name,
        correlation_key=message.correlation_key,
        signal=False,
        root__status__in=ProcessInstance.LIVE,
    ).order_by("opened_at", "pk")
    if only is not None:
        rows = rows.filter(process_key=only)
    deliveries = []
    for row in rows:
        if row.process_key not in message.taken_by:
            message.taken_by.append(row.process_key)
            deliveries.append(_receive(message, row, source))
    return deliveries


def _to_starts(message: BufferedMessage, source: Delivery, only: str | None = None) -> list[Delivery]:
    deliveries = []
    for process_key, event in bpmn_queries.message_starts(message.name):
        if process_key in message.taken_by or (only is not None and process_key != only):
            continue
        if not _has_living_start(message, process_key):
            message.taken_by.append(process_key)
            deliveries.append(_start(message, process_key, event, source))
    return deliveries


def _has_living_start(message: BufferedMessage, process_key: str) -> bool:
    """Whether an instance of the process begun by the same message name and key lives or is about to."""
    if not message.correlation_key:
        return False
    same = {"process_key": process_key}
    return (
        ProcessInstance.objects.filter(
            start_message=message.name, start_key=message.correlation_key, status__in=ProcessInstance.LIVE, **same
        ).exists()
        or Delivery.objects.filter(
            kind=Delivery.Kind.START,
            status=Delivery.Status.PENDING,
            name=message.name,
            correlation_key=message.correlation_key,
            **same,
        ).exists()
    )


def _take(message: BufferedMessage, process_key: str) -> None:
    message.taken_by.append(process_key)
    message.save(update_fields=["taken_by"])


def _receive(message: BufferedMessage, row: Subscription, source: Delivery | None) -> Delivery:
    return outbox.delivery(
        Delivery.Kind.RECEIVE,
        key=f"receive:{message.pk}:{row.instance_id}:{row.subscription}",
        name=message.name,
        correlation_key=message.correlation_key,
        variables=message.variables,
        target_id=row.instance_id,
        process_key=row.process_key,
        subscription=row.subscription,
        **_origin(message, source),
    )


def _start(message: BufferedMessage, process_key: str, event: str, source: Delivery | None) -> Delivery:
    return outbox.delivery(
        Delivery.Kind.START,
        key=f"start:{message.pk}:{process_key}",
        name=message.name,
        correlation_key=message.correlation_key,
        variables=message.variables,
        process_key=process_key,
        event=event,
        **_origin(message, source),
    )


def _origin(message: BufferedMessage, source: Delivery | None) -> dict[str, Any]:
    """The message a delivery carries on, and on whose behalf; looked up when the sender is not at hand."""
    sender = source or Delivery.objects.filter(pk=message.pk).first()
    known = {} if sender is None else _sender(sender)
    return {"message": message, **known}


def _sender(sender: Delivery) -> dict[str, Any]:
    return {
        "actor_id": sender.actor_id,
        "origin_id": sender.origin_id,
        "record_kind": sender.record_kind,
        "record_id": sender.record_id,
        "number": sender.number,
    }


def _lock_key(name: Name) -> int:
    digest = hashlib.blake2b("\x1f".join(name).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
