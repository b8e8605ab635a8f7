"""Cron texts of timer cycles, six fields as in Camunda 8: second minute hour day-of-month month day-of-week."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from functools import lru_cache

MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
YEARS_AHEAD = 8


@lru_cache(maxsize=500)
def _parsed(text: str) -> tuple[frozenset[int], frozenset[int], frozenset[int], str, frozenset[int], str]:
    fields = MACROS.get(text.strip().lower(), text).upper().split()
    if len(fields) == 5:
        fields.insert(0, "0")
    if len(fields) != 6:
        raise ValueError(text)
    seconds, minutes, hours, days, months, weekdays = fields
    parsed = (
        _numbers(seconds, 0, 59, {}),
        _numbers(minutes, 0, 59, {}),
        _numbers(hours, 0, 23, {}),
        days,
        _numbers(months, 1, 12, MONTHS),
        weekdays,
    )
    _days_of(2024, 1, days, weekdays)
    return parsed


class Cron:
    """A schedule by calendar fields, in the zone of the moment it is asked about."""

    def __init__(self, text: str) -> None:
        """Raises ValueError when ``text`` is no cron text."""
        self._seconds, self._minutes, self._hours, self._days, self._months, self._weekdays = _parsed(text)

    def after(self, moment: datetime) -> datetime:
        """The first moment of the schedule after ``moment``. Raises ValueError when there is none in eight years."""
        start = moment.replace(microsecond=0) + timedelta(seconds=1)
        year, month = start.year, start.month
        while year <= start.year + YEARS_AHEAD:
            if month in self._months:
                for day in _days_of(year, month, self._days, self._weekdays):
                    found = self._in_day(start, year, month, day)
                    if found is not None:
                        return found
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        raise ValueError("no such moment")

    def _in_day(self, start: datetime, year: int, month: int, day: int) -> datetime | None:
        date = (year, month, day)
        if date < (start.year, start.month, start.day):
            return None
        floor = (start.hour, start.minute, start.second) if date == (start.year, start.month, start.day) else (0, 0, 0)
        for hour in sorted(self._hours):
            for minute in sorted(self._minutes) if hour >= floor[0] else ():
                for second in sorted(self._seconds) if (hour, minute) >= floor[:2] else ():
                    if (hour, minute, second) >= floor:
                        return start.replace(year=year, month=month, day=day, hour=hour, minute=minute, second=second)
        return None


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        width = int(step) if slash else 1
        if width < 1:
            raise ValueError(field)
        if span in {"*", "?"}:
            first, last = low, high
        elif "-" in span:
            first, last = (_number(end, names) for end in span.split("-", 1))
        else:
            first = _number(span, names)
            last = high if slash else first
        if not low <= first <= last <= high:
            raise ValueError(field)
        found.update(range(first, last + 1, width))
    return frozenset(found)


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)


@lru_cache(maxsize=500)
def _days_of(year: int, month: int, days: str, weekdays: str) -> tuple[int, ...]:
    """The days of a month that fit both day fields."""
    last = calendar.monthrange(year, month)[1]
    fitting = set(range(1, last + 1))
    if days not in {"*", "?"}:
        fitting &= _month_days(days, last, year, month)
    if weekdays not in {"*", "?"}:
        fitting &= _week_days(weekdays, last, year, month)
    return tuple(sorted(fitting))


def _month_days(field: str, last: int, year: int, month: int) -> set[int]:
    if field == "L":
        return {last}
    if field == "LW":
        return {_workday_near(year, month, last, last)}
    if field.endswith("W"):
        return {_workday_near(year, month, min(int(field[:-1]), last), last)}
    if field.startswith("L-"):
        return {last - int(field[2:])}
    return {day for day in _numbers(field, 1, 31, {}) if day <= last}


def _workday_near(year: int, month: int, day: int, last: int) -> int:
    weekday = calendar.weekday(year, month, day)
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day


def _week_days(field: str, last: int, year: int, month: int) -> set[int]:
    by_weekday: dict[int, list[int]] = {}
    for day in range(1, last + 1):
        by_weekday.setdefault((calendar.weekday(year, month, day) + 1) % 7, []).append(day)
    if "#" in field:
        name, _, nth = field.partition("#")
        dates = by_weekday[_number(name, DAYS) % 7]
        return set(dates[int(nth) - 1 : int(nth)])
    if field.endswith("L") and len(field) > 1:
        return {by_weekday[_number(field[:-1], DAYS) % 7][-1]}
    chosen = {number % 7 for number in _weekday_numbers(field)}
    return {day for number in chosen for day in by_weekday[number]}


def _weekday_numbers(field: str) -> frozenset[int]:
    """Weekdays with Sunday as 0 or 7; ``FRI-SUN`` runs to 7."""
    parts = []
    for part in field.split(","):
        first, dash, last = part.partition("-")
        if dash and _number(last.partition("/")[0], DAYS) == 0 and _number(first, DAYS) > 0:
            tail = last.partition("/")
            last = "7" + tail[1] + tail[2]
        parts.append(first + dash + last)
    return _numbers(",".join(parts), 0, 7, DAYS)
