"""Changing working time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.commands import change_calendar
from accounts.exceptions import ChangedMeanwhile, HoursInvalid, NotAllowed, WouldFormCircle
from accounts.models import WorkCalendar
from accounts.queries import business_calendar
from tests.factories import CalendarFactory

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_it_works(admin, audited):
    calendar = CalendarFactory()
    assert business_calendar(calendar).hours_per_day == 8
    changed = change_calendar(actor=admin, calendar_id=calendar.public_id, hours={"mon": ["09:00-12:00"]})
    assert business_calendar(changed).hours_per_day == 3
    assert audited("calendar.changed").data["hours"][1] == {"mon": ["09:00-12:00"]}


def test_those_based_on_it_follow(admin):
    base = CalendarFactory()
    middle = CalendarFactory(parent=base, hours=None)
    child = CalendarFactory(parent=middle, hours=None)
    assert business_calendar(child).hours_per_day == 8
    change_calendar(actor=admin, calendar_id=base.public_id, hours={"mon": ["09:00-12:00"]})
    assert business_calendar(WorkCalendar.objects.get(pk=child.pk)).hours_per_day == 3


def test_an_outsider_is_refused(charlie, director, branch_admin):
    for actor in (charlie, director, branch_admin):
        with pytest.raises(NotAllowed):
            change_calendar(actor=actor, calendar_id=CalendarFactory().public_id, name="Mine")


def test_hours_without_an_open_one_are_refused(admin):
    with pytest.raises(HoursInvalid):
        change_calendar(actor=admin, calendar_id=CalendarFactory().public_id, hours={"mon": []})


def test_a_circle_is_refused(admin):
    base = CalendarFactory()
    child = CalendarFactory(parent=base)
    for parent in (child, base):
        with pytest.raises(WouldFormCircle):
            change_calendar(actor=admin, calendar_id=base.public_id, parent_id=parent.public_id)


def test_an_older_version_is_refused(admin):
    calendar = CalendarFactory()
    change_calendar(actor=admin, calendar_id=calendar.public_id, name="A")
    with pytest.raises(ChangedMeanwhile):
        change_calendar(actor=admin, calendar_id=calendar.public_id, name="B", seen_version=1)
