"""What a scope remembers in case it has to be undone: all but the newest records stay packed until somebody asks."""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections.abc import Iterable
from typing import Any

from workflows.engine.frames import pack, unpack

Record = dict[str, Any]
"""{"e": activity, "h": its handler or None, "z": variables at completion, "u": records of a completed sub-process}"""

IN_PACK = 32


class Memory:
    """The records of one scope, in order of completion.

    Snapshots resemble their neighbours, so a pack of them takes little more than one, and carrying packs along costs
    an advance next to nothing however many there are.
    """

    __slots__ = ("_packs", "_records")

    def __init__(self, stored: Iterable[str | Record] = ()) -> None:
        self._packs: list[str] = []
        self._records: list[Record] = []
        for entry in stored:
            if isinstance(entry, str):
                self._packs.append(entry)
            else:
                self._records.append(entry)

    def __bool__(self) -> bool:
        return bool(self._packs or self._records)

    def add(self, record: Record) -> None:
        """Remember one more."""
        self._records.append(record)

    def records(self) -> list[Record]:
        """All records, unpacked; changing the list changes what is remembered."""
        if self._packs:
            older = [record for text in self._packs for record in unpack(b85decode(text))]
            self._packs, self._records = [], older + self._records
        return self._records

    def stored(self) -> list[str | Record]:
        """The memory as JSON-ready data: packs, then the newest records."""
        while len(self._records) >= 2 * IN_PACK:
            self._packs.append(b85encode(pack(self._records[:IN_PACK])).decode())
            del self._records[:IN_PACK]
        return [*self._packs, *self._records]
