"""Dates, times and the two kinds of duration as FEEL means them: wide years, nanoseconds, offsets and zone ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
MAX_YEAR: Final = 999_999_999
MAX_OFFSET: Final = 18 * 3600
DAYS_BEFORE_EPOCH: Final = 719_468
CYCLE_DAYS: Final = 146_097


class OutOfRange(ValueError):
    """A date, time or duration beyond what FEEL can say."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01 (negative before)."""
        year = self.year - (self.month <= 2)
        era, year_of_era = divmod(year, 400)
        day_of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return (
            era * CYCLE_DAYS
            + year_of_era * 365
            + year_of_era // 4
            - year_of_era // 100
            + day_of_year
            - DAYS_BEFORE_EPOCH
        )

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.ordinal + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in nanoseconds, local or with an offset in seconds or with a zone id."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    def __str__(self) -> str:
        seconds, fraction = divmod(self.nanos, SECOND)
        text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{_fraction(fraction)}"
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + offset_text(self.offset)

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.nanos // HOUR

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.nanos // MINUTE % 60

    @property
    def second(self) -> int:
        """0 to 59, without the fraction."""
        return self.nanos // SECOND % 60

    @property
    def is_local(self) -> bool:
        """Whether neither an offset nor a zone is known."""
        return self.offset is None and self.zone is None

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC; a zone without a date is taken on the first day of 1970."""
        if self.zone is not None:
            return zone_offset(self.zone, 0, self.nanos)
        return self.offset

    @property
    def instant(self) -> int:
        """Nanoseconds that order times of one kind: in UTC when zoned, else local."""
        return self.nanos - (self.utc_offset or 0) * SECOND


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date with a time of day."""

    date: Date
    time: Time

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"

    @property
    def is_local(self) -> bool:
        """Whether neither an offset nor a zone is known."""
        return self.time.is_local

    @property
    def local_nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 by the clock on the wall."""
        return self.date.ordinal * DAY + self.time.nanos

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC at this moment, or None when local."""
        if self.time.zone is not None:
            return zone_offset(self.time.zone, self.date.ordinal, self.time.nanos)
        return self.time.offset

    @property
    def instant(self) -> int:
        """Nanoseconds since the epoch: in UTC when zoned, else local."""
        return self.local_nanos - (self.utc_offset or 0) * SECOND


