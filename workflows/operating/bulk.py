"""Acts of operators on many processes: written down first, then done to one after the other by jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from config import clock
from workflows import batches, commands, nudge, permissions, statements
from workflows.engine.api import Cancel
from workflows.exceptions import BulkActUnderWay, InstanceNotFound, NothingChosen, ReasonNeeded, WorkflowError
from workflows.families import lock_family
from workflows.locks import retrying
from workflows.models import BulkAct, BulkItem, Incident, ProcessInstance
from workflows.operating.commands import outcome_of
from workflows.operating.recording import act
from workflows.texts import bounded, storable

CARRY_ON = "workflows.carry_on_bulk_act"
CALLED_OFF = "called-off"
"""The message of items that were not done because the opposite was asked for meanwhile."""
Kind, Status = BulkAct.Kind, BulkItem.Status


@retrying
@transaction.atomic(durable=True)
def start_bulk_act(
    *,
    actor: User | None,
    kind: BulkAct.Kind,
    cause: str = "",
    incidents: Iterable[UUID] = (),
    instances: Iterable[UUID] = (),
    variables: Mapping[str, Any] | None = None,
    reason: str = "",
    key: str = "",
) -> BulkAct:
    """Have many incidents retried (all open ones with a cause, or those named) or families of instances dealt with.

    Jobs carry it out, each in a transaction of its own; `bulk_queries` tell how far it is. The same ``key`` again is
    the act that was started with it. For operators; raises NotPermitted, ReasonNeeded for all but retries,
    NothingChosen, InstanceNotFound, and BulkActUnderWay while the same cause is being retried.
    """
    permissions.require_operator(actor)
    known = BulkAct.objects.filter(key=_own_key(actor, key)).first() if key else None
    if known is not None:
        return known
    if kind != Kind.RETRY and not reason.strip():
        raise ReasonNeeded
    rows = _incidents(cause, incidents) if kind == Kind.RETRY else _roots(instances)
    processes = {row.instance.process_key for row in rows}
    batch = BulkAct(
        kind=kind,
        key=_own_key(actor, key) if key else None,
        process_key=processes.pop() if len(processes) == 1 else "",
        cause=cause,
        variables=storable(dict(variables or {})),
        reason=storable(reason),
        created_by=actor,
        created_at=clock.now(),
    )
    return _begin(batch, rows)


def request_for_families(
    kind: BulkAct.Kind, roots: QuerySet[ProcessInstance], *, process_key: str, actor: User | None, reason: str
) -> int:
    """Have a whole process's families dealt with after the caller's transaction; says how many."""
    assert connection.in_atomic_block
    rows = [BulkItem(instance=root) for root in roots.order_by("started_at", "pk")]
    if not rows:
        return 0
    batch = BulkAct(kind=kind, process_key=process_key, reason=reason, created_by=actor, created_at=clock.now())
    return _begin(batch, rows).total


def call_off(kind: BulkAct.Kind, process_key: str, version: int | None) -> None:
    """What was asked for a whole process (or one version) and is not done yet is not wanted any more."""
    assert connection.in_atomic_block
    waiting = BulkItem.objects.filter(batch__kind=kind, batch__process_key=process_key, status=Status.PENDING)
    if version is not None:
        waiting = waiting.filter(instance__version__number=version)
    waiting.filter(batch__status=BulkAct.Status.RUNNING).update(
        status=Status.REFUSED, message=CALLED_OFF, finished_at=clock.now()
    )


def _begin(batch: BulkAct, rows: Sequence[BulkItem]) -> BulkAct:
    if not rows:
        raise NothingChosen
    batch.total = len(rows)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as taken:
        same = BulkAct.objects.filter(key=batch.key).first() if batch.key else None
        if same is None:
            raise BulkActUnderWay from taken
        return same
    for row in rows:
        row.batch = batch
    BulkItem.objects.bulk_create(rows, batch_size=1000)
    nudge.wake(CARRY_ON, [batch.pk])
    return batch


def _own_key(actor: User | None, key: str) -> str:
    return bounded(f"{actor.pk if actor else ''}:{key}", 100)


def _incidents(cause: str, named: Iterable[UUID]) -> Sequence[BulkItem]:
    rows = Incident.objects.select_related("instance").defer("instance__state").order_by("opened_at", "pk")
    found = rows.filter(cause=cause, closed_at=None) if cause else _all_of(rows, named)
    return [BulkItem(instance=incident.instance, incident=incident) for incident in found]


def _roots(named: Iterable[UUID]) -> Sequence[BulkItem]:
    chosen = _all_of(ProcessInstance.objects.only("pk", "root_id"), named)
    roots = ProcessInstance.objects.filter(pk__in={row.root_id for row in chosen}).only("pk", "process_key")
    return [BulkItem(instance=root) for root in roots.order_by("started_at", "pk")]


def _all_of(rows: QuerySet[Any], named: Iterable[UUID]) -> Sequence[Any]:
    ids = set(named)
    found = list(rows.filter(pk__in=ids))
    if len(found) < len(ids):
        raise InstanceNotFound
    return found


# --- carrying out ---------------------------------------------------------------------------------------------------


@retrying
@transaction.atomic(durable=True)
@statements.together()
def carry_out(item_id: int) -> bool:
    """Do to one process what its batch wants, at most once however often this is called, and write the outcome down.

    Whoever started the batch does it: a right lost meanwhile is a refusal. False when the item is not waiting.
    """
    rows = BulkItem.objects.select_for_update(skip_locked=True, of=("self",)).select_related("batch__created_by")
    item = rows.filter(pk=item_id, status=Status.PENDING).first()
    if item is None:
        return False
    try:
        with statements.savepoint():
            permissions.require_operator(item.batch.created_by)
            _DO[Kind(item.batch.kind)](item)
    except WorkflowError as refusal:
        item.status, item.message, item.stopped_at = Status.REFUSED, refusal.code, []
    item.finished_at = clock.now()
    item.save(update_fields=["status", "message", "stopped_at", "finished_at"])
    return True


def _retry(item: BulkItem) -> None:
    assert item.incident_id is not None
    batch = item.batch
    incident, family = commands.retry_in_family(batch.created_by, item.incident_id, batch.variables, batch.reason)
    result = outcome_of(incident, family)
    item.status, item.message = Status(result.outcome.value), result.message
    item.stopped_at = [further.element for further in result.next]


def _cancel(item: BulkItem) -> None:
    family = lock_family(item.instance_id, actor=item.batch.created_by)
    with act(family, item.instance_id, "cancel", item.batch.reason):
        family.apply(item.instance_id, Cancel(item.batch.reason))
    item.status = Status.THROUGH


def _suspend(item: BulkItem) -> None:
    lock_family(item.instance_id, actor=item.batch.created_by).suspend(item.batch.reason)
    item.status = Status.THROUGH


def _resume(item: BulkItem) -> None:
    lock_family(item.instance_id, actor=item.batch.created_by).resume(item.batch.reason)
    item.status = Status.THROUGH


_DO: dict[BulkAct.Kind, Callable[[BulkItem], None]] = {
    Kind.RETRY: _retry,
    Kind.CANCEL: _cancel,
    Kind.SUSPEND: _suspend,
    Kind.RESUME: _resume,
}

ACTS = batches.Kind(BulkAct, BulkItem, carry_out, CARRY_ON)
carry_on = partial(batches.carry_on, ACTS)
unfinished = partial(batches.unfinished, ACTS)
