"""Counting in working hours: when three business days are over, how long something has waited. Pure, no Django."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.working_hours import DAY, SECOND, HoursRefused, Spans, read_day, read_week

DEFAULT_ZONE: Final = "Asia/Shanghai"
DEFAULT_HOURS: Final[Mapping[str, Sequence[str]]] = {"mon-fri": ("09:00-12:00", "13:00-18:00")}
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

_HOUR: Final = 3600 * SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_TICK: Final = timedelta(microseconds=1)
_YEARS_KEPT: Final = 24


class OutOfRange(ValueError):
    """The answer lies outside the years 1900 to 2200, in which business time is counted."""


class BusinessCalendar:
    """Working hours on the wall clock of one zone, counted as time that really passes (summer time included).

    ``hours`` is what ``working_hours.read_week`` reads. ``holidays`` are closed. ``extra_workdays`` are open even on a
    weekend or holiday: a set of dates, or dates with hours of their own; without own hours they have those of their
    weekday, or of the first open weekday when that one is closed. ``hours_per_day`` is what one business day counts,
    unless given the usual length of an open weekday. Raises HoursRefused when there is not one open hour.
    """

    def __init__(
        self,
        zone: str | ZoneInfo = DEFAULT_ZONE,
        hours: Mapping[Any, Any] | Sequence[Any] = DEFAULT_HOURS,
        holidays: Iterable[date] = (),
        extra_workdays: Mapping[date, Any] | Iterable[date] = (),
        hours_per_day: Decimal | float | None = None,
    ) -> None:
        self.zone = _zone(zone)
        self.week = read_week(hours)
        self._special = self._special_days(holidays, extra_workdays)
        if not any(self.week) and not any(self._special.values()):
            raise HoursRefused("there is not one open hour")
        self.hours_per_day = self._usual_hours() if hours_per_day is None else _decimal(hours_per_day)
        if self.hours_per_day <= 0:
            raise HoursRefused("a business day has more than 0 hours")
        self._years: OrderedDict[int, _Year] = OrderedDict()
        self._totals: dict[int, int] = {}

    @classmethod
    def always_open(cls, zone: str | ZoneInfo = "UTC") -> BusinessCalendar:
        """A calendar that never closes: business time is time, a business day has 24 hours."""
        return cls(zone, {"mon-sun": ["00:00-24:00"]})

    def __repr__(self) -> str:
        return f"<BusinessCalendar {self.zone.key}, {self.hours_per_day} h a day>"

    # --- questions ------------------------------------------------------------------------------------------------

    def add(self, moment: datetime, hours: Decimal | float) -> datetime:
        """The moment ``hours`` working hours after ``moment``, or before it when negative; in the zone of ``moment``.

        What is used up exactly at closing time ends at closing time, not at the next opening; going backward it ends
        at opening time. Zero hours change nothing. So ``hours_between(m, add(m, h)) == h``. Raises OutOfRange.
        """
        span = _microseconds(hours)
        if span == 0:
            return moment
        at = _instant(moment)
        year = self._year_of(moment)
        instant = self._forward(year, at, span) if span > 0 else self._backward(year, at, -span)
        return _moment(instant, moment)

    def hours_between(self, start: datetime, end: datetime) -> Decimal:
        """The working hours from ``start`` to ``end``, negative when ``end`` comes first. Raises OutOfRange."""
        if _instant(end) < _instant(start):
            return -self.hours_between(end, start)
        first, last = self._year_of(start), self._year_of(end)
        open_time = self._year(last).open_before(_instant(end)) - self._year(first).open_before(_instant(start))
        open_time += sum(self._total(year) for year in range(first, last))
        return Decimal(open_time) / _HOUR

    def is_open(self, moment: datetime) -> bool:
        """Whether ``moment`` is working time; closing time itself is not. Raises OutOfRange."""
        return self._year(self._year_of(moment)).is_open(_instant(moment))

    def next_open(self, moment: datetime) -> datetime:
        """``moment`` itself if it is working time, else the next opening, in its zone. Raises OutOfRange."""
        at, year = _instant(moment), self._year_of(moment)
        while (opening := self._year(year).next_open(at)) is None:
            year = _checked(year + 1)
        return moment if opening == at else _moment(opening, moment)

    def hours_on(self, day: date) -> Spans:
        """The working hours of one day on the wall clock."""
        special = self._special.get(day)
        return self.week[day.weekday()] if special is None else special

    def is_workday(self, day: date) -> bool:
        """Whether there is any working time on ``day``."""
        return bool(self.hours_on(day))

    # --- walking --------------------------------------------------------------------------------------------------

    def _forward(self, year: int, at: int, span: int) -> int:
        target = self._year(year).open_before(at) + span
        while target > (total := self._total(year)):
            target -= total
            year = _checked(year + 1)
        return self._year(year).reached(target)

    def _backward(self, year: int, at: int, span: int) -> int:
        target = self._year(year).open_before(at) - span
        while target < 0:
            year = _checked(year - 1)
            target += self._total(year)
        return self._year(year).left(target)

    def _year_of(self, moment: datetime) -> int:
        _instant(moment)
        try:
            return _checked(moment.astimezone(self.zone).year)
        except OverflowError:
            raise OutOfRange(OutOfRange.__doc__) from None

    def _total(self, year: int) -> int:
        total = self._totals.get(year)
        return self._year(year).total if total is None else total

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._lay_out(year)
            self._totals[year] = known.total
            if len(self._years) > _YEARS_KEPT:
                self._years.popitem(last=False)
        return known

    def _lay_out(self, year: int) -> _Year:
        """The open spans of a local year as instants; one offset look-up a day, more only where the offset changes."""
        starts: list[int] = []
        ends: list[int] = []
        first = date(year, 1, 1)
        offset = self._offset(first)
        for ordinal in range(first.toordinal(), date(year + 1, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            next_offset = self._offset(date.fromordinal(ordinal + 1))
            midnight = (ordinal - _EPOCH_DAY) * DAY
            if offset == next_offset:
                for start, end in self.hours_on(day):
                    starts.append(midnight + start - offset)
                    ends.append(midnight + end - offset)
            else:
                self._lay_out_uneven_day(day, midnight - offset, midnight + DAY - next_offset, starts, ends)
            offset = next_offset
        return _Year.of(starts, ends)

    def _lay_out_uneven_day(self, day: date, dawn: int, dusk: int, starts: list[int], ends: list[int]) -> None:
        """A day on which the zone's offset changes: spans may grow, shrink or vanish, but never overlap."""
        done = dawn
        for start, end in self.hours_on(day):
            opening = max(self._local(day, start), done)
            closing = min(dusk if end == DAY else self._local(day, end), dusk)
            if opening < closing:
                starts.append(opening)
                ends.append(closing)
                done = closing

    def _local(self, day: date, after_midnight: int) -> int:
        wall = datetime(day.year, day.month, day.day) + timedelta(microseconds=after_midnight)
        return _instant(wall.replace(tzinfo=self.zone))

    def _offset(self, day: date) -> int:
        offset = self.zone.utcoffset(datetime(day.year, day.month, day.day, tzinfo=self.zone))
        return 0 if offset is None else offset // _TICK

    # --- reading --------------------------------------------------------------------------------------------------

    def _special_days(
        self, holidays: Iterable[date], extra_workdays: Mapping[date, Any] | Iterable[date]
    ) -> dict[date, Spans]:
        special: dict[date, Spans] = dict.fromkeys(holidays, ())
        own = extra_workdays if isinstance(extra_workdays, Mapping) else dict.fromkeys(extra_workdays)
        fallback = next((spans for spans in self.week if spans), ())
        for day, hours in own.items():
            special[day] = read_day(hours) if hours is not None else self.week[day.weekday()] or fallback
        return special

    def _usual_hours(self) -> Decimal:
        lengths = Counter(sum(end - start for start, end in spans) for spans in self.week if spans)
        if not lengths:
            lengths = Counter(sum(end - start for start, end in spans) for spans in self._special.values() if spans)
        usual = max(lengths, key=lambda length: (lengths[length], length))
        return Decimal(usual) / _HOUR


