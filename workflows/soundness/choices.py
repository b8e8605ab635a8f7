"""Which conditions never hold together, whatever the data: read off what they compare, nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

import feel
from feel.syntax import And, Comparison, Invoke, Literal, Name, Negate, Node, Or

MAX_COMPARED = 40
_SIGNS = {
    "=": frozenset({0}),
    "!=": frozenset({-1, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
}
"""How the left side may lie to the right one."""
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_POSITIONS = frozenset({"start", "end"})


def compatible(conditions: Sequence[str]) -> list[tuple[int, ...]]:
    """The largest sets of conditions, by their places, in which no two exclude each other; each place is in one.

    Of very many conditions it is not looked at: then one set holds them all.
    """
    if len(conditions) > MAX_COMPARED:
        return [tuple(range(len(conditions)))]
    apart = {
        pair for pair in combinations(range(len(conditions)), 2) if never_both(*(conditions[place] for place in pair))
    }
    found: dict[tuple[int, ...], None] = {}
    for first in range(len(conditions)):
        chosen = [first]
        for place in range(len(conditions)):
            if place != first and not any((min(place, other), max(place, other)) in apart for other in chosen):
                chosen.append(place)
        found[tuple(sorted(chosen))] = None
    return list(found)


def never_both(one: str, other: str) -> bool:
    """Whether two conditions (FEEL behind ``=``) exclude each other for certain."""
    first, second = _read(one), _read(other)
    return first is not None and second is not None and _apart(first, second)


@lru_cache(maxsize=4096)
def _read(condition: str) -> Node | None:
    try:
        return _plain(feel.parse(condition.strip().removeprefix("=")))
    except (feel.FeelSyntaxError, feel.BudgetExceeded):
        return None


def _plain(node: Node, wanted: bool = True) -> Node:
    """The condition as comparisons joined by and and or, without not."""
    match node:
        case Invoke(Name("not"), (inner,), ()):
            return _plain(inner, not wanted)
        case And(left, right) | Or(left, right):
            joined = And if isinstance(node, And) is wanted else Or
            return joined(_plain(left, wanted), _plain(right, wanted))
        case Comparison(operator, left, right):
            return node if wanted else Comparison(_OPPOSITE[operator], left, right)
    return Comparison("=", node, Literal(wanted))


def _apart(one: Node, other: Node) -> bool:
    for this, that in ((one, other), (other, one)):
        if isinstance(this, Or):
            return _apart(this.left, that) and _apart(this.right, that)
        if isinstance(this, And):
            return _apart(this.left, that) or _apart(this.right, that)
    assert isinstance(one, Comparison)
    assert isinstance(other, Comparison)
    return any(_contradict(one, turned) for turned in (other, _turned(other)))


def _contradict(one: Comparison, other: Comparison) -> bool:
    if _shape(one.left) != _shape(other.left):
        return False
    signs, others = _SIGNS[one.operator], _SIGNS[other.operator]
    if _shape(one.right) == _shape(other.right):
        return not signs & others
    low, high = _constant(one.right), _constant(other.right)
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        places = {low, high, (low + high) / 2, min(low, high) - 1, max(low, high) + 1}
        return not any(_sign(place, low) in signs and _sign(place, high) in others for place in places)
    known = low is not None and high is not None and type(low) is type(high) and low != high
    return known and one.operator == other.operator == "="


def _turned(comparison: Comparison) -> Comparison:
    """The same said from the other side."""
    operator = comparison.operator.translate(str.maketrans("<>", "><"))
    return Comparison(operator, comparison.right, comparison.left)


def _sign(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def _constant(node: Node) -> Any:
    """A literal's value; None where the value is not known."""
    if isinstance(node, Negate) and isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        return -node.operand.value
    return node.value if isinstance(node, Literal) and isinstance(node.value, str | bool | Decimal) else None


def _shape(part: Any) -> Any:
    """A part of an expression without where it stands."""
    if isinstance(part, Node):
        named = (getattr(part, field.name) for field in fields(part) if field.name not in _POSITIONS)
        return type(part), *map(_shape, named)
    if isinstance(part, Iterable) and not isinstance(part, str):
        return tuple(map(_shape, part))
    return part
