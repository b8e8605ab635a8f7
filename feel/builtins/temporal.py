"""Built-in functions that make dates, times and durations, and name parts of the calendar."""

from __future__ import annotations

from datetime import date as python_date
from decimal import Decimal
from typing import Any

from feel.border import from_python
from feel.numbers import is_integer
from feel.registry import Fault, built_in
from feel.run import Run
from feel.temporal import (
    SECOND,
    Date,
    DateTime,
    Duration,
    Months,
    OutOfRange,
    Time,
    at_midnight_utc,
    find_zone,
    in_zone,
    make_date,
    make_time,
    months_between,
    read_date,
    read_date_time,
    read_duration,
    read_time,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def whole(value: Decimal, name: str) -> int:
    """A whole number of moderate size; raises Fault."""
    if not is_integer(value) or abs(value) > 10**12:
        raise Fault("argument.type", argument=name, position=1, expected="integer", found=value)
    return int(value)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
@built_in("date", "from: Any", result="date")
def date(run: Run, value: Any) -> Date:
    """A date from text, from a date and time, or from year, month and day."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is DateTime:
        return value.date
    if type(value) is Date:
        return value
    found = read_date(value) if type(value) is str else None
    if found is None:
        raise Fault("temporal.text", kind="date", found=value)
    return found


@built_in("date", "year: number", "month: number", "day: number", result="date")
def date_of_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Date:
    """A date from year, month and day."""
    try:
        return make_date(whole(year, "year"), whole(month, "month"), whole(day, "day"))
    except OutOfRange:
        raise Fault("temporal.range", kind="date") from None


# ── times ───────────────────────────────────────────────────────────────────────────────────────
@built_in("time", "from: Any", result="time")
def time(run: Run, value: Any) -> Time:
    """A time from text, from a date and time, or from hour, minute, second and offset."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is DateTime:
        return value.time
    if type(value) is Time:
        return value
    if type(value) is Date:
        return at_midnight_utc(value).time
    found = read_time(value) if type(value) is str else None
    if found is None:
        raise Fault("temporal.text", kind="time", found=value)
    return found


@built_in(
    *("time", "hour: number", "minute: number", "second: number", "offset: days and time duration?"), result="time"
)
def time_of_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Duration | None) -> Time:
    """A time from hour, minute, second and offset."""
    if abs(second) > 60:
        raise Fault("temporal.range", kind="time")
    seconds = None
    if offset is not None:
        seconds, rest = divmod(offset.nanos, SECOND)
        if rest:
            raise Fault("temporal.range", kind="time")
    try:
        return make_time(whole(hour, "hour"), whole(minute, "minute"), int(second * SECOND), seconds)
    except OutOfRange:
        raise Fault("temporal.range", kind="time") from None


# ── dates and times ─────────────────────────────────────────────────────────────────────────────
@built_in("date and time", "from: Any", result="date and time")
def date_and_time(run: Run, value: Any) -> DateTime:
    """A date and time from text, or from a date and a time."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is DateTime:
        return value
    if type(value) is Date:
        return at_midnight_utc(value)
    if type(value) is str:
        found = read_date_time(value)
        if found is not None:
            return found
        day = read_date(value)
        if day is not None:
            return DateTime(day, Time(0))
    raise Fault("temporal.text", kind="date and time", found=value)


@built_in("date and time", "date: Any", "time: time", result="date and time")
def date_and_time_of_parts(run: Run, day: Any, clock: Time) -> DateTime:
    """A date and time from a date (or the date of a date and time) and a time."""
    if type(day) is DateTime:
        day = day.date
    if type(day) is not Date:
        raise Fault("argument.type", argument="date", position=1, expected="date", found=day)
    return DateTime(day, clock)


@built_in("date and time", "date: date and time", "timezone: string", result="date and time", extension=True)
def date_and_time_in_zone(run: Run, moment: DateTime, zone: str) -> DateTime:
    """The same moment by the clocks of a zone; a local date and time is taken as UTC."""
    if find_zone(zone) is None:
        raise Fault("temporal.zone", found=zone)
    try:
        return in_zone(moment.instant, zone)
    except OutOfRange:
        raise Fault("temporal.range", kind="date and time") from None


@built_in("now", result="date and time")
def now(run: Run) -> DateTime:
    """The current date and time, the same throughout one evaluation."""
    if run.moment is None:
        run.moment = from_python(run.clock.now())
    moment: DateTime = run.moment
    return moment


@built_in("today", result="date")
def today(run: Run) -> Date:
    """The current date."""
    return now(run).date


# ── durations ───────────────────────────────────────────────────────────────────────────────────
@built_in("duration", "from: Any", result="Any")
def duration(run: Run, value: Any) -> Duration | Months:
    """A duration from text: days and time, or years and months."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) in (Duration, Months):
        kept: Duration | Months = value
        return kept
    found = read_duration(value) if type(value) is str else None
    if found is None:
        raise Fault("temporal.text", kind="duration", found=value)
    return found


@built_in("years and months duration", "from: Any", "to: Any", result="years and months duration")
def years_and_months_duration(run: Run, start: Any, end: Any) -> Months:
    """The whole months between two dates."""
    return Months(months_between(day_of(start, "from", 1), day_of(end, "to", 2)))


def day_of(value: Any, name: str = "date", position: int = 1) -> Date:
    """The day of a date or a date and time; raises Fault."""
    if type(value) is list and len(value) == 1:
        value = value[0]
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, Date):
        return value
    raise Fault("argument.type", argument=name, position=position, expected="date", found=value)


# ── calendar ────────────────────────────────────────────────────────────────────────────────────
@built_in("day of year", "date: Any", result="number")
def day_of_year(run: Run, value: Any) -> Decimal:
    """The number of the day in its year, from 1."""
    day = day_of(value)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


@built_in("day of week", "date: Any", result="string")
def day_of_week(run: Run, value: Any) -> str:
    """The English name of the day of the week."""
    return DAYS[day_of(value).weekday - 1]


@built_in("month of year", "date: Any", result="string")
def month_of_year(run: Run, value: Any) -> str:
    """The English name of the month."""
    return MONTHS[day_of(value).month - 1]


@built_in("week of year", "date: Any", result="number")
def week_of_year(run: Run, value: Any) -> Decimal:
    """The number of the ISO week."""
    day = day_of(value)
    cycle = Date(day.year % 400 + 2000, day.month, day.day)
    return Decimal(python_date(cycle.year, cycle.month, cycle.day).isocalendar().week)
