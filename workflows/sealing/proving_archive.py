"""Whether the archive files are those that were written, and the chains in them as they were."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from workflows.archiving import files, reading
from workflows.exceptions import ArchiveDamaged
from workflows.models import ArchivedInstance, ArchiveSegment, SealedHead
from workflows.sealing.checking import ChainCheck, End, Linked
from workflows.sealing.chosen import BATCH, Chosen
from workflows.sealing.findings import Fault, Report

Sealed = Mapping[UUID, Mapping[int, tuple[bytes, int]]]


def check_archive(chosen: Chosen, report: Report) -> None:
    """The segments of the chosen time or instance, family by family."""
    segments = ArchiveSegment.objects.order_by("written_at", "pk")
    if chosen.instance is not None:
        segments = segments.filter(instances=chosen.instance)
    for segment in segments.iterator(BATCH):
        if chosen.since is None or segment.written_at >= chosen.since:
            _check_segment(segment, chosen, report)


def _check_segment(segment: ArchiveSegment, chosen: Chosen, report: Report) -> None:
    report.segments += 1
    try:
        if files.digest_of(segment.file) != bytes(segment.digest):
            report.add(Fault.ALTERED, "archive file is not the one that was written", segment=segment.file)
    except ArchiveDamaged:
        report.add(Fault.MISSING, "archive file is not there", segment=segment.file)
        return
    entries = segment.instances.order_by("offset", "pk").select_related("segment")
    if chosen.instance is not None:
        entries = entries.filter(pk=chosen.instance)
    sealed = _sealed(list(entries.values_list("pk", flat=True)))
    for _, family in itertools.groupby(entries.iterator(BATCH), key=lambda entry: entry.offset):
        _check_family(list(family), sealed, report)


def _sealed(instances: Sequence[UUID]) -> Sealed:
    heads = SealedHead.objects.filter(instance__in=instances).values_list("instance", "length", "link", "seal_id")
    sealed: dict[UUID, dict[int, tuple[bytes, int]]] = defaultdict(dict)
    for instance, length, link, seal in heads:
        sealed[instance][length] = (bytes(link), seal)
    return sealed


def _check_family(entries: list[ArchivedInstance], sealed: Sealed, report: Report) -> None:
    checks = {str(entry.pk): _check_of(entry, sealed, report) for entry in entries}
    try:
        for label, row in reading.rows(entries[0]):
            if label == reading.EVENT and row["instance_id"] in checks:
                checks[row["instance_id"]].feed(_linked(row))
    except (ArchiveDamaged, KeyError, TypeError, ValueError):
        report.add(Fault.ALTERED, "archived family cannot be read", segment=entries[0].segment.file)
    for check in checks.values():
        check.finish()


def _check_of(entry: ArchivedInstance, sealed: Sealed, report: Report) -> ChainCheck:
    end = End(entry.history_length, bytes(entry.history_head))
    return ChainCheck(entry.pk, end, sealed.get(entry.pk, {}), report)


def _linked(row: dict[str, Any]) -> Linked:
    return Linked(
        row["sequence"],
        row["revision"],
        datetime.fromisoformat(row["at"]).astimezone(UTC),
        row["actor_id"],
        row["version_id"],
        row["kind"],
        row["element"],
        row["step"],
        row["data"],
        _from_hex(row["salt"]),
        _from_hex(row["digest"]),
        _from_hex(row["link"]),
    )


def _from_hex(value: str | None) -> bytes | None:
    return None if value is None else bytes.fromhex(value[2:])
