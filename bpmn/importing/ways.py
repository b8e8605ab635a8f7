"""The ways of sequence flows in a drawn layout: right angles, and around what lies between, where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

GAP_X, GAP_Y = 60, 40
LOOKED_AT = 300
"""With more shapes in a scope than these, flows take the plain way."""

Point = tuple[int, int]
Way = Sequence[Point]


class Box(NamedTuple):
    """Where a shape lies, in pixels of the diagram."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height

    def moved(self, x: int, y: int) -> Box:
        """The same shape elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)


def way(source: Box, target: Box, others: Sequence[Box], *, from_below: bool = False) -> Way:
    """The first of the usual ways that crosses none of the ``others``, else the plainest.

    ``from_below`` lets it leave downwards, as from a boundary event.
    """
    ways = list(_ways(source, target, others, from_below=from_below))
    return next((points for points in ways if not any(_crosses(points, box) for box in others)), ways[0])


def _ways(source: Box, target: Box, others: Sequence[Box], *, from_below: bool) -> Iterator[Way]:
    (down, from_y), (to_x, to_y) = source.middle, target.middle
    lowest = max((box.bottom for box in (source, target, *others)), default=0) + GAP_Y // 2
    below = max(source.bottom, target.bottom) + GAP_Y // 2
    if from_below and target.x > down and to_y > source.bottom:
        yield [(down, source.bottom), (down, to_y), (target.x, to_y)]
    if target.x < source.right:
        for lane in (below, lowest):
            yield [(down, source.bottom), (down, lane), (to_x, lane), (to_x, target.bottom)]
        return
    begin, end = source.right + GAP_X // 2, target.x - GAP_X // 2
    if from_y == to_y:
        yield [(source.right, from_y), (target.x, to_y)]
    for bend in (end, begin) if from_y != to_y else ():
        yield [(source.right, from_y), (bend, from_y), (bend, to_y), (target.x, to_y)]
    lanes = (target.y - GAP_Y // 2, source.bottom + GAP_Y // 2, target.bottom + GAP_Y // 2, source.y - GAP_Y // 2)
    for lane in (*lanes, below, lowest):
        yield [
            (source.right, from_y), (begin, from_y), (begin, lane), (end, lane), (end, to_y), (target.x, to_y),
        ]  # fmt: skip


def _crosses(points: Way, box: Box) -> bool:
    """Whether a way leads through the inside of a shape."""
    return any(
        min(a[0], b[0]) < box.right
        and max(a[0], b[0]) > box.x
        and min(a[1], b[1]) < box.bottom
        and max(a[1], b[1]) > box.y
        for a, b in pairwise(points)
    )
