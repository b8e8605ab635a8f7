"""The proof that the history is as it was written: chains in the tables and in the archive, and the seals over them."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction

from workflows.archiving import files, reading
from workflows.exceptions import ArchiveDamaged
from workflows.models import ArchivedInstance, ArchiveSegment, HistorySeal, SealedHead
from workflows.sealing import commands, keys
from workflows.sealing.checking import ChainCheck, End, Linked
from workflows.sealing.findings import Fault, Finding, Report

BATCH = 2000

_COLUMNS = "sequence, revision, at, actor_id, version_id, kind, element, step, data::text, salt, digest, link"
_INSTANCES = "SELECT id, history_length, history_head FROM workflows_processinstance WHERE {chosen} ORDER BY id"
_ARCHIVED = "SELECT id FROM workflows_archivedinstance WHERE {chosen} ORDER BY id"
_SEALED = "SELECT instance, length, link, seal_id FROM workflows_sealedhead WHERE {chosen} ORDER BY instance, length"
_EVENTS = f"SELECT instance_id, {_COLUMNS} FROM workflows_historyevent WHERE {{chosen}} ORDER BY instance_id, sequence"  # noqa: S608
_SINCE = """{column} IN (
    SELECT instance_id FROM workflows_historyevent WHERE at >= %(since)s
    UNION SELECT head.instance FROM workflows_sealedhead AS head
    JOIN workflows_historyseal AS seal ON seal.number = head.seal_id WHERE seal.at >= %(since)s
)"""


class Chosen(NamedTuple):
    """What is to be checked: everything, what has happened since a moment, or one instance."""

    since: datetime | None = None
    instance: UUID | None = None

    def where(self, column: str) -> str:
        """The SQL condition on a column that holds the instance."""
        if self.instance is not None:
            return f"{column} = %(instance)s"
        return _SINCE.format(column=column) if self.since is not None else "TRUE"


def verify(
    *, since: datetime | None = None, instance: UUID | None = None, tell: Callable[[Finding], None] = lambda found: None
) -> Report:
    """Check the history as it is at this moment, whatever goes on meanwhile; each finding is told when it is made.

    ``since`` limits it to instances that moved or were sealed since then. Memory does not grow with the history.
    """
    chosen, report = Chosen(since, instance), Report(tell)
    with _one_moment():
        _check_seals(chosen, report)
        _check_tables(chosen, report)
        _check_archive(chosen, report)
    return report


def _one_moment() -> AbstractContextManager[Any]:
    if connection.in_atomic_block:
        return nullcontext()
    block = transaction.atomic()
    return _Snapshot(block)


class _Snapshot:
    """A transaction that sees the database as it was at its beginning."""

    def __init__(self, block: Any) -> None:
        self._block = block

    def __enter__(self) -> None:
        self._block.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def __exit__(self, *error: Any) -> None:
        self._block.__exit__(*error)


# --- seals --------------------------------------------------------------------------------------------------------


def _check_seals(chosen: Chosen, report: Report) -> None:
    noted = _noted()
    before: HistorySeal | None = None
    for seal in HistorySeal.objects.order_by("number").iterator(BATCH):
        number, last = seal.number, 0 if before is None else before.number
        for gone in range(last + 1, number):
            report.add(Fault.MISSING, "seal is not there", seal=gone)
        if number == last + 1 and bytes(seal.previous) != commands.digest_of(before):
            report.add(Fault.ALTERED, "seal is not linked to the one before it", seal=number)
        before = seal
        if chosen.since is None or seal.at >= chosen.since:
            _check_seal(seal, chosen, noted, report)
    last = 0 if before is None else before.number
    for gone in sorted(number for number in noted if number > last):
        report.add(Fault.MISSING, "seal is not there, but its ledger names it", seal=gone)


def _check_seal(seal: HistorySeal, chosen: Chosen, noted: dict[int, set[str]], report: Report) -> None:
    number = seal.number
    report.seals += 1
    if not keys.is_signed(commands.message(seal), seal.key_id, bytes(seal.signature)):
        report.add(Fault.ALTERED, "seal is not signed with a key of this installation", seal=number)
    elif noted.get(number) and commands.ledger_line(seal) not in noted[number]:
        report.add(Fault.ALTERED, "seal is not the one its ledger names", seal=number)
    elif _concerns(seal, chosen) and commands.root_of(commands.heads_of(number)) != bytes(seal.root):
        report.add(Fault.ALTERED, "heads under the seal are not those that were sealed", seal=number)


def _concerns(seal: HistorySeal, chosen: Chosen) -> bool:
    return chosen.instance is None or SealedHead.objects.filter(seal=seal, instance=chosen.instance).exists()


def _noted() -> dict[int, set[str]]:
    noted: dict[int, set[str]] = {}
    for line in keys.noted():
        number, _, rest = line.partition(" ")
        if number.isdigit() and rest:
            noted.setdefault(int(number), set()).add(line)
    return noted


# --- the tables ---------------------------------------------------------------------------------------------------

_INSTANCE, _ELSEWHERE, _SEAL, _EVENT = range(4)


def _check_tables(chosen: Chosen, report: Report) -> None:
    streams = (
        _tagged(_INSTANCE, _INSTANCES, chosen, "id"),
        _tagged(_ELSEWHERE, _ARCHIVED, chosen, "id"),
        _tagged(_SEAL, _SEALED, chosen, "instance"),
        _tagged(_EVENT, _EVENTS, chosen, "instance_id"),
    )
    merged = heapq.merge(*streams, key=lambda row: row[:2])
    for instance, rows in itertools.groupby(merged, key=lambda row: row[0]):
        _check_instance(instance, rows, report)


def _tagged(tag: int, sql: str, chosen: Chosen, column: str) -> Iterator[tuple[UUID, int, tuple[Any, ...]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.format(chosen=chosen.where(column)), {"since": chosen.since, "instance": chosen.instance})
        while batch := cursor.fetchmany(BATCH):
            for row in batch:
                yield row[0], tag, row[1:]


def _check_instance(instance: UUID, rows: Iterator[tuple[UUID, int, tuple[Any, ...]]], report: Report) -> None:
    end: End | None = None
    sealed: dict[int, tuple[bytes, int]] = {}
    check: ChainCheck | None = None
    for _, tag, row in rows:
        if tag == _INSTANCE:
            end = End(row[0], bytes(row[1]))
        elif tag == _ELSEWHERE:
            return
        elif tag == _SEAL:
            sealed[row[0]] = (bytes(row[1]), row[2])
        else:
            check = check or ChainCheck(instance, end or End(0, b""), sealed, report)
            check.feed(_linked(row))
    if end is None:
        report.instances += 1
        about = {"instance": instance, "first": 1, "last": max(sealed)}
        report.add(Fault.MISSING, "instance is not there with its whole history", **about)
    else:
        (check or ChainCheck(instance, end, sealed, report)).finish()


def _linked(row: tuple[Any, ...]) -> Linked:
    envelope, (data, salt, digest, link) = row[:-4], row[-4:]
    return Linked._make((*envelope, orjson.loads(data), _bytes(salt), _bytes(digest), _bytes(link)))


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


# --- the archive --------------------------------------------------------------------------------------------------


def _check_archive(chosen: Chosen, report: Report) -> None:
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
    for _, family in itertools.groupby(entries.iterator(BATCH), key=lambda entry: entry.offset):
        _check_family(list(family), report)


def _check_family(entries: list[ArchivedInstance], report: Report) -> None:
    checks = {str(entry.pk): _archived_check(entry, report) for entry in entries}
    try:
        for label, row in reading.rows(entries[0]):
            if label == reading.EVENT and row["instance_id"] in checks:
                checks[row["instance_id"]].feed(_archived_event(row))
    except (ArchiveDamaged, KeyError, TypeError, ValueError):
        report.add(Fault.ALTERED, "archived family cannot be read", segment=entries[0].segment.file)
    for check in checks.values():
        check.finish()


def _archived_check(entry: ArchivedInstance, report: Report) -> ChainCheck:
    heads = SealedHead.objects.filter(instance=entry.pk).values_list("length", "link", "seal_id")
    sealed = {length: (bytes(link), seal) for length, link, seal in heads}
    return ChainCheck(entry.pk, End(entry.history_length, bytes(entry.history_head)), sealed, report)


def _archived_event(row: dict[str, Any]) -> Linked:
    return Linked(
        row["sequence"],
        row["revision"],
        datetime.fromisoformat(row["at"]).astimezone(UTC),
        row["actor_id"],
        None if row["version_id"] is None else UUID(row["version_id"]),
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
