"""Once a day: the history is sealed, and what its retention lets go is archived, then deleted."""

from __future__ import annotations

from datetime import timedelta

import structlog

from config import clock
from workflows.archiving import commands as archive
from workflows.archiving import disposing, retention
from workflows.exceptions import HistoryNotWhole, SigningKeyMissing
from workflows.models import HistorySeal, Retention
from workflows.sealing.commands import seal
from workflows.sealing.dropping import KEPT, drop_old_heads, seals_with_heads

BETWEEN_SEALS = timedelta(hours=24)

log = structlog.get_logger(__name__)


def keep_history() -> None:
    """Seal the history when a day has gone by since the last seal; then let go what is due.

    Asked often and cheap when there is nothing to do. What was not sealed is neither archived nor deleted: without the
    signing key nothing happens but a line in the log.
    """
    try:
        if _seal_daily():
            archive.remove_leftovers()
            _drop_heads()
        _let_go()
    except SigningKeyMissing as missing:
        log.error("history_not_sealed", reason=str(missing))  # noqa: TRY400 - the sentence says it all


def _seal_daily() -> bool:
    last = HistorySeal.objects.order_by("-number").values_list("at", flat=True).first()
    return (last is None or last <= clock.now() - BETWEEN_SEALS) and seal() is not None


def _drop_heads() -> None:
    try:
        if seals_with_heads() > KEPT:
            drop_old_heads()
    except HistoryNotWhole as damage:
        log.error("history_not_whole", reason=str(damage))  # noqa: TRY400


def _let_go() -> None:
    if not Retention.objects.exists():
        return
    if retention.due().exists():
        seal()
        for segment in archive.archive_all(retention.due()):
            log.info("history_archived", file=segment.file, families=segment.families, events=segment.events)
    for segment_id in disposing.segments_over():
        log.info("history_deleted", families=disposing.delete_over(segment_id=segment_id))
