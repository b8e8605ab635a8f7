"""Built-in functions that make values of one kind from another: texts, numbers, ranges."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from feel.border import to_text
from feel.errors import BudgetExceeded, FeelError
from feel.numbers import PLUS, ArithmeticFault
from feel.registry import Fault, built_in
from feel.run import Run
from feel.syntax import Invoke, Literal, Name, Node, RangeLiteral
from feel.temporal import DateTime, Time
from feel.values import Range, compare, unary_range

_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,9})?")
SEPARATORS = (" ", ",", ".", "\u00a0")


@built_in("string", "from: Any", result="string")
def string(run: Run, value: Any) -> str | None:
    """The text of a value; null of null."""
    if value is None:
        return None
    text = to_text(value)
    run.made_string(len(text))
    return text


@built_in("number", "from: string", result="number")
def number(run: Run, text: str) -> Decimal:
    """The number a text shows, with the separators named."""
    return _read_number(run, text.strip())


@built_in("number", "from: number", result="number")
def number_of_number(run: Run, value: Decimal) -> Decimal:
    """The number itself."""
    return value


@built_in("number", "from: string", "grouping separator: string!", "decimal separator: string!", result="number")
def number_with_separators(run: Run, text: str, grouping: str | None, point: str | None) -> Decimal:
    """The number a text shows, with the separators named."""
    if grouping is not None and (grouping not in SEPARATORS or grouping == point):
        raise Fault("number.separator", found=grouping)
    if point is not None and point not in (",", "."):
        raise Fault("number.separator", found=point)
    plain = text.strip()
    if grouping is not None:
        plain = plain.replace(grouping, "")
    if point is not None and point != ".":
        if "." in plain:
            raise Fault("number.text", found=text[:40])
        plain = plain.replace(point, ".")
    return _read_number(run, plain)


def _read_number(run: Run, text: str) -> Decimal:
    if len(text) > run.budget.digits:
        raise BudgetExceeded("digits", run.budget.digits)
    if not _NUMBER.fullmatch(text):
        raise Fault("number.text", found=text[:40])
    try:
        return PLUS(Decimal(text))
    except ArithmeticFault:
        raise Fault("arithmetic.overflow") from None


# ── ranges from text ────────────────────────────────────────────────────────────────────────────
ENDS = frozenset(["date", "time", "date and time", "duration"])


@built_in("range", "from: string", result="range")
def range_from(run: Run, text: str) -> Range:
    """The range a text shows; its ends are constants, and one may be left out: `[2..)`, `(..2]`."""
    if (match := _OPEN.fullmatch(text)) is not None:
        return _open_range(run, match)
    node = _parsed(text)
    if not isinstance(node, RangeLiteral) or node.low is None or node.high is None:
        raise Fault("range.text", found=text[:40])
    low, high = _end(run, node.low), _end(run, node.high)
    order = compare(low, high)
    if order is None or order > 0:
        raise Fault("range.text", found=text[:40])
    return Range(low, high, node.low_included, node.high_included)


_OPEN = re.compile(r"\s*(?:([\[(\]])([^.]+(?:\.[^.]+)*)\.\.\s*[)\[]|[(\]]\s*\.\.([^.]+(?:\.[^.]+)*)([\])\[]))\s*")


def _open_range(run: Run, match: re.Match[str]) -> Range:
    """The range without a lower or an upper end, which is the value of a comparison."""
    opening, low, high, closing = match.groups()
    end = _end(run, _parsed(low or high))
    if end is None or compare(end, end) is None:
        raise Fault("range.text", found=match[0][:40])
    if opening:
        return unary_range(">=" if opening == "[" else ">", end)
    return unary_range("<=" if closing == "]" else "<", end)


def _parsed(text: str) -> Node:
    from feel.parser import parse_expression

    try:
        return parse_expression(text, frozenset(), frozenset())
    except FeelError:
        raise Fault("range.text", found=text[:40]) from None


def _end(run: Run, node: Node) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Invoke) and isinstance(node.function, Name) and node.function.name in ENDS:
        from feel.registry import BUILT_INS

        if all(isinstance(argument, Literal) for argument in node.positional) and not node.named:
            values = [argument.value for argument in node.positional if isinstance(argument, Literal)]
            return BUILT_INS[node.function.name].invoke(run, None, values)
    raise Fault("range.text", found="")


# ── identity ────────────────────────────────────────────────────────────────────────────────────
@built_in("is", "value1: Any?", "value2: Any?", result="boolean")
def same(run: Run, left: Any, right: Any) -> bool:
    """Whether two values are the same in kind and in every part, zones included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Time):
        return _same_time(left, right)
    if isinstance(left, DateTime):
        return left.date == right.date and _same_time(left.time, right.time)
    if isinstance(left, list):
        return len(left) == len(right) and all(same(run, one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(run, value, right[key]) for key, value in left.items())
    return bool(left == right)


def _same_time(left: Time, right: Time) -> bool:
    return (left.nanos, left.offset, left.zone) == (right.nanos, right.offset, right.zone)
