"""One value for every stretch of a column: at the values its cells speak of, between them and around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, cast

from feel import temporal
from feel.types import NUMBER, STRING
from feel.values import compare, equal

EXAMPLES: Mapping[str, Any] = {
    str(NUMBER): Decimal(0),
    str(STRING): "any",
    "date": temporal.Date(2000, 1, 1),
    "time": temporal.Time(0),
    "date and time": temporal.DateTime(temporal.Date(2000, 1, 1), temporal.Time(0)),
    "days and time duration": temporal.Duration(0),
    "years and months duration": temporal.Months(0),
}
"""A value of each kind, for a column none of whose cells names one."""


def sorted_distinct(values: list[Any]) -> list[Any] | None:
    """Sorted without repetition, or None when the values have no common order."""
    if any(type(value) is not type(values[0]) for value in values):
        return None
    if values and type(values[0]) is bool:
        return list(dict.fromkeys(values))
    if any(compare(values[0], value) is None for value in values):
        return None
    ordered = sorted(values, key=cmp_to_key(lambda a, b: cast(int, compare(a, b))))
    return [value for place, value in enumerate(ordered) if not place or equal(value, ordered[place - 1]) is not True]


def other_text(cuts: Sequence[str]) -> str:
    """A text that is none of these."""
    text = "other"
    while text in cuts:
        text += "_"
    return text


def along(cuts: Sequence[Any], whole: bool) -> Iterator[Any]:
    """A sample below, at, between and above the cuts, where there is one."""
    below, above = _neighbour(cuts[0], -1), _neighbour(cuts[-1], 1)
    if below is not None:
        yield below
    for place, cut in enumerate(cuts):
        if not (whole and isinstance(cut, Decimal) and cut != cut.to_integral_value()):
            yield cut
        if place + 1 < len(cuts):
            middle = _between(cut, cuts[place + 1], whole)
            if middle is not None:
                yield middle
    if above is not None:
        yield above


def _neighbour(value: Any, step: int) -> Any:
    """A value of the same kind that lies before or after; None where there is none."""
    try:
        if isinstance(value, Decimal):
            return (value.to_integral_value() if value == value.to_integral_value() else value) + step
        if isinstance(value, str):
            return "" if step < 0 and value else value + "z" if step > 0 else None
        if isinstance(value, temporal.Date):
            return temporal.date_from_ordinal(value.ordinal + step)
        if isinstance(value, temporal.DateTime):
            return temporal.add_duration(value, step * temporal.DAY)
        if isinstance(value, temporal.Time):
            nanos = value.nanos + step * temporal.HOUR
            edge = 0 if step < 0 else temporal.DAY - 1
            nanos = nanos if 0 <= nanos < temporal.DAY else edge
            return None if nanos == value.nanos else temporal.Time(nanos, value.offset, value.zone)
        if isinstance(value, temporal.Duration):
            return temporal.Duration(value.nanos + step * temporal.HOUR)
        if isinstance(value, temporal.Months):
            return temporal.Months(value.count + step)
    except temporal.OutOfRange:
        return None
    return None


def _between(low: Any, high: Any, whole: bool) -> Any:
    """A value strictly between two of one kind; None where there is none."""
    if isinstance(low, Decimal):
        candidate = low.to_integral_value(rounding="ROUND_FLOOR") + 1
        if candidate < high:
            return candidate
        return None if whole else (low + high) / 2
    if isinstance(low, str):
        return next((text for text in (low + "a", low + " ", low + "\x01", low + "\x00") if low < text < high), None)
    if isinstance(low, temporal.Date):
        return temporal.date_from_ordinal(low.ordinal + 1) if high.ordinal - low.ordinal > 1 else None
    if isinstance(low, temporal.DateTime):
        gap = high.instant - low.instant
        return temporal.add_duration(low, gap // 2) if gap > 1 else None
    if isinstance(low, temporal.Time):
        gap = high.instant - low.instant
        return temporal.Time(low.nanos + gap // 2, low.offset, low.zone) if gap > 1 else None
    if isinstance(low, temporal.Duration):
        return temporal.Duration((low.nanos + high.nanos) // 2) if high.nanos - low.nanos > 1 else None
    if isinstance(low, temporal.Months):
        return temporal.Months(low.count + 1) if high.count - low.count > 1 else None
    return None
