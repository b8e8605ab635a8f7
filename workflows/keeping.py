"""Once a day: the history is sealed, and what its retention lets go is archived."""

from __future__ import annotations

from datetime import timedelta

import structlog

from config import clock
from workflows.archiving import commands as archive
from workflows.models import HistorySeal, Retention
from workflows.sealing.commands import seal

BETWEEN_SEALS = timedelta(hours=24)

log = structlog.get_logger(__name__)


def keep_history() -> None:
    """Seal the history when a day has gone by since the last seal; then archive families that are due.

    Asked often and cheap when there is nothing to do. What was not sealed is not archived.
    """
    last = HistorySeal.objects.order_by("-number").values_list("at", flat=True).first()
    if last is None or last <= clock.now() - BETWEEN_SEALS:
        seal()
    if Retention.objects.exists() and archive.due().exists():
        seal()
        for segment in archive.archive_all(archive.due()):
            log.info("history_archived", file=segment.file, families=segment.families, events=segment.events)
