"""Whether the chains in the tables are as they were written, and whatever was sealed is there or went by order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import orjson

from workflows.sealing.checking import ChainCheck, End, Linked
from workflows.sealing.chosen import Chosen
from workflows.sealing.findings import Fault, Report

# Ids as text, so that a million of them need not become objects; sorted as ids, by their index.
_COLUMNS = "sequence, revision, at, actor_id, version_id::text, kind, element, step, data::text, salt, digest, link"
_INSTANCES = "SELECT id::text AS about, history_length, history_head FROM workflows_processinstance"
_ARCHIVED = "SELECT id::text AS about FROM workflows_archivedinstance"
_DISPOSED = "SELECT instance::text AS about, disposal_id, length, link FROM workflows_disposedinstance"
_SEALED = "SELECT instance::text AS about, length, link, seal_id FROM workflows_sealedhead"
_EVENTS = f"SELECT instance_id::text AS about, {_COLUMNS} FROM workflows_historyevent"  # noqa: S608

Row = tuple[str, int, tuple[Any, ...]]
_INSTANCE, _ELSEWHERE, _GONE, _SEAL, _EVENT = range(5)


def check_tables(chosen: Chosen, disposals: frozenset[int], report: Report) -> None:
    """All chains of the tables side by side with their seals, in the order of their ids; few rows at a time."""
    streams = (
        _tagged(_INSTANCE, chosen.rows(_INSTANCES, "id")),
        _tagged(_ELSEWHERE, chosen.rows(_ARCHIVED, "id")),
        _tagged(_GONE, chosen.rows(_DISPOSED, "instance")),
        _tagged(_SEAL, chosen.rows(_SEALED, "instance", "length")),
        _tagged(_EVENT, chosen.rows(_EVENTS, "instance_id", "sequence")),
    )
    merged = heapq.merge(*streams, key=lambda row: row[:2])
    for instance, rows in itertools.groupby(merged, key=lambda row: row[0]):
        _Found(UUID(instance), disposals, report).take(rows)


def _tagged(tag: int, rows: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    return ((row[0], tag, row[1:]) for row in rows)


class _Found:
    """What the tables know of one instance."""

    def __init__(self, instance: UUID, disposals: frozenset[int], report: Report) -> None:
        self._instance, self._disposals, self._report = instance, disposals, report
        self._end: End | None = None
        self._gone: End | None = None
        self._sealed: dict[int, tuple[bytes, int]] = {}
        self._check: ChainCheck | None = None

    def take(self, rows: Iterator[Row]) -> None:
        """All rows about the instance: itself, where it went, its seals, its events."""
        for _, tag, row in rows:
            if tag == _ELSEWHERE:
                return
            self._tags[tag](self, row)
        if self._end is not None:
            self._chain().finish()
        elif self._check is not None:
            self._missing("instance is not there, only events of it", max(self._sealed, default=1))
        elif self._gone is not None:
            self._check_gone(self._gone)
        else:
            self._missing("instance is not there with its whole history", max(self._sealed, default=1))

    def _take_instance(self, row: tuple[Any, ...]) -> None:
        self._end = End(row[0], bytes(row[1]))

    def _take_gone(self, row: tuple[Any, ...]) -> None:
        if row[0] in self._disposals:
            self._gone = End(row[1], bytes(row[2]))

    def _take_seal(self, row: tuple[Any, ...]) -> None:
        self._sealed[row[0]] = (bytes(row[1]), row[2])

    def _take_event(self, row: tuple[Any, ...]) -> None:
        self._chain().feed(_linked(row))

    _tags: dict[int, Callable[[_Found, tuple[Any, ...]], None]] = {
        _INSTANCE: _take_instance,
        _GONE: _take_gone,
        _SEAL: _take_seal,
        _EVENT: _take_event,
    }

    def _chain(self) -> ChainCheck:
        if self._check is None:
            self._check = ChainCheck(self._instance, self._end or End(0, b""), self._sealed, self._report)
        return self._check

    def _check_gone(self, end: End) -> None:
        self._report.instances += 1
        about = {"instance": self._instance, "first": 1, "last": end.length}
        sealed = self._sealed.get(end.length, (end.head, 0))
        if max(self._sealed, default=0) > end.length or sealed[0] != end.head:
            self._report.add(Fault.ALTERED, "what was deleted from the archive is not what was sealed", **about)
        else:
            self._report.add(Fault.ERASED, "history was deleted from the archive when its time was over", **about)

    def _missing(self, detail: str, last: int) -> None:
        self._report.instances += self._check is None
        self._report.add(Fault.MISSING, detail, instance=self._instance, first=1, last=last)


def _linked(row: tuple[Any, ...]) -> Linked:
    envelope, (data, salt, digest, link) = row[:-4], row[-4:]
    return Linked._make((*envelope, orjson.loads(data), _bytes(salt), _bytes(digest), _bytes(link)))


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
