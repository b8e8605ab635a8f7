"""Items of a large multi-instance kept aside: only the chunk somebody asks about is read and written again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workflows.engine.frames import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workflows.engine.token import Token

ITEMS_IN_CHUNK = 24
WORTH_IT = 64
"""Parallel items from which on they are kept in chunks."""


class Chunk(NamedTuple):
    """Stored rows of some items and all that hangs on them; ``spans`` are the ids inside: first, last, first, ..."""

    spans: list[int]
    frame: bytes

    def holds(self, id: int) -> bool:
        spans = self.spans
        return any(spans[at] <= id <= spans[at + 1] for at in range(0, len(spans), 2))

    def may_hold(self, id: int) -> bool:
        return self.spans[0] <= id <= self.spans[-1]


class ColdStore:
    """The chunks not read yet, by number. ``next`` is the number of the next new chunk."""

    def __init__(self) -> None:
        self.chunks: dict[int, Chunk] = {}
        self.next = 1

    def number(self, item: int) -> int:
        """The chunk of the next item of a parallel multi-instance, whose items are asked for in order from 0."""
        if item % ITEMS_IN_CHUNK == 0:
            self.next += 1
        return self.next - 1

    def take_with(self, id: int) -> Iterator[tuple[int, list[list[object]]]]:
        """Take out the chunk that holds a token id, as its number and rows; nothing when none does."""
        for number, chunk in self.chunks.items():
            if chunk.may_hold(id) and chunk.holds(id):
                yield self.take(number)
                return

    def take(self, number: int) -> tuple[int, list[list[object]]]:
        """Take a chunk out to be planted."""
        return number, unpack(self.chunks.pop(number).frame)


def spans_of(tokens: Iterable[Token]) -> list[int]:
    """The ids of some tokens as spans."""
    spans: list[int] = []
    for id in sorted(token.id for token in tokens):
        if spans and spans[-1] == id - 1:
            spans[-1] = id
        else:
            spans += [id, id]
    return spans
