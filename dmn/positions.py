"""Which stretches a simple cell accepts, found among the sorted samples instead of asking every one of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise
from typing import Any, cast

from feel import syntax
from feel.values import compare

HASHED = (str, bool, Decimal)
_key = cmp_to_key(lambda one, other: cast(int, compare(one, other)))


class Positions:
    """The samples of an axis and where each stands; null, if it is among them, stands last."""

    def __init__(self, samples: Sequence[Any], constant: Callable[[syntax.Node], Any]) -> None:
        self._constant = constant
        self._everything = (1 << len(samples)) - 1
        self._places = {(type(v), v): place for place, v in enumerate(samples) if v is None or type(v) in HASHED}
        self._samples = [value for value in samples if value is not None]
        self._is_sorted = bool(self._samples) and all(compare(a, b) == -1 for a, b in pairwise(self._samples))
        self._keys = [_key(value) for value in self._samples] if self._is_sorted else []

    def accepted(self, node: syntax.Node) -> int | None:
        """The mask of the stretches a cell accepts; None when each must be asked."""
        if isinstance(node, syntax.Located):
            return self.accepted(node.expression)
        if isinstance(node, syntax.UnaryTests):
            return self._any(node)
        if isinstance(node, syntax.Literal):
            return self._equal(node.value)
        if isinstance(node, syntax.ComparisonTest):
            return self._compared(node.operator, self._constant(node.operand))
        if isinstance(node, syntax.RangeLiteral) and node.low is not None and node.high is not None:
            return self._within(node, self._constant(node.low), self._constant(node.high))
        return None

    def _any(self, node: syntax.UnaryTests) -> int | None:
        if not node.tests:
            return self._everything
        if node.negated:
            return None
        mask = 0
        for test in node.tests:
            part = self.accepted(test)
            if part is None:
                return None
            mask |= part
        return mask

    def _equal(self, value: Any) -> int | None:
        if value is None or type(value) in HASHED:
            place = self._places.get((type(value), value))
            return 0 if place is None else 1 << place
        return self._compared("=", value)

    def _compared(self, operator: str, value: Any) -> int | None:
        if operator == "=" and (value is None or type(value) in HASHED):
            return self._equal(value)
        if not self._is_sorted or value is None or compare(self._samples[0], value) is None:
            return None
        left, right = bisect_left(self._keys, _key(value)), bisect_right(self._keys, _key(value))
        ends = {
            "<": (0, left),
            "<=": (0, right),
            ">": (right, len(self._keys)),
            ">=": (left, len(self._keys)),
            "=": (left, right),
        }
        return _run(*ends[operator]) if operator in ends else None

    def _within(self, node: syntax.RangeLiteral, low: Any, high: Any) -> int | None:
        if compare(low, high) not in (-1, 0):
            return None
        above = self._compared(">=" if node.low_included else ">", low)
        below = self._compared("<=" if node.high_included else "<", high)
        return None if above is None or below is None else above & below


def _run(begin: int, end: int) -> int:
    """A mask with the bits from `begin` up to, but without, `end`."""
    return (1 << end) - (1 << begin) if end > begin else 0
