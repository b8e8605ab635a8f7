"""How operators repair what runs: move tokens, leave failed steps, begin again in the midst, retry what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import User
from bpmn.models import ProcessVersion
from workflows import commands, holding, permissions, records
from workflows.engine.api import Entry, Modify, Resolve, StartInstance
from workflows.exceptions import InstanceIsLive, ProcessIsSuspended, ReasonNeeded, StartedByItsCaller
from workflows.families import Family, NewInstance, lock_family, new_family
from workflows.locks import retrying
from workflows.models import Effect, Incident, ProcessInstance
from workflows.operating import queries
from workflows.operating.recording import act


@retrying
@transaction.atomic(durable=True)
def modify_process(
    *,
    actor: User | None,
    instance_id: UUID,
    start: Iterable[Entry] = (),
    end: Iterable[str] = (),
    variables: Mapping[str, Any] | None = None,
    reason: str,
) -> ProcessInstance:
    """Start tokens before or after elements and end steps, all in one act or not at all.

    ``end`` names steps by key or all at an element by its id. What ended steps had open closes: work items, timers,
    subscriptions, incidents, effects not yet made, called processes. Effects already made stay made
    (`queries.preview_modification` lists them). For operators; raises NotPermitted, ReasonNeeded, InstanceHasEnded,
    InstanceIsSuspended, and ModificationImpossible with the sentence why.
    """
    permissions.require_operator(actor)
    _require_reason(reason)
    stimulus = Modify(tuple(start), tuple(end), dict(variables or {}), reason)
    family = lock_family(instance_id, actor=actor)
    with act(family, instance_id, "modify", reason):
        family.apply(instance_id, stimulus)
    return family.member(instance_id)


@retrying
@transaction.atomic(durable=True)
def restart_process(
    *,
    actor: User | None,
    instance_id: UUID,
    at: Iterable[Entry],
    variables: Mapping[str, Any] | None = None,
    reason: str,
) -> ProcessInstance:
    """Begin a new instance of an ended one's version and record in its midst: before or after the given elements.

    It knows the ended one's final variables, or ``variables`` instead. A called instance begins again through its
    caller: by `modify_process` at the calling step, or by restarting the caller there. For operators; raises
    NotPermitted, ReasonNeeded, InstanceNotFound, InstanceIsLive, StartedByItsCaller, ProcessIsSuspended,
    RecordNotFound, ModificationImpossible.
    """
    permissions.require_operator(actor)
    _require_reason(reason)
    ended = lock_family(instance_id, actor=actor).member(instance_id)
    if ended.is_live:
        raise InstanceIsLive
    if ended.parent_id is not None:
        raise StartedByItsCaller
    holding.before_start(ended.process_key)
    if ProcessVersion.objects.select_related("definition").get(pk=ended.version_id).is_suspended:
        raise ProcessIsSuspended
    family = new_family(_like(ended), actor=actor)
    known = queries.final_variables(ended) if variables is None else dict(variables)
    with act(family, family.root.pk, "restart", reason, of=str(ended.pk)):
        family.start(StartInstance(known, at=tuple(at)))
    return family.root


def _like(ended: ProcessInstance) -> NewInstance:
    record = records.resolve(ended.record_kind, ended.record_id) if ended.record_kind else None
    return NewInstance(
        version_id=ended.version_id,
        process_key=ended.process_key,
        number=ended.number,
        start_message=ended.start_message,
        start_key=ended.start_key,
        record=record,
    )


@retrying
@transaction.atomic(durable=True)
def resolve_incident(
    *,
    actor: User | None,
    incident_id: UUID | str,
    variables: Mapping[str, Any] | None = None,
    error: str | None = None,
    message: str = "",
    reason: str,
) -> Retried:
    """Leave the step of an open incident without trying again: completed with ``variables``, or by the BPMN ``error``.

    The answer tells whether the incident is closed: an error nobody catches leaves it open with that reason, so does
    an output mapping or a way out that still fails. For operators; raises NotPermitted, ReasonNeeded,
    IncidentIsClosed, InstanceIsSuspended, and StepIsNotOpen for event-based gateways: only an event says where to go.
    """
    permissions.require_operator(actor)
    _require_reason(reason)
    incident, family = commands.lock_incident(actor, incident_id)
    details = {"incident": str(incident.pk), "element": incident.element, "error": error or ""}
    with act(family, incident.instance_id, "resolve", reason, **details) as noted:
        family.apply(incident.instance_id, Resolve(incident.step, dict(variables or {}), error or None, message))
        result = outcome_of(incident, family)
        noted["outcome"] = result.outcome.value
    return result


class Outcome(StrEnum):
    """What a retry came to."""

    THROUGH = "through"
    UNDER_WAY = "under-way"
    FAILED_AGAIN = "failed-again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of one incident.

    UNDER_WAY: its effect was requested again and answers later. FAILED_AGAIN: ``message`` is the new reason. REFUSED:
    it was not tried. ``next``: where the process stopped afterwards, if it did.
    """

    incident_id: UUID
    outcome: Outcome
    message: str = ""
    next: tuple[Incident, ...] = ()


@retrying
@transaction.atomic(durable=True)
def retry(
    *, actor: User | None, incident_id: UUID | str, variables: Mapping[str, Any] | None = None, reason: str = ""
) -> Retried:
    """Try the step of an open incident again after writing ``variables``, and say truly what came of it.

    For operators; raises NotPermitted, IncidentIsClosed, InstanceIsSuspended.
    """
    incident, family = commands.retry_in_family(actor, incident_id, variables, reason)
    return outcome_of(incident, family)


def outcome_of(incident: Incident, family: Family) -> Retried:
    """What became of an incident in the family's present transaction."""
    assert connection.in_atomic_block
    incident.refresh_from_db()
    if incident.closed_at is None:
        return Retried(incident.pk, Outcome.FAILED_AGAIN, incident.message)
    opened = Incident.objects.filter(instance__root=family.root, closed_at=None, opened_at=family.now)
    here = Effect.objects.filter(instance_id=incident.instance_id, step=incident.step, status__in=Effect.WAITING)
    outcome = Outcome.UNDER_WAY if here.exists() else Outcome.THROUGH
    return Retried(incident.pk, outcome, next=tuple(opened.exclude(pk=incident.pk).defer("instance__state")))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded
