"""FEEL values: their kinds, ranges, typed equality and order.

null None · boolean bool · number Decimal · string str · list list · context dict · Date, Time, DateTime, Duration and
Months from `feel.temporal` · Range · Function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from feel.functions import Function
from feel.limits import Fuel
from feel.temporal import SECOND, Date, DateTime, Duration, Months, Time

KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    Duration: "days and time duration",
    Months: "years and months duration",
}


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. A missing end is None; `test` is the operator of a unary test (`< 5`) used as a value."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True
    test: str = ""


KINDS[Range] = "range"


def kind_of(value: Any) -> str:
    """The name of the value's kind."""
    kind = KINDS.get(type(value))
    return kind if kind is not None else "function"


# ── equality ────────────────────────────────────────────────────────────────────────────────────
def equal(left: Any, right: Any, fuel: Fuel | None = None) -> bool | None:
    """FEEL's `=`: null for two kinds, false against null, elementwise inside lists and contexts."""
    kind = type(left)
    if left is right:
        return True
    if kind is not type(right):
        if left is None or right is None:
            return False
        return left is right if isinstance(left, Function) and isinstance(right, Function) else None
    comparer = _EQUAL.get(kind)
    if comparer is not None:
        return comparer(left, right)
    nested = _NESTED.get(kind)
    return bool(left == right) if nested is None else nested(left, right, fuel or Fuel())


def _equal_lists(left: list[Any], right: list[Any], fuel: Fuel) -> bool | None:
    fuel.burn(len(left))
    if len(left) != len(right):
        return False
    return _all_equal(zip(left, right, strict=True), fuel)


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], fuel: Fuel) -> bool | None:
    fuel.burn(len(left))
    if left.keys() != right.keys():
        return False
    return _all_equal(((value, right[key]) for key, value in left.items()), fuel)


def _all_equal(pairs: Any, fuel: Fuel) -> bool | None:
    outcome: bool | None = True
    for left, right in pairs:
        same = equal(left, right, fuel)
        if same is False:
            return False
        if same is None:
            outcome = None
    return outcome


def _equal_ranges(left: Range, right: Range, fuel: Fuel) -> bool | None:
    if (left.low_included, left.high_included, left.test) != (right.low_included, right.high_included, right.test):
        return False
    return _all_equal(((left.low, right.low), (left.high, right.high)), fuel)


def _equal_times(left: Time, right: Time) -> bool:
    """By whole seconds, as the standard defines the value of a time."""
    if left.is_local != right.is_local:
        return False
    return left.instant // SECOND == right.instant // SECOND


def _equal_date_times(left: DateTime, right: DateTime) -> bool:
    if left.is_local != right.is_local:
        return False
    return left.instant // SECOND == right.instant // SECOND


_EQUAL: Final[dict[type, Callable[[Any, Any], bool | None]]] = {
    Time: _equal_times,
    DateTime: _equal_date_times,
}
_NESTED: Final[dict[type, Callable[[Any, Any, Fuel], bool | None]]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
}


def fingerprint(value: Any, fuel: Fuel | None = None) -> Any:
    """Something hashable that two values share exactly when they are equal."""
    kind = type(value)
    if kind is list:
        fuel = fuel or Fuel()
        fuel.burn(len(value))
        return (kind, tuple(fingerprint(item, fuel) for item in value))
    if kind is dict:
        fuel = fuel or Fuel()
        fuel.burn(len(value))
        return (kind, frozenset((key, fingerprint(item, fuel)) for key, item in value.items()))
    if kind is Time or kind is DateTime:
        return (kind, value.is_local, value.instant // SECOND)
    if kind is Range:
        ends = fingerprint(value.low, fuel), fingerprint(value.high, fuel)
        return (kind, ends, value.low_included, value.high_included, value.test)
    return (kind, value)


# ── order ───────────────────────────────────────────────────────────────────────────────────────
def compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None when the two have no order (two kinds, null, local against zoned)."""
    if type(left) is not type(right):
        return None
    key = _ORDER.get(type(left))
    if key is None:
        return None
    if isinstance(left, (Time, DateTime)) and left.is_local != right.is_local:
        return None
    one, other = key(left), key(right)
    return 0 if one == other else 1 if one > other else -1


_ORDER: Final[dict[type, Callable[[Any], Any]]] = {
    Decimal: lambda value: value,
    str: lambda value: value,
    Date: lambda value: (value.year, value.month, value.day),
    Time: lambda value: value.instant,
    DateTime: lambda value: value.instant,
    Duration: lambda value: value.nanos,
    Months: lambda value: value.count,
}


def contains(span: Range, value: Any) -> bool | None:
    """Whether `value` lies in the range; null when an end is null or cannot be compared with it."""
    if span.test:
        return _passes(span, value)
    low, high = compare(value, span.low), compare(value, span.high)
    if low is None or high is None:
        return None
    return (low > 0 or (low == 0 and span.low_included)) and (high < 0 or (high == 0 and span.high_included))


ORDER_TESTS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _passes(span: Range, value: Any) -> bool | None:
    if span.test in ("=", "!="):
        same = equal(value, span.low)
        return same if same is None or span.test == "=" else not same
    below = span.test in ("<", "<=")
    order = compare(value, span.high if below else span.low)
    if order is None:
        return None
    return ORDER_TESTS[span.test](order)


def unary_range(operator: str, operand: Any) -> Range:
    """The value of `< 5` and its kin."""
    if operator in ("<", "<="):
        return Range(None, operand, False, operator == "<=", operator)
    if operator in (">", ">="):
        return Range(operand, None, operator == ">=", False, operator)
    return Range(operand, operand, True, True, operator)


def as_list(value: Any) -> list[Any]:
    """The value itself when it is a list, else a list of one; null is a list of one null."""
    return value if type(value) is list else [value]
