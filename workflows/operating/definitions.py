"""Holding a whole process: nothing starts it, what arrives meanwhile waits; running families may be held as well."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.models import User
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition, ProcessVersion
from config import clock
from workflows import carrying, holding, permissions
from workflows.exceptions import ProcessIsNotSuspended, ProcessIsSuspended, ReasonNeeded
from workflows.families import SUSPENDED_CALL
from workflows.locks import retrying
from workflows.models import BulkAct, BulkItem, Incident, ProcessInstance
from workflows.operating import bulk

Kind, Status = BulkAct.Kind, ProcessInstance.Status


@retrying
@transaction.atomic(durable=True)
def suspend_definition(
    *, actor: User | None, process_key: str, version: int | None = None, families: bool = False, reason: str
) -> int:
    """Let nothing start a process (or one version of it) until it goes on; returns how many families will be held.

    People and calls are refused with the reason; starts by timers, messages and signals wait and are not lost. With
    ``families`` its running families are suspended, too, with all they called: a bulk act, by jobs after commit.
    For operators; raises NotPermitted, ReasonNeeded, ProcessNotDeployed, ProcessIsSuspended.
    """
    permissions.require_operator(actor)
    holding.before_hold(process_key)
    held = _locked(actor, process_key, version, reason)
    if held.suspended_at is not None:
        raise ProcessIsSuspended
    held.suspended_at = clock.now()
    held.save(update_fields=["suspended_at"])
    number = _deal_with(Kind.SUSPEND, process_key, version, actor, reason) if families else 0
    _record("process.suspended", actor, held, reason, number)
    return number


@retrying
@transaction.atomic(durable=True)
def resume_definition(
    *, actor: User | None, process_key: str, version: int | None = None, families: bool = False, reason: str = ""
) -> int:
    """Let a process (or one version) start again; what waited is taken up now, and calls it refused are tried again.

    With ``families`` its suspended families go on as well; returns how many. For operators; raises NotPermitted,
    ProcessNotDeployed, ProcessIsNotSuspended.
    """
    held = _locked(actor, process_key, version, reason or "-")
    if held.suspended_at is None:
        raise ProcessIsNotSuspended
    held.suspended_at = None
    held.save(update_fields=["suspended_at"])
    now = clock.now()
    carrying.bring_starts_forward(process_key, now)
    refused = Incident.objects.filter(closed_at=None, kind="call", message=SUSPENDED_CALL.format(process_key))
    refused.update(next_retry_at=now)
    if families:
        bulk.call_off(Kind.SUSPEND, process_key, version)
    number = _deal_with(Kind.RESUME, process_key, version, actor, reason) if families else 0
    _record("process.resumed", actor, held, reason, number)
    return number


def families_under_way(process_key: str) -> int:
    """How many families of a process still wait to be held or let go: the progress of the two commands above."""
    waiting = BulkItem.objects.filter(status=BulkItem.Status.PENDING, batch__status=BulkAct.Status.RUNNING)
    return waiting.filter(batch__kind__in=(Kind.SUSPEND, Kind.RESUME), batch__process_key=process_key).count()


def _locked(
    actor: User | None, process_key: str, version: int | None, reason: str
) -> ProcessDefinition | ProcessVersion:
    permissions.require_operator(actor)
    if not reason.strip():
        raise ReasonNeeded
    found: ProcessDefinition | ProcessVersion | None
    if version is None:
        found = ProcessDefinition.objects.select_for_update().filter(key=process_key).first()
    else:
        rows = ProcessVersion.objects.select_for_update(of=("self",)).select_related("definition")
        found = rows.filter(definition__key=process_key, number=version).first()
    if found is None:
        raise ProcessNotDeployed(process_key)
    return found


def _deal_with(kind: BulkAct.Kind, process_key: str, version: int | None, actor: User | None, reason: str) -> int:
    status = Status.RUNNING if kind == Kind.SUSPEND else Status.SUSPENDED
    rows = ProcessInstance.objects.filter(process_key=process_key, parent=None, status=status).only("pk")
    rows = rows if version is None else rows.filter(version__number=version)
    return bulk.request_for_families(kind, rows, process_key=process_key, actor=actor, reason=reason)


def _record(event: str, actor: User | None, held: ProcessDefinition | ProcessVersion, reason: str, number: int) -> None:
    whole = isinstance(held, ProcessDefinition)
    data = {
        "process": held.key if isinstance(held, ProcessDefinition) else held.definition.key,
        "version": None if isinstance(held, ProcessDefinition) else held.number,
        "reason": reason,
        "families": number,
        "before": {"suspended": event == "process.resumed"},
        "after": {"suspended": event == "process.suspended"},
    }
    audit.record(event, actor=actor, subject=held, subject_kind="process" if whole else "process version", data=data)
