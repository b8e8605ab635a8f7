"""What a scope remembers in case it has to be undone: of a snapshot only what differs from the one before it."""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from workflows.engine.frames import pack, unpack

Record = dict[str, Any]
"""{"e": activity, "h": its handler or None, "z": variables at completion, "u": records of a completed sub-process}

Stored, a snapshot ``z`` right after another one is replaced by what differs from it: ``d`` new or other values, ``x``
names that are gone; ``u`` is stored in turn.
"""
Entry = str | Record
"""A stored record, or a pack of them that begins with a whole snapshot."""

IN_PACK = 32
MAX_RECORDS = 10_000
MAX_BYTES = 1_000_000
"""What one scope remembers at most, in completed activities and in stored bytes."""


class Memory:
    """The records of one scope, in order of completion. All but the newest stay packed until somebody asks.

    Snapshots resemble their neighbours, so each takes little more than what changed, and carrying packs along costs
    an advance next to nothing however many there are.
    """

    __slots__ = ("_last", "_open", "_packs", "_size", "_tail")

    def __init__(self, stored: Iterable[Entry] = ()) -> None:
        self._packs: list[str] = []
        self._tail: list[Record] = []
        self._open: list[Record] | None = None
        self._last: Record | None = None
        self._size: int | None = None
        for entry in stored:
            if isinstance(entry, str):
                self._packs.append(entry)
            else:
                self._tail.append(entry)

    @classmethod
    def of(cls, records: list[Record]) -> Memory:
        """A memory of whole records."""
        memory = cls()
        memory._open = records
        return memory

    def __bool__(self) -> bool:
        return bool(self._packs or self._tail or self._open)

    def __len__(self) -> int:
        return len(self._packs) * IN_PACK + len(self._tail) + len(self._open or ())

    @property
    def size(self) -> int:
        """About how many bytes it is stored in."""
        self._close()
        if self._size is None:
            self._size = sum(map(len, self._packs)) + (len(orjson.dumps(self._tail)) if self._tail else 0)
        return self._size

    @property
    def is_full(self) -> bool:
        """Whether nothing more is to be remembered."""
        return len(self) >= MAX_RECORDS or self.size > MAX_BYTES

    def add(self, record: Record) -> int:
        """Remember one more; by how many bytes the memory grows."""
        before = self.size
        if self._last is None:
            self._last = _whole(self._tail)[-1] if self._tail else {}
        entry = _entry(record, self._last.get("z"))
        self._last = record
        grown = len(orjson.dumps(entry, option=orjson.OPT_NON_STR_KEYS))
        self._tail.append(entry)
        self._size = before + grown
        return grown

    def records(self) -> list[Record]:
        """All records, whole; changing the list changes what is remembered."""
        if self._open is None:
            self._open = whole([*self._packs, *self._tail])
            self._packs, self._tail, self._last, self._size = [], [], None, None
        return self._open

    def stored(self) -> list[Entry]:
        """The memory as JSON-ready data: packs, then the newest records."""
        self._close()
        while len(self._tail) >= 2 * IN_PACK:
            older, newer = self._tail[:IN_PACK], self._tail[IN_PACK:]
            newer[0] = _whole(self._tail[: IN_PACK + 1])[-1]
            self._packs.append(_packed(older))
            self._tail, self._size = newer, None
        return [*self._packs, *self._tail]

    def _close(self) -> None:
        """Put records that somebody has looked at, and perhaps changed, back into their stored form."""
        if self._open is not None:
            records, self._open = self._open, None
            self._tail = list(_entries(records))
            self._last = self._size = None


def whole(stored: Iterable[Entry]) -> list[Record]:
    """The records of a stored memory, unpacked and with their whole snapshots."""
    found: list[Record] = []
    run: list[Record] = []
    for entry in stored:
        if isinstance(entry, str):
            found += (*_whole(run), *_whole(_opened(entry)))
            run = []
        else:
            run.append(entry)
    return found + _whole(run)


def stored_form(records: list[Record]) -> list[Entry]:
    """Records that nothing is added to any more: many of them in packs only, so that each can be opened by itself."""
    if len(records) <= 2 * IN_PACK:
        return list(_entries(records))
    return [_packed(list(_entries(records[at : at + IN_PACK]))) for at in range(0, len(records), IN_PACK)]


def first(stored: list[Entry]) -> Record:
    """The first record of a stored memory, made whole in its place so that it can be taken off."""
    if isinstance(stored[0], str):
        stored[:1] = _opened(stored[0])
    leaning = [entry for entry in stored[:2] if not isinstance(entry, str)]
    stored[: len(leaning)] = records = _whole(leaning)
    return records[0]


def _opened(pack: str) -> list[Record]:
    entries: list[Record] = unpack(b85decode(pack))
    return entries


def _packed(entries: list[Record]) -> str:
    return b85encode(pack(entries)).decode()


def _entries(records: Iterable[Record]) -> Iterator[Record]:
    before: dict[str, Any] | None = None
    for record in records:
        yield _entry(record, before)
        before = record.get("z")


def _entry(record: Record, before: dict[str, Any] | None) -> Record:
    """A record as it is stored after one with the snapshot ``before``."""
    if "u" in record:
        return {**record, "u": stored_form(record["u"])}
    if before is None or "z" not in record:
        return record
    now = record["z"]
    entry = {key: value for key, value in record.items() if key != "z"}
    entry["d"] = {name: value for name, value in now.items() if name not in before or not _same(value, before[name])}
    if gone := [name for name in before if name not in now]:
        entry["x"] = gone
    return entry


def _whole(entries: Iterable[Record]) -> list[Record]:
    found: list[Record] = []
    before: dict[str, Any] = {}
    for entry in entries:
        record = entry
        if "u" in entry:
            record = {**entry, "u": whole(entry["u"])}
        elif "d" in entry:
            record = {key: value for key, value in entry.items() if key not in {"d", "x"}}
            record["z"] = {**before, **entry["d"]}
            for name in entry.get("x", ()):
                del record["z"][name]
        before = record.get("z", {})
        found.append(record)
    return found


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; true and 1 are not."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict | list):
        return orjson.dumps(one, option=orjson.OPT_NON_STR_KEYS) == orjson.dumps(other, option=orjson.OPT_NON_STR_KEYS)
    return bool(one == other)
