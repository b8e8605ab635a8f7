"""Reading working hours as people write them: {"mon-fri": ["09:00-12:00", "13:00-18:00"]}. Pure, no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from itertools import pairwise
from typing import Any, Final

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECOND: Final = 1_000_000
DAY: Final = 24 * 3600 * SECOND

Span = tuple[int, int]
"""From and to in microseconds after midnight on the clock on the wall; to is not included and may be 24:00."""
Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class HoursRefused(ValueError):
    """These are no working hours: a wrong time, an overlap, an unknown weekday, or not one open hour."""


def read_week(hours: Mapping[Any, Any] | Sequence[Any]) -> Week:
    """The spans of Monday to Sunday.

    Keys are weekdays ("mon"), ranges ("mon-fri") or numbers (0 is Monday); a bare list of spans means Monday to
    Friday. Days that are not named are closed. Raises HoursRefused for a day named twice or spans that overlap.
    """
    if not isinstance(hours, Mapping):
        hours = {"mon-fri": hours}
    week: list[Spans | None] = [None] * 7
    for key, spans in hours.items():
        for day in _weekdays(key):
            if week[day] is not None:
                raise HoursRefused(f"{WEEKDAYS[day]} is named twice")
            week[day] = read_day(spans)
    mon, tue, wed, thu, fri, sat, sun = (spans or () for spans in week)
    return (mon, tue, wed, thu, fri, sat, sun)


def read_day(spans: Any) -> Spans:
    """The spans of one day in order; each is "09:00-12:00" or a pair of times. None and [] are a closed day."""
    if spans is None:
        return ()
    if isinstance(spans, str):
        spans = [part for part in spans.split(",") if part.strip()]
    if not isinstance(spans, Iterable):
        raise HoursRefused(f"{spans!r} is not a list of spans")
    read = sorted(_span(span) for span in spans)
    for (_, end), (start, _) in pairwise(read):
        if start < end:
            raise HoursRefused(f"spans overlap at {_text(start)}")
    return tuple(read)


def write_day(spans: Spans) -> list[str]:
    """The spans as people write them."""
    return [f"{_text(start)}-{_text(end)}" for start, end in spans]


def write_week(week: Week) -> dict[str, list[str]]:
    """The open days as JSON, one key a weekday."""
    return {name: write_day(spans) for name, spans in zip(WEEKDAYS, week, strict=True) if spans}


def _weekdays(key: Any) -> list[int]:
    if isinstance(key, int) and not isinstance(key, bool) and 0 <= key < 7:
        return [key]
    first, _, last = str(key).strip().lower().partition("-")
    try:
        start = WEEKDAYS.index(first.strip()[:3])
        end = WEEKDAYS.index(last.strip()[:3]) if last else start
    except ValueError:
        raise HoursRefused(f"{key!r} is not a weekday") from None
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _span(value: Any) -> Span:
    if isinstance(value, str):
        start, dash, end = value.partition("-")
        if not dash:
            raise HoursRefused(f"{value!r} is not a span such as 09:00-12:00")
        value = (start, end)
    try:
        start, end = value
    except (TypeError, ValueError):
        raise HoursRefused(f"{value!r} is not a span such as 09:00-12:00") from None
    span = (_moment(start), _moment(end))
    if span[0] >= span[1]:
        raise HoursRefused(f"{_text(span[0])}-{_text(span[1])} ends before it starts; split a night at 24:00")
    return span


def _moment(value: Any) -> int:
    if isinstance(value, time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * SECOND + value.microsecond
    match = _TIME.fullmatch(str(value).strip())
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups())
        moment = ((hour * 60 + minute) * 60 + second) * SECOND
        if minute < 60 and second < 60 and moment <= DAY:
            return moment
    raise HoursRefused(f"{value!r} is not a time of day")


def _text(moment: int) -> str:
    minutes, seconds = divmod(moment // SECOND, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
