"""Moving instances on inside a caller's transaction; what concerns other families is only requested here.

CRM code uses `request_message`, `request_signal`, `request_start`, `request_cancel` and `replan_timers_of`: they store
a delivery and never lock an instance. Code that holds a family's lock (`lock_family`) uses the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from accounts.models import User
from bpmn import queries as bpmn_queries
from bpmn.models import ProcessVersion
from workflows import holding, outbox, queries, records
from workflows.engine.api import (
    AddSigner,
    CompleteStep,
    FailStep,
    RemoveSigner,
    SetVariables,
    StartInstance,
    ThrowError,
    Where,
)
from workflows.exceptions import ProcessIsSuspended, StartEventNotFound
from workflows.families import Family, NewInstance, lock_family, new_family
from workflows.models import Delivery, ProcessInstance
from workflows.outbox import DEFAULT_TIME_TO_LIVE
from workflows.texts import bounded, storable

__all__ = [
    "DEFAULT_TIME_TO_LIVE",
    "add_signer",
    "complete_step",
    "fail_step",
    "lock_family",
    "remove_signer",
    "replan_timers_of",
    "request_cancel",
    "request_message",
    "request_operation",
    "request_signal",
    "request_start",
    "set_variables",
    "start_instance",
    "throw_error",
]


def start_instance(
    *,
    actor: User | None,
    process_key: str,
    variables: Mapping[str, Any] | None = None,
    event: str | None = None,
    record: Model | None = None,
    number: str = "",
    version_id: Any = None,
    start_message: tuple[str, str] = ("", ""),
) -> ProcessInstance:
    """Start an instance of the live version (or the given one) about ``record`` and run it to its first rest.

    ``event`` is the id of a start event or the name of a message that starts the process; None means the none start
    event. The business key is ``number``, else the record's. Raises bpmn's ProcessNotDeployed, StartEventNotFound, and
    ProcessIsSuspended unless a version is given.
    """
    assert connection.in_atomic_block
    version_id = version_id or startable_version(process_key).pk
    new = NewInstance(
        version_id=version_id,
        process_key=process_key,
        number=bounded(number),
        start_message=bounded(start_message[0]),
        start_key=bounded(start_message[1]),
        record=record,
    )
    family = new_family(new, actor=actor)
    family.start(StartInstance(dict(variables or {}), start_event(version_id, event)))
    return family.root


def startable_version(process_key: str) -> ProcessVersion:
    """The live version of a process, not to be held before the transaction ends.

    Raises bpmn's ProcessNotDeployed, ProcessIsSuspended.
    """
    holding.before_start(process_key)
    version = bpmn_queries.live_version(process_key)
    if version.is_suspended:
        raise ProcessIsSuspended
    return version


def start_event(version_id: Any, event: str | None) -> str | None:
    """The id of the start event meant by an element id or a message name; raises StartEventNotFound."""
    if event is None:
        return None
    for start in bpmn_queries.starts(version_id):
        if event in (start.element, start.name):
            return start.element
    raise StartEventNotFound(f"There is no start event or start message {event!r}.")


def complete_step(family: Family, *, instance_id: UUID, step: str, variables: Mapping[str, Any]) -> None:
    """Complete an open user, manual or receive task or job of a locked family.

    Raises StepIsNotOpen when it was completed or withdrawn before, InstanceHasEnded, InstanceIsSuspended.
    """
    family.apply(instance_id, CompleteStep(step, dict(variables)))


def add_signer(family: Family, *, instance_id: UUID, step: str, person: str, where: str, advisory: bool = False) -> str:
    """Ask one more person (by username) to sign an open user task of a locked family; the key of their step.

    ``where`` is "before", "after" or "beside". Raises SigningImpossible, and like complete_step.
    """
    family.apply(instance_id, AddSigner(step, person, Where(where), advisory))
    return queries.signers_in(family.member(instance_id))[-1].step


def remove_signer(family: Family, *, instance_id: UUID, step: str) -> None:
    """Ask a signer no longer, nor whom they asked; raises SigningImpossible once they have answered."""
    family.apply(instance_id, RemoveSigner(step))


def throw_error(
    family: Family,
    *,
    instance_id: UUID,
    step: str,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
) -> None:
    """End an open step with a BPMN error; uncaught it becomes an incident there. Raises like complete_step."""
    family.apply(instance_id, ThrowError(step, code, message, dict(variables or {})))


def fail_step(family: Family, *, instance_id: UUID, step: str, message: str) -> None:
    """Open an incident at an open job. Raises like complete_step."""
    family.apply(instance_id, FailStep(step, message))


def set_variables(family: Family, *, instance_id: UUID, variables: Mapping[str, Any], step: str | None = None) -> None:
    """Write variables into the scope of a step or the root scope; timers are not planned again."""
    family.apply(instance_id, SetVariables(dict(variables), step))


def request_message(
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any] | None = None,
    *,
    message_id: str | None = None,
    ttl: timedelta = DEFAULT_TIME_TO_LIVE,
    actor: User | None = None,
    record: Model | None = None,
) -> Delivery:
    """Send a message to whoever waits for it by name and correlation key, now or within ``ttl``.

    Every process takes it at most once. With a ``message_id`` a second request of the same name, key and id changes
    nothing. An instance that the message starts is about ``record``.
    """
    delivery = outbox.message(name, correlation_key, variables or {}, message_id=message_id, ttl=ttl, actor=actor)
    _attach(delivery, record)
    outbox.send([delivery])
    return delivery


def request_signal(
    name: str, variables: Mapping[str, Any] | None = None, *, signal_id: str | None = None, actor: User | None = None
) -> Delivery:
    """Broadcast a signal to everybody who waits for it at the moment it is carried out."""
    delivery = outbox.signal(name, variables or {}, signal_id=signal_id, actor=actor)
    outbox.send([delivery])
    return delivery


def request_start(
    process_key: str,
    *,
    event: str | None = None,
    variables: Mapping[str, Any] | None = None,
    record: Model | None = None,
    message_id: str | None = None,
    number: str = "",
    actor: User | None = None,
) -> Delivery:
    """Have an instance started after commit in a transaction of its own.

    ``event`` is a start event's id or a start message's name. With a ``message_id`` the same request starts only
    once, ever. Raises bpmn's ProcessNotDeployed and StartEventNotFound now rather than later.
    """
    start_event(bpmn_queries.live_version(process_key).pk, event)
    delivery = outbox.delivery(
        Delivery.Kind.START,
        key=f"start:{process_key}:{event or ''}:{message_id or uuid.uuid4().hex}",
        process_key=process_key,
        event=event or "",
        variables=storable(dict(variables or {})),
        actor=actor,
    )
    _attach(delivery, record)
    delivery.number = bounded(number) or delivery.number
    outbox.send([delivery])
    return delivery


def request_operation(
    instance: ProcessInstance,
    name: str,
    variables: Mapping[str, Any] | None = None,
    *,
    actor: User | None = None,
) -> Delivery:
    """Have an operation (see `workflows.carrying.OPERATIONS`) carried out on an instance after commit."""
    (delivery,) = outbox.operations_on([instance], name, variables or {}, actor)
    outbox.send([delivery])
    return delivery


def request_cancel(record: Model, *, reason: str = "", actor: User | None = None, process_key: str = "") -> int:
    """Have the live processes of a record cancelled after commit; returns how many."""
    rows = _live_about(record).filter(parent=None)
    if process_key:
        rows = rows.filter(process_key=process_key)
    return _request(rows, "cancel", {"reason": reason}, actor)


def replan_timers_of(record: Model, *, actor: User | None = None) -> int:
    """Have all waiting timers of the record's processes planned again after commit; returns how many processes."""
    return _request(_live_about(record), "replan-timers", {}, actor)


def _live_about(record: Model) -> QuerySet[ProcessInstance]:
    kind = records.kind_of(record)
    live = ProcessInstance.objects.filter(status__in=ProcessInstance.LIVE).only("pk")
    return live.filter(record_kind=kind.kind, record_id=str(record.pk))


def _request(rows: QuerySet[ProcessInstance], name: str, variables: Mapping[str, Any], actor: User | None) -> int:
    deliveries = outbox.operations_on(rows, name, variables, actor)
    outbox.send(deliveries)
    return len(deliveries)


def _attach(delivery: Delivery, record: Model | None) -> None:
    if record is not None:
        kind = records.kind_of(record)
        delivery.record_kind, delivery.record_id = kind.kind, str(record.pk)
        delivery.number = bounded(kind.number(record))
