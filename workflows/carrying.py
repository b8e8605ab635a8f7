"""Carrying out deliveries: each in a transaction of its own, exactly once, and never in another one's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from bpmn import queries as bpmn_queries
from config import clock
from workflows import buffering, operations, outbox, records, statements
from workflows.engine.api import Cancel, Receive, ReplanTimers, SetVariables
from workflows.exceptions import (
    InstanceHasEnded,
    InstanceNotFound,
    ProcessIsSuspended,
    RecordNotFound,
    StepIsNotOpen,
)
from workflows.families import Family, lock_family
from workflows.locks import is_transient, retrying
from workflows.models import Delivery, ProcessInstance, Subscription
from workflows.storing import back_off
from workflows.texts import storable

MAX_ATTEMPTS = 10
FIRST_ATTEMPT = timedelta(seconds=2)
SUSPENDED_PAUSE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


def carry_out_delivery(delivery_id: UUID | str) -> bool:
    """Carry out a pending delivery; True when it was done now.

    A failure is stored with the next attempt; after ten it waits for an operator.
    """
    try:
        return _carry_out(delivery_id)
    except Exception as error:  # one bad delivery must not stop the others
        log.warning("delivery_failed", delivery=str(delivery_id), exc_info=True)
        _store_failure(delivery_id, error)
        return False


@retrying
@transaction.atomic(durable=True)
@statements.together()
def _carry_out(delivery_id: UUID | str) -> bool:
    now = clock.now()
    delivery = _claim(delivery_id, now)
    if delivery is None:
        return False
    status = _CARRIERS[Delivery.Kind(delivery.kind)](delivery, now)
    if status is None:
        return False
    delivery.status, delivery.finished_at, delivery.attempts = status, now, delivery.attempts + 1
    delivery.save(update_fields=["status", "finished_at", "attempts", "result"])
    return True


def _claim(delivery_id: UUID | str, now: datetime) -> Delivery | None:
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("actor")
    return rows.filter(pk=delivery_id, status=Delivery.Status.PENDING, next_attempt_at__lte=now).first()


@retrying
@transaction.atomic(durable=True)
def _store_failure(delivery_id: UUID | str, error: Exception) -> None:
    delivery = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None or delivery.status != Delivery.Status.PENDING:
        return
    delivery.attempts += 0 if is_transient(error) else 1
    delivery.failure = storable(f"{type(error).__name__}: {error}")
    delivery.next_attempt_at = clock.now() + back_off(FIRST_ATTEMPT, max(delivery.attempts, 1), 2)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.status = Delivery.Status.FAILED
    delivery.save(update_fields=["attempts", "failure", "next_attempt_at", "status"])


def _message(delivery: Delivery, now: datetime) -> Delivery.Status:
    outbox.send(buffering.publish(delivery, now))
    return Delivery.Status.DONE


def _signal(delivery: Delivery, now: datetime) -> Delivery.Status:
    """Hand a signal to all who wait now; the instance that threw it was served within its own advance."""
    rows = Subscription.objects.filter(name=delivery.name, signal=True, root__status__in=ProcessInstance.LIVE)
    receivers = [
        outbox.delivery(
            Delivery.Kind.RECEIVE,
            key=f"receive:{delivery.pk}:{row.instance_id}:{row.subscription}",
            name=delivery.name,
            variables=delivery.variables,
            target_id=row.instance_id,
            process_key=row.process_key,
            subscription=row.subscription,
            actor=delivery.actor,
            origin_id=delivery.origin_id,
        )
        for row in rows.exclude(instance_id=delivery.origin_id).order_by("opened_at", "pk")
    ]
    starts = [
        outbox.delivery(
            Delivery.Kind.START,
            key=f"start:{delivery.pk}:{process_key}:{event}",
            variables=delivery.variables,
            process_key=process_key,
            event=event,
            actor=delivery.actor,
            origin_id=delivery.origin_id,
        )
        for process_key, event in bpmn_queries.signal_starts(delivery.name)
    ]
    outbox.send([*receivers, *starts])
    return Delivery.Status.DONE


def _receive(delivery: Delivery, now: datetime) -> Delivery.Status | None:
    assert delivery.target_id is not None
    family = lock_family(delivery.target_id, actor=delivery.actor)
    waiting = Subscription.objects.filter(instance_id=delivery.target_id, subscription=delivery.subscription)
    row = waiting.first()
    if row is not None and family.is_suspended:
        _put_off(delivery, now)
        return None
    try:
        if row is None:
            raise StepIsNotOpen
        family.apply(row.instance_id, Receive(row.subscription, delivery.variables))
    except (StepIsNotOpen, InstanceHasEnded):
        buffering.give_back(delivery, delivery.process_key, now)
        return Delivery.Status.DROPPED
    _continue_listening(family, waiting, now)
    return Delivery.Status.DONE


def _continue_listening(family: Family, waiting: Any, now: datetime) -> None:
    """A subscription that stays open (non-interrupting) takes the next buffered message as well."""
    still = [row for row in waiting.all() if not row.signal]
    if still:
        buffering.lock_names((row.name, row.correlation_key) for row in still)
        buffering.hand_over(family.member(still[0].instance_id), still, now)


def _start(delivery: Delivery, now: datetime) -> Delivery.Status | None:
    record = None
    if delivery.record_kind:
        try:
            record = records.resolve(delivery.record_kind, delivery.record_id)
        except RecordNotFound:
            return Delivery.Status.DROPPED
    try:
        version = operations.startable_version(delivery.process_key)
    except ProcessIsSuspended:
        _put_off(delivery, now)
        return None
    delivery.result = operations.start_instance(
        actor=delivery.actor,
        process_key=delivery.process_key,
        variables=delivery.variables,
        event=delivery.event or None,
        record=record,
        number=delivery.number,
        version_id=version.pk,
        start_message=(delivery.name, delivery.correlation_key),
    )
    return Delivery.Status.DONE


def _operate(delivery: Delivery, now: datetime) -> Delivery.Status | None:
    assert delivery.target_id is not None
    try:
        family = lock_family(delivery.target_id, actor=delivery.actor)
        OPERATIONS[delivery.name](family, delivery.target_id, delivery.variables)
    except (InstanceHasEnded, InstanceNotFound, StepIsNotOpen):
        return Delivery.Status.DROPPED
    return Delivery.Status.DONE


def _put_off(delivery: Delivery, now: datetime) -> None:
    """The family, or the process to start, is suspended: the delivery stays pending; resuming brings it forward."""
    delivery.next_attempt_at = now + SUSPENDED_PAUSE
    delivery.save(update_fields=["next_attempt_at"])


def _suspend(family: Family, reason: str) -> None:
    if not family.is_suspended:
        family.suspend(reason)


def _resume(family: Family, reason: str) -> None:
    if family.is_suspended:
        family.resume(reason)


def _rekey(family: Family, instance_id: UUID, variables: dict[str, Any]) -> None:
    record = records.resolve(variables["record_kind"], variables["record_id"])
    family.rekey(instance_id, record)


OPERATIONS: dict[str, Callable[[Family, UUID, dict[str, Any]], None]] = {
    "cancel": lambda family, instance_id, variables: family.apply(instance_id, Cancel(variables.get("reason", ""))),
    "suspend": lambda family, instance_id, variables: _suspend(family, variables.get("reason", "")),
    "resume": lambda family, instance_id, variables: _resume(family, variables.get("reason", "")),
    "replan-timers": lambda family, instance_id, variables: family.apply(instance_id, ReplanTimers()),
    "set-variables": lambda family, instance_id, variables: family.apply(instance_id, SetVariables(variables)),
    "rekey": _rekey,
}
"""What may be requested of an instance: cancel, suspend, resume, replan-timers, set-variables, rekey to a record."""

_CARRIERS: dict[Delivery.Kind, Callable[[Delivery, datetime], Delivery.Status | None]] = {
    Delivery.Kind.MESSAGE: _message,
    Delivery.Kind.SIGNAL: _signal,
    Delivery.Kind.RECEIVE: _receive,
    Delivery.Kind.START: _start,
    Delivery.Kind.OPERATION: _operate,
}


def due_deliveries(limit: int) -> Iterable[UUID]:
    """The ids of deliveries to carry out now, oldest first."""
    rows = Delivery.objects.filter(status=Delivery.Status.PENDING, next_attempt_at__lte=clock.now())
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def bring_starts_forward(process_key: str, now: datetime) -> None:
    """A process that goes on takes the starts that were put off while it was suspended."""
    assert connection.in_atomic_block
    waiting = Delivery.objects.filter(process_key=process_key, kind=Delivery.Kind.START, attempts=0)
    waiting.filter(status=Delivery.Status.PENDING, next_attempt_at__gt=now).update(next_attempt_at=now)


def bring_forward(family_root: ProcessInstance, now: datetime) -> None:
    """A resumed family takes what was put off while it was suspended."""
    assert connection.in_atomic_block
    Delivery.objects.filter(
        target__root=family_root, status=Delivery.Status.PENDING, next_attempt_at__gt=now, attempts=0
    ).update(next_attempt_at=now)
