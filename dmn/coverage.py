"""Which inputs a table forgets, answers twice, or can never give to a rule: the arithmetic behind the table check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from dmn.axes import Axis
from dmn.effort import Effort

Box = tuple[int, ...]
"""A bit mask per axis: a set of inputs as the product of its stretches."""


class Cover:
    """Rules as boxes over the axes; on an axis where one of its cells is unsure, a rule's box holds everything."""

    def __init__(self, axes: Sequence[Axis], rules: int, effort: Effort) -> None:
        self.axes = axes
        self.effort = effort
        self.boxes: list[Box] = [
            tuple(axis.everything if rule in axis.unsure else axis.masks[rule] for axis in axes)
            for rule in range(rules)
        ]
        self.everything: Box = tuple(axis.everything for axis in axes)
        self._meeting = [self._rules_by_stretch(place) for place in range(len(axes))]

    def _rules_by_stretch(self, axis: int) -> list[int]:
        """For each stretch of an axis the rules that accept it, as a mask; by where their runs begin and end."""
        changes = [0] * (len(self.axes[axis].stretches) + 1)
        for rule, box in enumerate(self.boxes):
            edges = box[axis] ^ (box[axis] << 1)
            for stretch in _bits(edges):
                changes[stretch] |= 1 << rule
                self.effort.spend()
        found, meeting = [], 0
        for change in changes[:-1]:
            meeting ^= change
            found.append(meeting)
        return found

    def is_sure(self, rule: int) -> bool:
        """Whether all cells of the rule could be decided."""
        return all(rule not in axis.unsure for axis in self.axes)

    @cached_property
    def rules(self) -> range:
        """All rules."""
        return range(len(self.boxes))

    @cached_property
    def sure(self) -> list[int]:
        """The rules all of whose cells could be decided."""
        return [rule for rule in self.rules if self.is_sure(rule)]

    def uncovered(self, region: Box, rules: Sequence[int]) -> Iterator[Box]:
        """The parts of a region that none of the rules covers, as disjoint boxes; lazily, so that a caller may stop."""
        full: set[tuple[int, int]] = set()

        def search(axis: int, alive: int, path: Box) -> Iterator[Box]:
            self.effort.spend()
            if not alive:
                yield (*path, *region[axis:])
                return
            if axis == len(self.axes) or (axis, alive) in full:
                return
            found = False
            for inside, stretches in self._groups(axis, region[axis], alive).items():
                for gap in search(axis + 1, inside, (*path, stretches)):
                    found = True
                    yield gap
            if not found:
                full.add((axis, alive))

        yield from search(0, sum(1 << rule for rule in rules), ())

    def _groups(self, axis: int, region: int, alive: int) -> dict[int, int]:
        """The stretches of a part of an axis, those together that the same living rules accept: stretches by rules."""
        groups: dict[int, int] = {}
        meeting = self._meeting[axis]
        for stretch in _bits(region):
            inside = meeting[stretch] & alive
            groups[inside] = groups.get(inside, 0) | 1 << stretch
            self.effort.spend()
        return groups

    def overlaps(self, rules: Sequence[int]) -> Iterator[tuple[int, int, Box]]:
        """Pairs of these rules (in ascending order) with common inputs, and those inputs."""
        earlier = 0
        for other in rules:
            box, meeting = self.boxes[other], earlier
            earlier |= 1 << other
            for axis, mask in enumerate(box):
                meeting &= self._accepting(axis, mask, meeting)
                if not meeting:
                    break
            for one in _bits(meeting):
                self.effort.spend()
                yield one, other, tuple(a & b for a, b in zip(self.boxes[one], box, strict=True))

    def _accepting(self, axis: int, mask: int, wanted: int) -> int:
        """The rules that accept any of these stretches, looked for until all that are wanted are found."""
        accepting = 0
        for stretch in _bits(mask):
            accepting |= self._meeting[axis][stretch]
            self.effort.spend()
            if accepting & wanted == wanted:
                break
        return accepting

    def example(self, box: Box) -> dict[str, Any]:
        """One concrete input of a box, by tested expression: the first sample of each axis that has samples."""
        return {
            axis.expression: axis.stretches[(mask & -mask).bit_length() - 1].sample
            for axis, mask in zip(self.axes, box, strict=True)
            if not axis.is_open
        }


def _bits(mask: int) -> Iterator[int]:
    """The places of the set bits, lowest first."""
    while mask:
        bit = mask & -mask
        mask ^= bit
        yield bit.bit_length() - 1
