"""The properties of values that are no contexts: parts of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from feel.temporal import DAY, HOUR, MINUTE, SECOND, Date, DateTime, Duration, Months, Time
from feel.values import Range

NO_PROPERTY: Final = object()
Property = Callable[[Any], Any]


def property_of(value: Any, name: str) -> Any:
    """The property's value, or NO_PROPERTY when values of this kind have none of this name."""
    known = PROPERTIES.get(type(value), {}).get(name)
    return NO_PROPERTY if known is None else known(value)


def _offset(value: Time | DateTime) -> Duration | None:
    offset = value.utc_offset
    return None if offset is None else Duration(offset * SECOND)


def _truncated(nanos: int, unit: int, wrap: int = 0) -> Decimal:
    """Whole units towards zero, within the next larger unit when `wrap` is given."""
    count = abs(nanos) // unit
    if wrap:
        count %= wrap
    return Decimal(-count if nanos < 0 else count)


def _months_part(count: int, years: bool) -> Decimal:
    whole = abs(count) // 12 if years else abs(count) % 12
    return Decimal(-whole if count < 0 else whole)


def _part(part: str, read: Property) -> Property:
    """The property of the date or the time inside a date and time."""
    return lambda value: read(getattr(value, part))


_DATE: Final[dict[str, Property]] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(date.weekday),
}
_TIME: Final[dict[str, Property]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: Decimal(time.second),
    "time offset": _offset,
    "timezone": lambda time: time.zone,
}
_MOMENT: Final[dict[str, Property]] = {
    **{name: _part("date", read) for name, read in _DATE.items()},
    **{name: _part("time", read) for name, read in _TIME.items()},
    "time offset": _offset,
}
_DURATION: Final[dict[str, Property]] = {
    "days": lambda duration: _truncated(duration.nanos, DAY),
    "hours": lambda duration: _truncated(duration.nanos, HOUR, 24),
    "minutes": lambda duration: _truncated(duration.nanos, MINUTE, 60),
    "seconds": lambda duration: _truncated(duration.nanos, SECOND, 60),
}
_MONTHS: Final[dict[str, Property]] = {
    "years": lambda months: _months_part(months.count, True),
    "months": lambda months: _months_part(months.count, False),
}
_RANGE: Final[dict[str, Property]] = {
    "start": lambda span: span.low,
    "end": lambda span: span.high,
    "start included": lambda span: span.low_included,
    "end included": lambda span: span.high_included,
}
PROPERTIES: Final[dict[type, dict[str, Property]]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: _MOMENT,
    Duration: _DURATION,
    Months: _MONTHS,
    Range: _RANGE,
}
