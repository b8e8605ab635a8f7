"""Reading working time: which calendar a unit works by, and the calendar itself ready for counting."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Length

from accounts.business_time import DEFAULT_HOURS, DEFAULT_ZONE, BusinessCalendar
from accounts.models import DayKind, Holiday, OrgUnit, User, WorkCalendar
from accounts.public_holidays import CHINA, NONE, is_announced, public_days
from accounts.queries.units import unit_of
from config import clock
from config.composed import answered, composed

_KEPT = 64
_calendars: OrderedDict[UUID, BusinessCalendar] = OrderedDict()


def calendar_of(place: OrgUnit | User | str | None = None) -> BusinessCalendar:
    """The working time of a unit or person: of the nearest unit above that has a calendar, else the company's.

    One query when the calendar has been used before in this process.
    """
    row = work_calendar_of(place)
    return _company_default() if row is None else business_calendar(row)


def work_calendar_of(place: OrgUnit | User | str | None = None) -> WorkCalendar | None:
    """The row behind ``calendar_of``; None when the company has no calendar at all."""
    unit = place.org_unit if isinstance(place, User) else place
    paths = unit_of(unit).ancestor_paths if unit is not None else ()
    nearest = Max(Length("units__path"), filter=Q(units__path__in=paths))
    candidates = WorkCalendar.objects.filter(Q(is_default=True) | Q(units__path__in=paths)).annotate(nearest=nearest)
    return candidates.order_by(F("nearest").desc(nulls_last=True)).first()


def calendars_of(units: Iterable[OrgUnit | None]) -> dict[OrgUnit | None, BusinessCalendar]:
    """The working time of each of several units, found like ``calendar_of``; one query for all of them."""
    asked = set(units)
    if not asked:
        return {}
    paths = {path for unit in asked if unit is not None for path in unit.ancestor_paths}
    key = ("calendars", frozenset(paths))
    rows = answered(composed(key, {}, lambda: _calendars_at(paths)), {})
    nearest: dict[str, WorkCalendar] = {}
    default: WorkCalendar | None = None
    for row in rows:
        default = row if row.is_default else default
        if row.at is not None:
            nearest[row.at] = row
    found = {}
    for unit in asked:
        line = sorted(unit.ancestor_paths, key=len, reverse=True) if unit is not None else []
        own = next((nearest[path] for path in line if path in nearest), default)
        found[unit] = _company_default() if own is None else business_calendar(own)
    return found


def _calendars_at(paths: set[str]) -> QuerySet[WorkCalendar]:
    return WorkCalendar.objects.filter(Q(is_default=True) | Q(units__path__in=paths)).annotate(at=F("units__path"))


def business_calendar(row: WorkCalendar) -> BusinessCalendar:
    """The calendar ready for counting, kept per stamp: a change of it or of what it is based on makes a new stamp."""
    key = row.stamp
    known = _calendars.get(key)
    if known is None:
        known = _calendars[key] = _build(row)
        if len(_calendars) > _KEPT:
            _calendars.popitem(last=False)
    return known


def line_of(row: WorkCalendar) -> list[WorkCalendar]:
    """The calendar and those it is based on, nearest first."""
    line: list[WorkCalendar] = []
    current: WorkCalendar | None = row
    while current is not None and current not in line:
        line.append(current)
        current = current.parent
    return line


def region_of(row: WorkCalendar) -> str:
    """Whose public holidays count: the nearest that is set along the line."""
    return next((calendar.region for calendar in line_of(row) if calendar.region), NONE)


def unannounced_years(row: WorkCalendar) -> tuple[int, ...]:
    """This year and the next, as far as their public holidays are not known: their weekdays count as workdays."""
    year = clock.now().year
    region = region_of(row)
    return tuple(year for year in (year, year + 1) if not is_announced(region, year))


def _build(row: WorkCalendar) -> BusinessCalendar:
    line = line_of(row)
    hours = next((calendar.hours for calendar in line if calendar.hours is not None), DEFAULT_HOURS)
    per_day = next((calendar.hours_per_day for calendar in line if calendar.hours_per_day is not None), None)
    holidays, workdays = special_days(line)
    return BusinessCalendar(row.zone, hours, holidays, workdays, per_day)


def special_days(line: list[WorkCalendar]) -> tuple[set[date], dict[date, Any]]:
    """Closed days, and open days with their own hours if any; the nearest calendar has the last word on each date."""
    holidays, workdays = _public(region_of(line[0]))
    place = {calendar.pk: index for index, calendar in enumerate(line)}
    rows = sorted(Holiday.objects.filter(calendar__in=line), key=lambda day: -place[day.calendar_id])
    for day in rows:
        holidays.discard(day.date)
        workdays.pop(day.date, None)
        if day.kind == DayKind.HOLIDAY:
            holidays.add(day.date)
        else:
            workdays[day.date] = day.hours
    return holidays, workdays


def _public(region: str) -> tuple[set[date], dict[date, Any]]:
    days = public_days(region)
    workdays: dict[date, Any] = {day: None for day, public in days.items() if public.is_workday}
    return set(days) - set(workdays), workdays


@lru_cache(maxsize=1)
def _company_default() -> BusinessCalendar:
    return BusinessCalendar(DEFAULT_ZONE, DEFAULT_HOURS, *_public(CHINA))
