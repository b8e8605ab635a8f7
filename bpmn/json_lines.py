"""On which line each part of a JSON file stands, so that a finding about it can be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

Path = tuple[str | int, ...]
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


class JsonLines:
    """The lines of one file. A path is made of keys and of positions from 0: ``("components", 0, "key")``."""

    def __init__(self, data: bytes, first: int = 1) -> None:
        """``data`` is JSON that can be read; ``first`` is the line it begins on in the file around it."""
        self._data = data
        self._first = first
        self._lines: dict[Path, int] | None = None

    def of(self, *path: str | int) -> int:
        """The line of a list's item or of a member's key; where there is none, that of what would hold it."""
        if self._lines is None:
            self._lines = dict(_places(self._data, self._first))
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, self._first)


@dataclass(slots=True)
class _Holder:
    """An object or list that is being read, and what its next value is called."""

    path: Path
    next: str | int | None


def _places(data: bytes, line: int) -> Iterator[tuple[Path, int]]:
    holders: list[_Holder] = []
    at = 0
    for found in _TOKEN.finditer(data):
        line += data.count(b"\n", at, found.start())
        at = found.start()
        token = found[0]
        if token in b"]}":
            holders.pop()
        elif token == b",":
            _go_on(holders[-1])
        elif token == b":":
            continue
        elif holders and holders[-1].next is None:
            holders[-1].next = str(orjson.loads(token))
            yield (*holders[-1].path, holders[-1].next), line
        else:
            path = _path(holders)
            if not path or isinstance(path[-1], int):
                yield path, line
            if token in b"[{":
                holders.append(_Holder(path, 0 if token == b"[" else None))


def _go_on(holder: _Holder) -> None:
    holder.next = holder.next + 1 if isinstance(holder.next, int) else None


def _path(holders: list[_Holder]) -> Path:
    if not holders or holders[-1].next is None:
        return ()
    return (*holders[-1].path, holders[-1].next)