always_open = BusinessCalendar.always_open


@dataclass(frozen=True, slots=True)
class _Year:
    """The open spans of one year with running totals, so that every question is a binary search."""

    starts: list[int]
    ends: list[int]
    before: list[int]  # open time before each span
    through: list[int]  # open time up to its end
    total: int

    @classmethod
    def of(cls, starts: list[int], ends: list[int]) -> _Year:
        before, through, total = [], [], 0
        for start, end in zip(starts, ends, strict=True):
            before.append(total)
            total += end - start
            through.append(total)
        return cls(starts, ends, before, through, total)

    def open_before(self, at: int) -> int:
        index = bisect_right(self.starts, at) - 1
        return 0 if index < 0 else self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def is_open(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def next_open(self, at: int) -> int | None:
        index = bisect_right(self.ends, at)
        return max(at, self.starts[index]) if index < len(self.ends) else None

    def reached(self, target: int) -> int:
        """The earliest instant with ``target`` (> 0) of open time behind it."""
        index = bisect_left(self.through, target)
        return self.ends[index] - (self.through[index] - target)

    def left(self, target: int) -> int:
        """The latest instant with no more than ``target`` (< total) of open time behind it."""
        index = bisect_right(self.before, target) - 1
        return self.starts[index] + target - self.before[index]


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRange(OutOfRange.__doc__)
    return year


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    if isinstance(zone, ZoneInfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise HoursRefused(f"there is no time zone {zone!r}") from None


def _decimal(hours: Decimal | float) -> Decimal:
    value = hours if isinstance(hours, Decimal) else Decimal(str(hours))
    if not value.is_finite():
        raise ValueError(f"{hours} is not a number of hours")
    return value


def _microseconds(hours: Decimal | float) -> int:
    value = _decimal(hours)
    if abs(value) > (LAST_YEAR - FIRST_YEAR + 1) * 366 * 24:
        raise OutOfRange(OutOfRange.__doc__)
    return int((value * _HOUR).to_integral_value(ROUND_HALF_EVEN))


def _instant(moment: datetime) -> int:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _EPOCH) // _TICK


def _moment(instant: int, like: datetime) -> datetime:
    return (_EPOCH + instant * _TICK).astimezone(like.tzinfo)
