"""Making one day differ."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.commands import set_special_day
from accounts.exceptions import HoursInvalid, InvalidValue, NotAllowed
from accounts.models import Holiday, WorkCalendar
from accounts.queries import business_calendar, calendar_of
from accounts.working_hours import write_day
from tests.factories import CalendarFactory

FESTIVAL = date(2026, 2, 17)
TUESDAY = date(2026, 3, 3)


def default() -> WorkCalendar:
    return WorkCalendar.objects.get(is_default=True)


def test_it_works(admin, audited):
    assert calendar_of().is_workday(TUESDAY)
    set_special_day(actor=admin, calendar_id=default().public_id, day=TUESDAY, kind="holiday", name="Founding day")
    assert not calendar_of().is_workday(TUESDAY)
    assert audited("calendar.day_set").data["date"] == "2026-03-03"


def test_a_public_holiday_can_be_worked_with_hours_of_its_own(admin):
    assert not calendar_of().is_workday(FESTIVAL)
    set_special_day(actor=admin, calendar_id=default().public_id, day=FESTIVAL, kind="workday", hours=["10:00-12:00"])
    assert write_day(calendar_of().hours_on(FESTIVAL)) == ["10:00-12:00"]


def test_the_nearer_calendar_has_the_last_word(admin):
    child = CalendarFactory(parent=default(), hours=None, region="")
    set_special_day(actor=admin, calendar_id=default().public_id, day=TUESDAY, kind="holiday")
    set_special_day(actor=admin, calendar_id=child.public_id, day=TUESDAY, kind="workday")
    assert business_calendar(WorkCalendar.objects.get(pk=child.pk)).is_workday(TUESDAY)
    assert not calendar_of().is_workday(TUESDAY)


def test_a_second_word_on_the_same_day_replaces_the_first(admin):
    for kind in ("holiday", "workday"):
        set_special_day(actor=admin, calendar_id=default().public_id, day=TUESDAY, kind=kind)
    assert Holiday.objects.get(date=TUESDAY).kind == "workday"


def test_an_outsider_is_refused(charlie, branch_admin):
    for actor in (charlie, branch_admin):
        with pytest.raises(NotAllowed):
            set_special_day(actor=actor, calendar_id=default().public_id, day=TUESDAY, kind="holiday")


@pytest.mark.parametrize("hours", [[], ["noon"], ["12:00-10:00"]])
def test_hours_that_are_none_are_refused(admin, hours):
    with pytest.raises(HoursInvalid):
        set_special_day(actor=admin, calendar_id=default().public_id, day=TUESDAY, kind="workday", hours=hours)


def test_an_unknown_kind_is_refused(admin):
    with pytest.raises(InvalidValue):
        set_special_day(actor=admin, calendar_id=default().public_id, day=TUESDAY, kind="siesta")
