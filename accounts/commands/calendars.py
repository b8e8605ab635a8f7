"""Editing working time: calendars, their hours, and the days that differ."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.changes import ChangeKind, announce
from accounts.checking import require_hours, require_seen, save_change, save_checked, set_fields
from accounts.exceptions import HoursInvalid, InvalidValue, NobodyThere, WouldFormCircle
from accounts.locks import lock_calendar
from accounts.models import DayKind, Holiday, User, WorkCalendar
from accounts.permissions import COMPANY, require
from accounts.public_holidays import regions
from accounts.queries.calendars import line_of
from accounts.working_hours import HoursRefused, read_day
from config import clock

EDITABLE = frozenset({"name", "name_zh", "zone", "hours", "region", "hours_per_day"})


@transaction.atomic(durable=True)
def create_calendar(
    *, actor: User, code: str, name: str, zone: str, parent_id: UUID | None = None, **values: Any
) -> WorkCalendar:
    """Add a calendar, based on ``parent_id`` where it says nothing itself; ``values`` are fields from ``EDITABLE``.

    Refuses a taken code, an unknown zone or region, and hours that are not valid or leave nothing open.
    """
    require(actor, "create", "work_calendar", COMPANY)
    calendar = WorkCalendar(code=code, name=name, zone=zone, created_by=actor, updated_by=actor)
    set_fields(calendar, values, EDITABLE)
    calendar.parent = _parent(parent_id)
    _require_valid(calendar)
    save_checked(calendar)
    audit.record("calendar.created", actor=actor, subject=calendar, data={"code": code})
    return calendar


@transaction.atomic(durable=True)
def change_calendar(*, actor: User, calendar_id: UUID, seen_version: int | None = None, **values: Any) -> WorkCalendar:
    """Change fields from ``EDITABLE``, or ``parent_id``. Deadlines already set keep; new ones count by the new hours.

    Refuses another version than the one seen, hours that are not valid, and calendars based on each other in a circle.
    """
    calendar = lock_calendar(calendar_id)
    require(actor, "change", "work_calendar", COMPANY)
    require_seen(calendar, seen_version)
    if "parent_id" in values:
        values["parent"] = _parent(values.pop("parent_id"))
        if values["parent"] is not None and calendar in line_of(values["parent"]):
            raise WouldFormCircle(field="parent_id")
    differing = set_fields(calendar, values, EDITABLE | {"parent"})
    if differing:
        _require_valid(calendar)
        _save(calendar, actor)
        audit.record("calendar.changed", actor=actor, subject=calendar, data=differing)
    return calendar


@transaction.atomic(durable=True)
def make_default_calendar(*, actor: User, calendar_id: UUID) -> WorkCalendar:
    """Let every unit without a calendar of its own or above it work by this one."""
    calendar = lock_calendar(calendar_id)
    require(actor, "change", "work_calendar", COMPANY)
    WorkCalendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False)
    calendar.is_default = True
    _save(calendar, actor)
    audit.record("calendar.made_default", actor=actor, subject=calendar, data={"code": calendar.code})
    return calendar


@transaction.atomic(durable=True)
def set_special_day(
    *, actor: User, calendar_id: UUID, day: date, kind: str, name: str = "", hours: Any = None
) -> Holiday:
    """Make one day a holiday, or a workday with hours of its own or the usual ones; overrides public holidays."""
    calendar = lock_calendar(calendar_id)
    require(actor, "change", "work_calendar", COMPANY)
    if kind == DayKind.WORKDAY and hours is not None:
        _require_open(hours)
    row = Holiday.objects.filter(calendar=calendar, date=day).first() or Holiday(calendar=calendar, date=day)
    row.kind, row.name, row.hours = kind, name, hours if kind == DayKind.WORKDAY else None
    save_checked(row)
    _save(calendar, actor)
    data = {"code": calendar.code, "date": day.isoformat(), "kind": kind, "hours": row.hours}
    audit.record("calendar.day_set", actor=actor, subject=calendar, data=data)
    return row


@transaction.atomic(durable=True)
def remove_special_day(*, actor: User, calendar_id: UUID, day: date) -> WorkCalendar:
    """Let one day follow the weekly hours and public holidays again. Refuses a day that is not special."""
    calendar = lock_calendar(calendar_id)
    require(actor, "change", "work_calendar", COMPANY)
    removed, _ = Holiday.objects.filter(calendar=calendar, date=day).delete()
    if not removed:
        raise NobodyThere(field="day")
    _save(calendar, actor)
    data = {"code": calendar.code, "date": day.isoformat()}
    audit.record("calendar.day_removed", actor=actor, subject=calendar, data=data)
    return calendar


def _parent(parent_id: UUID | None) -> WorkCalendar | None:
    if parent_id is None:
        return None
    parent = WorkCalendar.objects.filter(public_id=parent_id).first()
    if parent is None:
        raise NobodyThere(field="parent_id")
    return parent


def _require_valid(calendar: WorkCalendar) -> None:
    if calendar.region and calendar.region not in regions():
        raise InvalidValue(field="region")
    if calendar.hours_per_day is not None and not 0 < calendar.hours_per_day <= 24:
        raise InvalidValue(field="hours_per_day")
    if calendar.hours is not None:
        require_hours(calendar.hours, calendar.zone)


def _require_open(hours: Any) -> None:
    try:
        spans = read_day(hours)
    except HoursRefused:
        spans = ()
    if not spans:
        raise HoursInvalid(field="hours")


def _save(calendar: WorkCalendar, actor: User) -> None:
    """Everything computed from this calendar, or from one based on it, is computed again."""
    calendar.stamp = uuid.uuid4()
    save_change(calendar, actor)
    for child in _based_on(calendar):
        WorkCalendar.objects.filter(pk=child).update(stamp=uuid.uuid4(), updated_at=clock.now())
    announce(ChangeKind.CALENDAR)


def _based_on(calendar: WorkCalendar) -> set[int]:
    found: set[int] = set()
    newest = {calendar.pk}
    while newest:
        newest = set(WorkCalendar.objects.filter(parent__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found
