"""What people and operators do to running processes: each command one intent, one transaction, one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from config import clock
from workflows import operations, permissions, records, statements
from workflows.engine.api import Cancel, Retry, SetVariables
from workflows.exceptions import IncidentIsClosed, NotPermitted, RecordNeeded, StartsWithItsRecord
from workflows.families import Family, lock_family
from workflows.locks import is_transient, retrying
from workflows.models import Delivery, Incident, ProcessInstance
from workflows.operating.recording import act


@retrying
@transaction.atomic(durable=True)
@statements.together()
def start_process(
    *,
    actor: User | None,
    process_key: str,
    variables: Mapping[str, Any] | None = None,
    event: str | None = None,
    record: Model | None = None,
    number: str = "",
) -> ProcessInstance:
    """Start the live version of a process by hand and run it to its first rest.

    Refuses people whose roles the process does not name (NotPermitted), suspended processes (ProcessIsSuspended),
    unknown processes and start events; for a process about records also a start without one of that kind
    (RecordNeeded), or at all where making the record starts it (StartsWithItsRecord).
    """
    version = operations.startable_version(process_key)
    if not permissions.may_start(actor, version.definition):
        raise NotPermitted
    _check_record(version.definition.record_kind, record)
    return operations.start_instance(
        actor=actor,
        process_key=process_key,
        variables=variables,
        event=event,
        record=record,
        number=number,
        version_id=version.pk,
    )


@retrying
@transaction.atomic(durable=True)
def send_message(
    *,
    actor: User | None,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any] | None = None,
    message_id: str | None = None,
    ttl: timedelta = operations.DEFAULT_TIME_TO_LIVE,
) -> Delivery:
    """Publish a message for whoever waits for it now or within ``ttl``; the same ``message_id`` acts once."""
    return operations.request_message(name, correlation_key, variables, message_id=message_id, ttl=ttl, actor=actor)


@retrying
@transaction.atomic(durable=True)
def send_signal(
    *, actor: User | None, name: str, variables: Mapping[str, Any] | None = None, signal_id: str | None = None
) -> Delivery:
    """Broadcast a signal; the same ``signal_id`` acts once."""
    return operations.request_signal(name, variables, signal_id=signal_id, actor=actor)


@retrying
@transaction.atomic(durable=True)
def cancel_process(*, actor: User | None, instance_id: UUID, reason: str = "") -> ProcessInstance:
    """End a process now with all it called; what is open closes, nothing is compensated.

    Operators and whoever started it may; raises NotPermitted, InstanceHasEnded.
    """
    family = lock_family(instance_id, actor=actor)
    if not permissions.may_cancel(actor, family.root):
        raise NotPermitted
    with act(family, instance_id, "cancel", reason):
        family.apply(instance_id, Cancel(reason))
    return family.member(instance_id)


@retrying
@transaction.atomic(durable=True)
def suspend_process(*, actor: User | None, instance_id: UUID, reason: str = "") -> ProcessInstance:
    """Hold a process with its whole family: nothing moves it until it is resumed. For operators."""
    family = _operated(actor, instance_id)
    family.suspend(reason)
    return family.root


@retrying
@transaction.atomic(durable=True)
def resume_process(*, actor: User | None, instance_id: UUID, reason: str = "") -> ProcessInstance:
    """Let a suspended family go on; what came meanwhile is taken up. For operators."""
    family = _operated(actor, instance_id)
    family.resume(reason)
    return family.root


@retrying
@transaction.atomic(durable=True)
def change_variables(
    *, actor: User | None, instance_id: UUID, variables: Mapping[str, Any], step: str | None = None, reason: str = ""
) -> ProcessInstance:
    """Write variables into the scope of a step or the root scope. For operators."""
    family = _operated(actor, instance_id)
    with act(family, instance_id, "set-variables", reason):
        family.apply(instance_id, SetVariables(dict(variables), step))
    return family.member(instance_id)


@retrying
@transaction.atomic(durable=True)
def retry_incident(
    *, actor: User | None, incident_id: UUID | str, variables: Mapping[str, Any] | None = None, reason: str = ""
) -> Incident:
    """Try the step of an open incident again, after writing ``variables``; the returned row tells whether it worked.

    For operators; raises IncidentIsClosed.
    """
    incident, _family = retry_in_family(actor, incident_id, variables, reason)
    return incident


def retry_in_family(
    actor: User | None, incident_id: UUID | str, variables: Mapping[str, Any] | None, reason: str
) -> tuple[Incident, Family]:
    """Retry within the caller's transaction; the incident as it is now and its locked family."""
    incident, family = lock_incident(actor, incident_id)
    told = {"incident": str(incident.pk), "element": incident.element, "message": incident.message}
    with act(family, incident.instance_id, "retry", reason, **told) as noted:
        family.apply(incident.instance_id, Retry(incident.step, dict(variables or {})))
        incident.refresh_from_db()
        noted["outcome"] = "closed" if incident.closed_at else incident.message
    return incident, family


@retrying
@transaction.atomic(durable=True)
def retry_when_due(incident_id: UUID | str) -> bool:
    """The automatic retry of an incident, if it is still due."""
    now = clock.now()
    incident = Incident.objects.filter(pk=incident_id, closed_at=None, next_retry_at__lte=now).first()
    if incident is None:
        return False
    family = lock_family(incident.instance_id)
    still_due = Incident.objects.filter(pk=incident_id, closed_at=None, next_retry_at__lte=now).exists()
    if not still_due or family.is_suspended:
        return False
    family.apply(incident.instance_id, Retry(incident.step))
    return True


@retrying
@transaction.atomic(durable=True)
def put_off_retry(incident_id: UUID | str, error: Exception) -> None:
    """An automatic retry failed outside the engine: leave the incident to an operator, or try once more when busy."""
    pause = clock.now() + timedelta(seconds=30) if is_transient(error) else None
    Incident.objects.filter(pk=incident_id, closed_at=None).update(next_retry_at=pause)


def _check_record(kind: str, record: Model | None) -> None:
    if not kind:
        return
    if records.kind(kind).starts_itself:
        raise StartsWithItsRecord
    if record is None or records.kind_of(record).kind != kind:
        raise RecordNeeded


def _operated(actor: User | None, instance_id: UUID) -> Family:
    permissions.require_operator(actor)
    return lock_family(instance_id, actor=actor)


def lock_incident(actor: User | None, incident_id: UUID | str) -> tuple[Incident, Family]:
    """An open incident as it is under its family's lock. Raises NotPermitted, IncidentIsClosed."""
    permissions.require_operator(actor)
    incident = Incident.objects.filter(pk=incident_id, closed_at=None).first()
    if incident is None:
        raise IncidentIsClosed
    family = lock_family(incident.instance_id, actor=actor)
    incident.refresh_from_db()
    if incident.closed_at is not None:
        raise IncidentIsClosed
    return incident, family
