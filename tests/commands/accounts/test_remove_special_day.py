"""Letting a day be ordinary again."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.commands import remove_special_day
from accounts.exceptions import NobodyThere, NotAllowed
from accounts.models import WorkCalendar
from accounts.queries import calendar_of
from tests.factories import HolidayFactory

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def holiday(db):
    return HolidayFactory(calendar=WorkCalendar.objects.get(is_default=True), date=TUESDAY)


def test_it_works(admin, holiday, audited):
    remove_special_day(actor=admin, calendar_id=holiday.calendar.public_id, day=TUESDAY)
    assert calendar_of().is_workday(TUESDAY)
    assert audited("calendar.day_removed").data["date"] == "2026-03-03"


def test_an_outsider_is_refused(charlie, holiday):
    with pytest.raises(NotAllowed):
        remove_special_day(actor=charlie, calendar_id=holiday.calendar.public_id, day=TUESDAY)


def test_an_ordinary_day_is_refused(admin, holiday):
    with pytest.raises(NobodyThere):
        remove_special_day(actor=admin, calendar_id=holiday.calendar.public_id, day=date(2026, 3, 4))
