"""What people decide about moving instances: begin a move, take it back; and the moves of single instances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from config import clock
from workflows import nudge, statements
from workflows.definitions import loaded
from workflows.engine import StateUnreadable
from workflows.engine.migrating import MigrationBroken
from workflows.families import lock_family
from workflows.locks import retrying
from workflows.migrating import operations
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import (
    MigrationCannotBeUndone,
    MigrationNotFound,
    MigrationUnderWay,
    NothingToMigrate,
)
from workflows.migrating.queries import (
    Group,
    Sorting,
    Standing,
    key_of,
    movable,
    require_mover,
    standing_of,
    versions_of,
)
from workflows.models import MigrationBatch, MigrationResult

CARRY_ON = "workflows.carry_on_migration"
UNDO_WITHIN = timedelta(hours=24)
Status = MigrationResult.Status


@retrying
@transaction.atomic(durable=True)
def start_migration(
    *,
    actor: User | None,
    process_key: str,
    source: int,
    target: int,
    mapping: Mapping[str, str] | None = None,
    choices: Mapping[str, Choice] | None = None,
    instances: Iterable[UUID] | None = None,
    reason: str = "",
) -> MigrationBatch:
    """Begin to move the running instances of a version that can move, as previewed and chosen; jobs carry it out.

    The others are listed as left, with their reasons. For operators and publishers; raises NotPermitted,
    VersionNotFound, VersionsUnfit, MappingUnfit, NothingToMigrate, and MigrationUnderWay while another move from the
    same version runs.
    """
    require_mover(actor)
    old, new = versions_of(process_key, source, target)
    sorting = Sorting(loaded(old.pk).definition, loaded(new.pk).definition, dict(mapping or {}), dict(choices or {}))
    batch = MigrationBatch(
        process_key=process_key,
        source=old,
        target=new,
        mapping=dict(mapping or {}),
        choices={key: choice.to_json() for key, choice in sorting.choices.items()},
        reason=reason,
        created_by=actor,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as taken:
        raise MigrationUnderWay from taken
    rows = list(_planned(batch, sorting, instances))
    if not any(row.status == Status.PENDING for row in rows):
        raise NothingToMigrate
    MigrationResult.objects.bulk_create(rows, batch_size=1000)
    batch.total = len(rows)
    batch.save(update_fields=["total"])
    nudge.wake(CARRY_ON, [batch.pk])
    return batch


def _planned(batch: MigrationBatch, sorting: Sorting, instances: Iterable[UUID] | None) -> Iterator[MigrationResult]:
    groups: dict[str, Group] = {}
    for row, stands in standing_of(sorting.old, movable(batch.source, instances)):
        key = key_of(stands)
        if key not in groups:
            groups[key] = sorting.group(stands)
        group = groups[key]
        result = MigrationResult(batch=batch, instance_id=row.pk, group=key)
        chosen = sorting.choices.get(key)
        if group.standing is not Standing.SAFE or (chosen is not None and chosen.leave):
            result.status, result.finished_at = Status.LEFT, batch.created_at
            result.problems = operations.problems_data(group.problems)
        yield result


# --- carrying out ---------------------------------------------------------------------------------------------------


@retrying
@transaction.atomic(durable=True)
@statements.together()
def migrate_one(result_id: int) -> bool:
    """Move one instance of a batch, at most once however often this is called; False when it is not waiting."""
    waiting = MigrationResult.objects.filter(pk=result_id, status=Status.PENDING)
    instance_id = waiting.values_list("instance_id", flat=True).first()
    if instance_id is None:
        return False
    batch = MigrationBatch.objects.select_related("source", "target", "created_by").get(results=result_id)
    family = lock_family(instance_id, actor=batch.created_by)
    result = waiting.select_for_update().first()
    if result is None:
        return False
    operations.go_over(family, result, batch, sorting_of(batch))
    result.finished_at = family.now
    result.save()
    return True


def sorting_of(batch: MigrationBatch) -> Sorting:
    """How the batch's versions fit together, worked out once per batch and process."""
    return _sorting(batch.pk, batch.source_id, batch.target_id)


@lru_cache(maxsize=8)
def _sorting(batch_id: UUID, source_id: UUID, target_id: UUID) -> Sorting:
    batch = MigrationBatch.objects.get(pk=batch_id)
    choices = {key: Choice.from_json(data) for key, data in batch.choices.items()}
    return Sorting(loaded(source_id).definition, loaded(target_id).definition, batch.mapping, choices)


# --- back -----------------------------------------------------------------------------------------------------------


@retrying
@transaction.atomic(durable=True)
@statements.together()
def undo_one(*, actor: User | None, result_id: int) -> MigrationResult:
    """Bring one instance back to its old version exactly as it was, with what the move took away.

    Within 24 hours, as long as it took no step since and the move caused nothing outside. Raises NotPermitted,
    MigrationNotFound, MigrationCannotBeUndone.
    """
    require_mover(actor)
    rows = MigrationResult.objects.select_related("batch__source", "batch__target")
    found = rows.filter(pk=result_id).first()
    if found is None:
        raise MigrationNotFound
    family = lock_family(found.instance_id, actor=actor)
    result = rows.select_for_update(of=("self",)).get(pk=result_id)
    if not _may_be_undone(result, family.member(result.instance_id).revision):
        raise MigrationCannotBeUndone
    operations.go_back(family, result, result.batch, sorting_of(result.batch).fitting(result.group))
    result.status, result.undone_at, result.undone_by = Status.UNDONE, family.now, actor
    result.state_before, result.closed = None, []
    result.save()
    return result


def undo_migration(*, actor: User | None, batch_id: UUID) -> dict[UUID, Exception | None]:
    """Bring every instance of a batch back that can be, each in a transaction of its own; says per instance why not.

    Raises NotPermitted, MigrationNotFound, and MigrationUnderWay while the batch still runs.
    """
    require_mover(actor)
    batch = MigrationBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise MigrationNotFound
    if batch.status == MigrationBatch.Status.RUNNING:
        raise MigrationUnderWay
    outcome: dict[UUID, Exception | None] = {}
    moved = batch.results.filter(status=Status.MIGRATED).order_by("pk")
    for result_id, instance_id in moved.values_list("pk", "instance_id"):
        try:
            undo_one(actor=actor, result_id=result_id)
            outcome[instance_id] = None
        except (MigrationCannotBeUndone, MigrationBroken, StateUnreadable) as refusal:
            outcome[instance_id] = refusal
    return outcome


def _may_be_undone(result: MigrationResult, revision: int) -> bool:
    fresh = result.finished_at is not None and clock.now() < result.finished_at + UNDO_WITHIN
    kept = result.state_before is not None and result.status == Status.MIGRATED
    return fresh and kept and revision == result.revision


@retrying
@transaction.atomic(durable=True)
def forget_states() -> int:
    """Drop the states kept for taking moves back once a day has passed; says how many."""
    late = MigrationResult.objects.filter(state_before__isnull=False, finished_at__lt=clock.now() - UNDO_WITHIN)
    return late.update(state_before=None, closed=[])