@dataclass(frozen=True, slots=True)
class Duration:
    """A days and time duration in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        sign, rest = ("-", -self.nanos) if self.nanos < 0 else ("", self.nanos)
        days, rest = divmod(rest, DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or fraction:
            clock += f"{seconds}{_fraction(fraction)}S"
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return f"{sign}P{text}" if text else "PT0S"


@dataclass(frozen=True, slots=True)
class Months:
    """A years and months duration in months."""

    count: int

    def __str__(self) -> str:
        sign, count = ("-", -self.count) if self.count < 0 else ("", self.count)
        years, months = divmod(count, 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{sign}P{text or '0M'}"


Temporal = Date | Time | DateTime | Duration | Months


# ── making ──────────────────────────────────────────────────────────────────────────────────────
def is_leap(year: int) -> bool:
    """Whether the Gregorian year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> Date:
    """A date; raises OutOfRange when there is no such day."""
    if not (-MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        raise OutOfRange
    return Date(year, month, day)


def date_from_ordinal(ordinal: int) -> Date:
    """The day `ordinal` days after 1970-01-01."""
    era, day_of_era = divmod(ordinal + DAYS_BEFORE_EPOCH, CYCLE_DAYS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = era * 400 + year_of_era + (month <= 2)
    if abs(year) > MAX_YEAR:
        raise OutOfRange
    return Date(year, month, day_of_year - (153 * shifted + 2) // 5 + 1)


def make_time(hour: int, minute: int, nanos: int, offset: int | None = None, zone: str | None = None) -> Time:
    """A time of day whose seconds are given as `nanos`; raises OutOfRange."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= nanos < MINUTE):
        raise OutOfRange
    if offset is not None and abs(offset) > MAX_OFFSET:
        raise OutOfRange
    return Time(hour * HOUR + minute * MINUTE + nanos, offset, zone)


def date_time_from_nanos(local_nanos: int, offset: int | None, zone: str | None) -> DateTime:
    """The date and time whose wall clock shows `local_nanos` since 1970."""
    days, nanos = divmod(local_nanos, DAY)
    return DateTime(date_from_ordinal(days), Time(nanos, offset, zone))


def at_midnight_utc(date: Date) -> DateTime:
    """The date and time a date stands for where one is needed."""
    return DateTime(date, Time(0, 0))


# ── zones ───────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=512)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone with this id, or None."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*", name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def zone_offset(name: str, ordinal: int, nanos: int) -> int:
    """Seconds east of UTC in zone `name` when its clocks show this day and time.

    Years that Python cannot hold follow the rules of the same year of the 400-year cycle.
    """
    zone = find_zone(name)
    if zone is None:
        return 0
    date = date_from_ordinal(ordinal)
    year = date.year if 2 <= date.year <= 9998 else (date.year % 400) + (9200 if date.year > 0 else 400)
    seconds, fraction = divmod(nanos, SECOND)
    moment = datetime(
        year, date.month, date.day, seconds // 3600, seconds // 60 % 60, seconds % 60, fraction // 1000, tzinfo=zone
    )
    delta = moment.utcoffset()
    return 0 if delta is None else delta.days * 86_400 + delta.seconds


def offset_text(offset: int) -> str:
    """`Z`, `+01:00` or `-01:30:15`."""
    if offset == 0:
        return "Z"
    rest = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{rest // 3600:02d}:{rest // 60 % 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text


# ── reading ─────────────────────────────────────────────────────────────────────────────────────
DATE_PATTERN = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
TIME_PATTERN = (
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][\w+\-/]{0,60}))?"
)
_DATE = re.compile(DATE_PATTERN, re.ASCII)
_TIME = re.compile(TIME_PATTERN, re.ASCII)
_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d{1,18})Y)?(?:(\d{1,18})M)?(?:(\d{1,18})D)?"
    r"(?:T(?=.)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,18}))?S)?)?",
    re.ASCII,
)


def read_date(text: str) -> Date | None:
    """The date `2024-02-29`, or None when the text is none."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return make_date(int(match[1]), int(match[2]), int(match[3]))
    except OutOfRange:
        return None


def read_time(text: str) -> Time | None:
    """The time `10:30:00.5+02:00` or `10:30:00@Europe/Paris`, or None."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    offset, zone = None, match[10]
    if match[5]:
        offset = 0
    elif match[6]:
        offset = int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)
        if int(match[8]) > 59 or int(match[9] or 0) > 59:
            return None
        offset = -offset if match[6] == "-" else offset
    if zone is not None and find_zone(zone) is None:
        return None
    try:
        return make_time(int(match[1]), int(match[2]), int(match[3]) * SECOND + _nanos(match[4]), offset, zone)
    except OutOfRange:
        return None


def read_date_time(text: str) -> DateTime | None:
    """The date and time `2024-02-29T10:30:00Z`, or None."""
    head, mark, tail = text.partition("T")
    date = read_date(head)
    if date is None or not mark:
        return None
    if tail.startswith("24:00:00"):  # ISO 8601: the end of the day is the start of the next
        return _end_of_day(date, tail)
    time = read_time(tail)
    return DateTime(date, time) if time else None


def _end_of_day(date: Date, tail: str) -> DateTime | None:
    time = read_time("00" + tail[2:])
    if time is None or time.nanos:
        return None
    try:
        return DateTime(date_from_ordinal(date.ordinal + 1), time)
    except OutOfRange:
        return None


def read_duration(text: str) -> Duration | Months | None:
    """Either duration in ISO form, or None; years or months never mix with days or time."""
    match = _DURATION.fullmatch(text)
    if not match:
        return None
    sign = -1 if match[1] else 1
    if match[2] or match[3]:
        if any(match[group] for group in range(4, 9)):
            return None
        return Months(sign * (int(match[2] or 0) * 12 + int(match[3] or 0)))
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (4, 5, 6, 7))
    return Duration(sign * (days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + _nanos(match[8])))


def read_temporal(text: str) -> Temporal | None:
    """What `@"…"` means: whichever of the five kinds the text is, or None."""
    return read_date(text) or read_date_time(text) or read_time(text) or read_duration(text)


# ── arithmetic ──────────────────────────────────────────────────────────────────────────────────
def add_months(date: Date, count: int) -> Date:
    """The same day `count` months later, clipped at the month's end; raises OutOfRange."""
    year, month = divmod(date.year * 12 + date.month - 1 + count, 12)
    if abs(year) > MAX_YEAR:
        raise OutOfRange
    return Date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def add_duration(value: DateTime, nanos: int) -> DateTime:
    """The moment `nanos` later. Whole days keep the wall clock; hours follow the instant in a zone."""
    days, rest = divmod(abs(nanos), DAY)
    sign = -1 if nanos < 0 else 1
    moved = value.local_nanos + sign * days * DAY
    if value.time.zone is None or not rest:
        return date_time_from_nanos(moved + sign * rest, value.time.offset, value.time.zone)
    start = date_time_from_nanos(moved, None, value.time.zone)
    return in_zone(start.instant + sign * rest, value.time.zone)


def in_zone(instant: int, zone: str) -> DateTime:
    """The moment `instant` (nanoseconds since the epoch, UTC) by the clocks of `zone`."""
    days, nanos = divmod(instant, DAY)
    offset = zone_offset(zone, days, nanos)
    for _ in range(2):  # the offset is looked up by wall clock: settle around a change
        days, nanos = divmod(instant + offset * SECOND, DAY)
        offset = zone_offset(zone, days, nanos)
    return date_time_from_nanos(instant + offset * SECOND, None, zone)


def months_between(start: Date, end: Date) -> int:
    """Whole months from start to end, negative when end is earlier."""
    count = (end.year - start.year) * 12 + end.month - start.month
    if count > 0 and end.day < start.day:
        return count - 1
    if count < 0 and end.day > start.day:
        return count + 1
    return count


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def _nanos(digits: str | None) -> int:
    return int(digits[:9].ljust(9, "0")) if digits else 0
