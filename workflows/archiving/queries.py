"""What is kept where: ended processes in the tables and in the archive, and how the history is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Sum

from workflows.models import ArchivedInstance, ArchiveSegment, HistoryDisposal, HistorySeal, ProcessInstance, Retention
from workflows.sealing import keys

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is of the ended instances of a process; called ones belong to their callers."""

    retention: Retention | None = None
    ended: int = 0
    oldest: datetime | None = None
    archived: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the history is kept as a whole; ``can_sign`` is False when the key is lost."""

    last_seal: HistorySeal | None
    can_sign: bool
    segments: int
    megabytes: float
    deleted: int


def kept() -> dict[str, Kept]:
    """By process key, also of processes that are not in use any more; three queries."""
    settings = {row.process_key: row for row in Retention.objects.select_related("changed_by")}
    roots = ProcessInstance.objects.filter(parent=None, ended_at__isnull=False)
    ended = {
        key: (count, oldest)
        for key, count, oldest in roots.order_by().values_list("process_key").annotate(Count("pk"), Min("ended_at"))
    }
    gone = ArchivedInstance.objects.filter(root=F("pk")).order_by()
    archived = dict(gone.values_list("process_key").annotate(Count("pk")))
    return {
        key: Kept(settings.get(key), *ended.get(key, (0, None)), archived.get(key, 0))
        for key in {*settings, *ended, *archived}
    }


def keeping() -> Keeping:
    """Three queries and a look at the key's folder."""
    last = HistorySeal.objects.order_by("-number").first()
    sums = ArchiveSegment.objects.aggregate(files=Count("pk"), size=Sum("size"))
    return Keeping(
        last_seal=last,
        can_sign=keys.is_there() or last is None,
        segments=sums["files"],
        megabytes=(sums["size"] or 0) / MEGABYTE,
        deleted=HistoryDisposal.objects.aggregate(count=Sum("count"))["count"] or 0,
    )
