"""Carrying out batches: item by item, past whatever fails, and on after a crash."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from config import clock
from workflows.locks import is_transient, retrying
from workflows.models.batches import Batch, BatchItem
from workflows.texts import storable

AT_ONCE = 200
MAX_ATTEMPTS = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of batch. ``carry_out`` deals with one waiting item in a transaction of its own, at most once.

    ``job`` is the Celery function that goes on with a batch by its id.
    """

    batches: type[Batch]
    items: type[BatchItem]
    carry_out: Callable[[int], object]
    job: str


def carry_on(kind: Kind, batch_id: UUID | str, *, seconds: float | None = None) -> bool:
    """Deal with the waiting items of a batch, for at most so long; says whether the batch is finished.

    May run twice at the same time and may be killed at any instant: each item is dealt with once or not at all.
    """
    end = None if seconds is None else time.monotonic() + seconds
    after = 0
    while ids := _waiting(kind, batch_id, after):
        for after in ids:
            if end is not None and time.monotonic() > end:
                return False
            try_one(kind, after)
    return _finish(kind, batch_id)


def try_one(kind: Kind, item_id: int) -> None:
    """Deal with one item; what goes wrong is written down and stops no other."""
    try:
        kind.carry_out(item_id)
    except Exception as error:  # one item must not stop the others
        log.warning("batch_item_failed", kind=kind.items.__name__, item=item_id, exc_info=True)
        _store_failure(kind, item_id, error)


def unfinished(kind: Kind) -> list[UUID]:
    """Batches that still have something to do, oldest first: the sweep wakes them."""
    rows = _rows(kind.batches).filter(status=Batch.Status.RUNNING)
    return list(rows.order_by("created_at").values_list("pk", flat=True))


def _waiting(kind: Kind, batch_id: UUID | str, after: int) -> list[int]:
    rows = _rows(kind.items).filter(batch_id=batch_id, status=BatchItem.PENDING, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@retrying
@transaction.atomic(durable=True)
def _store_failure(kind: Kind, item_id: int, error: Exception) -> None:
    """Try it again when others were in the way, else write down why; nothing of it was stored."""
    item = _rows(kind.items).select_for_update().filter(pk=item_id, status=BatchItem.PENDING).first()
    if item is None:
        return
    item.attempts += 1
    item.message = storable(f"{type(error).__name__}: {error}")
    if not is_transient(error) or item.attempts >= MAX_ATTEMPTS:
        item.status, item.finished_at = BatchItem.FAILED, clock.now()
    item.save(update_fields=["attempts", "message", "status", "finished_at"])


@retrying
@transaction.atomic(durable=True)
def _finish(kind: Kind, batch_id: UUID | str) -> bool:
    batch = _rows(kind.batches).select_for_update(of=("self",)).get(pk=batch_id)
    if _rows(kind.items).filter(batch_id=batch_id, status=BatchItem.PENDING).exists():
        return False
    if batch.status == Batch.Status.RUNNING:
        batch.status, batch.finished_at = Batch.Status.FINISHED, clock.now()
        batch.save(update_fields=["status", "finished_at"])
    return True


def _rows(model: Any) -> Any:
    return model.objects
