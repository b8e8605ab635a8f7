"""ISO 8601 durations, moments and repetitions and cron texts, as timers and scenarios write them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

SECONDS_OF_A_DAY = 24 * 60 * 60
_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,12}(?:\.\d{1,9})?)S)?)?"
)
_REPETITION = re.compile(r"R(?P<times>-1|\d{0,9})/(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and exact seconds, kept apart as ISO 8601 does; negative ones go back."""

    months: int = 0
    seconds: Decimal = Decimal(0)

    def after(self, moment: datetime) -> datetime:
        """``moment`` moved by this duration; months end at the last day of a shorter month. Raises OverflowError.

        Where the moment has a zone, months and days keep the time on its clocks, what is shorter than a day does not.
        """
        if self.months:
            years, month = divmod(moment.year * 12 + moment.month - 1 + self.months, 12)
            if not 1 <= years <= 9999:
                raise OverflowError("year out of range")
            day = min(moment.day, calendar.monthrange(years, month + 1)[1])
            moment = moment.replace(year=years, month=month + 1, day=day)
        if not isinstance(moment.tzinfo, ZoneInfo):
            return moment + timedelta(microseconds=int(self.seconds * 1_000_000))
        days, rest = divmod(self.seconds, SECONDS_OF_A_DAY)
        same_time = (moment + timedelta(days=int(days))).astimezone(UTC)
        return (same_time + timedelta(microseconds=int(rest * 1_000_000))).astimezone(moment.tzinfo)

    @property
    def positive(self) -> bool:
        """Whether time passes at all."""
        return self.months > 0 or self.seconds > 0


@dataclass(frozen=True, slots=True)
class Repetition:
    """``R<times>/<start>/<duration>``: ``times`` None repeats without end."""

    times: int | None
    every: Duration
    start: datetime | None = None


def parse_duration(text: str) -> Duration:
    """A duration such as ``P1DT2H``. Raises ValueError for any other text."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    part = {
        name: Decimal(value) if value else Decimal(0) for name, value in match.groupdict().items() if name != "sign"
    }
    sign = -1 if match["sign"] else 1
    days = part["weeks"] * 7 + part["days"]
    seconds = ((days * 24 + part["hours"]) * 60 + part["minutes"]) * 60 + part["seconds"]
    return Duration(sign * int(part["years"] * 12 + part["months"]), sign * seconds)


def parse_moment(text: str) -> datetime:
    """A date and time with an offset, ``Z`` or a zone in brackets. Raises ValueError, also where it has none."""
    text, bracket, zone = text.strip().partition("[")
    moment = datetime.fromisoformat(text)
    if bracket:
        moment = _in_zone(moment, zone)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError(text)
    return moment


def _in_zone(moment: datetime, zone: str) -> datetime:
    if not zone.endswith("]"):
        raise ValueError(zone)
    try:
        info = ZoneInfo(zone[:-1])
    except (OSError, KeyError):
        raise ValueError(zone) from None
    return moment.replace(tzinfo=info) if moment.tzinfo is None else moment.astimezone(info)


def parse_repetition(text: str) -> Repetition:
    """``R3/PT1H``, ``R/P1D`` or ``R3/2026-01-05T09:00:00Z/PT1H``. Raises ValueError."""
    match = _REPETITION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    start, slash, every = match["rest"].rpartition("/")
    duration = parse_duration(every)
    if not duration.positive:
        raise ValueError(text)
    times = None if match["times"] in {"", "-1"} else int(match["times"])
    return Repetition(times, duration, parse_moment(start) if slash else None)
