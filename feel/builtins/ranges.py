"""Built-in functions that compare points and ranges (Allen's interval relations)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feel.registry import Fault, built_in
from feel.run import Run
from feel.values import Range, compare


def order(left: Any, right: Any) -> int:
    """-1, 0 or 1; raises Fault when the two have no order."""
    found = compare(left, right)
    if found is None:
        raise Fault("comparison.kinds", operator="<", left=type(left).__name__, right=type(right).__name__)
    return found


def span(value: Any) -> Range:
    """The value as a range with both ends; a point is the range of itself."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is not Range:
        return Range(value, value)
    if value.low is None or value.high is None:
        raise Fault("range.open")
    return value


def is_point(value: Any) -> bool:
    """Whether the value is no range."""
    return type(value) is not Range


def ends_before(left: Range, right: Range) -> bool:
    """Whether everything in left lies before everything in right."""
    found = order(left.high, right.low)
    return found < 0 or (found == 0 and not (left.high_included and right.low_included))


def starts_no_later(left: Range, right: Range) -> bool:
    """Whether left reaches down at least as far as right."""
    found = order(left.low, right.low)
    return found < 0 or (found == 0 and (left.low_included or not right.low_included))


def ends_no_earlier(left: Range, right: Range) -> bool:
    """Whether left reaches up at least as far as right."""
    found = order(left.high, right.high)
    return found > 0 or (found == 0 and (left.high_included or not right.high_included))


def covers(outer: Range, inner: Range) -> bool:
    """Whether all of inner lies in outer."""
    return starts_no_later(outer, inner) and ends_no_earlier(outer, inner)


def same_start(left: Range, right: Range) -> bool:
    """Whether both begin alike."""
    return order(left.low, right.low) == 0 and left.low_included == right.low_included


def same_end(left: Range, right: Range) -> bool:
    """Whether both end alike."""
    return order(left.high, right.high) == 0 and left.high_included == right.high_included


def meet(left: Range, right: Range) -> bool:
    """Whether left ends exactly where right begins."""
    return left.high_included and right.low_included and order(left.high, right.low) == 0


def reaches_into(left: Range, right: Range) -> bool:
    """Whether left begins before right and ends inside it."""
    first = order(left.low, right.low)
    begins = first < 0 or (first == 0 and left.low_included and not right.low_included)
    last = order(left.high, right.high)
    ends = last < 0 or (last == 0 and (not left.high_included or right.high_included))
    return begins and ends and not ends_before(left, right)


def relation(  # noqa: PLR0917  (reads as a table)
    name: str, first: str, second: str, holds: Callable[[Range, Range], bool], doc: str, kinds: str = "any"
) -> None:
    """Register one relation; `kinds` says which arguments may be points: any, none, first, second."""

    def body(run: Run, left: Any, right: Any) -> bool:
        points = is_point(left), is_point(right)
        refused = {
            "none": points[0] or points[1],
            "first": points[1],
            "second": points[0],
            "any": False,
        }[kinds]
        if refused or left is None or right is None:
            wrong = left if points[0] and kinds != "first" else right
            raise Fault("argument.type", argument=first, position=1, expected="range", found=wrong)
        return holds(span(left), span(right))

    body.__doc__ = doc
    built_in(name, f"{first}: Any", f"{second}: Any", result="boolean")(body)


relation("before", "value1", "value2", ends_before, "Whether the first lies wholly before the second.")
relation("after", "value1", "value2", lambda a, b: ends_before(b, a), "Whether the first lies wholly after the second.")
relation("meets", "range1", "range2", meet, "Whether the first ends where the second begins.", "none")
relation(
    "met by", "range1", "range2", lambda a, b: meet(b, a), "Whether the first begins where the second ends.", "none"
)
relation(
    *("overlaps", "range1", "range2", lambda a, b: not ends_before(a, b) and not ends_before(b, a)),
    *("Whether the two share a value.", "none"),
)
relation(
    *("overlaps before", "range1", "range2", reaches_into),
    *("Whether the first begins before the second and ends inside it.", "none"),
)
relation(
    *("overlaps after", "range1", "range2", lambda a, b: reaches_into(b, a)),
    *("Whether the first begins inside the second and ends after it.", "none"),
)
relation(
    *("finishes", "value", "range", lambda a, b: same_end(a, b) and starts_no_later(b, a)),
    *("Whether the first ends the second.", "first"),
)
relation(
    *("finished by", "range", "value", lambda a, b: same_end(a, b) and starts_no_later(a, b)),
    *("Whether the first is ended by the second.", "second"),
)
relation("includes", "range", "value", covers, "Whether the first contains the second.", "second")
relation("during", "value", "range", lambda a, b: covers(b, a), "Whether the first lies in the second.", "first")
relation(
    *("starts", "value", "range", lambda a, b: same_start(a, b) and ends_no_earlier(b, a)),
    *("Whether the first begins the second.", "first"),
)
relation(
    *("started by", "range", "value", lambda a, b: same_start(a, b) and ends_no_earlier(a, b)),
    *("Whether the first is begun by the second.", "second"),
)
relation(
    *("coincides", "value1", "value2", lambda a, b: same_start(a, b) and same_end(a, b)),
    *("Whether the two are the same.",),
)
