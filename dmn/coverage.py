"""Which inputs a table forgets, answers twice, or can never give to a rule: the arithmetic behind the table check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from dmn.axes import Axis

MAX_STEPS = 100_000


class TooComplex(Exception):
    """The table has more combinations than are worth looking at."""


@dataclass(slots=True)
class Effort:
    """Bounds the search."""

    left: int = MAX_STEPS

    def spend(self) -> None:
        """One step; raises `TooComplex` when none is left."""
        self.left -= 1
        if self.left < 0:
            raise TooComplex


Box = tuple[int, ...]
"""A bit mask per axis: a set of inputs as the product of its stretches."""


@dataclass(slots=True)
class Cover:
    """Rules as boxes over the axes; an unsure rule covers nothing here."""

    axes: Sequence[Axis]
    effort: Effort = field(default_factory=Effort)

    def box(self, rule: int) -> Box:
        """The inputs a rule accepts; everything on an axis where one of its cells is unsure."""
        return tuple(axis.everything if rule in axis.unsure else axis.masks[rule] for axis in self.axes)

    def is_sure(self, rule: int) -> bool:
        """Whether all cells of the rule could be decided."""
        return all(rule not in axis.unsure for axis in self.axes)

    def uncovered(self, region: Box, boxes: Sequence[Box]) -> Iterator[Box]:
        """The parts of a region that no box covers, as disjoint boxes; lazily, so that a caller may stop."""
        full: set[tuple[int, int]] = set()

        def search(axis: int, alive: int, path: Box) -> Iterator[Box]:
            self.effort.spend()
            if not alive:
                yield (*path, *region[axis:])
                return
            if axis == len(self.axes) or (axis, alive) in full:
                return
            found = False
            for stretches, inside in self._groups(axis, region[axis], alive, boxes):
                for gap in search(axis + 1, inside, (*path, stretches)):
                    found = True
                    yield gap
            if not found:
                full.add((axis, alive))

        yield from search(0, (1 << len(boxes)) - 1, ())

    def _groups(self, axis: int, region: int, alive: int, boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
        """The stretches of one axis, those together that meet the same boxes: (mask of stretches, mask of boxes)."""
        groups: dict[int, int] = {}
        candidates = [number for number in range(len(boxes)) if alive >> number & 1]
        rest = region
        while rest:
            bit = rest & -rest
            rest ^= bit
            meeting = 0
            for number in candidates:
                if boxes[number][axis] & bit:
                    meeting |= 1 << number
            groups[meeting] = groups.get(meeting, 0) | bit
            self.effort.spend()
        for meeting, stretches in groups.items():
            yield stretches, meeting

    def overlaps(self, boxes: Sequence[Box]) -> Iterator[tuple[int, int, Box]]:
        """Pairs of boxes with common inputs, and those inputs."""
        for one, other in combinations(range(len(boxes)), 2):
            self.effort.spend()
            common = tuple(a & b for a, b in zip(boxes[one], boxes[other], strict=True))
            if all(common):
                yield one, other, common

    def example(self, box: Box) -> dict[str, Any]:
        """One concrete input of a box, by tested expression: the first sample of each axis that has samples."""
        return {
            axis.expression: axis.stretches[(mask & -mask).bit_length() - 1].sample
            for axis, mask in zip(self.axes, box, strict=True)
            if not axis.is_open
        }
