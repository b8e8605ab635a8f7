"""Carrying out batches: instance by instance, past whatever fails, and on after a crash."""

from __future__ import annotations

import time
from uuid import UUID

import structlog

from workflows.migrating import commands
from workflows.models import MigrationBatch, MigrationResult

AT_ONCE = 200

log = structlog.get_logger(__name__)


def carry_on(batch_id: UUID | str, *, seconds: float | None = None) -> bool:
    """Move the waiting instances of a batch, for at most so long; says whether the batch is finished.

    May run twice at the same time and may be killed at any instant: each instance moves once or not at all.
    """
    end = None if seconds is None else time.monotonic() + seconds
    batch_id, after = UUID(str(batch_id)), 0
    while True:
        waiting = MigrationResult.objects.filter(batch_id=batch_id, status=MigrationResult.Status.PENDING, pk__gt=after)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            break
        for after in ids:
            if end is not None and time.monotonic() > end:
                return False
            migrate_one(after)
    return commands.finish_batch(batch_id)


def migrate_one(result_id: int) -> None:
    """Move one instance; what goes wrong is written down and stops no other."""
    try:
        commands.migrate_one(result_id)
    except Exception as error:  # one instance must not stop the others
        log.warning("migration_failed", result=result_id, exc_info=True)
        commands.store_failure(result_id, error)


def unfinished() -> list[UUID]:
    """Batches that still have something to do, oldest first: the sweep wakes them."""
    rows = MigrationBatch.objects.filter(status=MigrationBatch.Status.RUNNING)
    return list(rows.order_by("created_at").values_list("pk", flat=True))
