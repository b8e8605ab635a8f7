"""Choosing the company's calendar."""

from __future__ import annotations

import pytest

from accounts.commands import make_default_calendar
from accounts.exceptions import NotAllowed
from accounts.models import WorkCalendar
from accounts.queries import calendar_of
from tests.factories import CalendarFactory


def test_it_works(admin, alice, audited):
    calendar = CalendarFactory(hours={"mon": ["09:00-10:00"]})
    make_default_calendar(actor=admin, calendar_id=calendar.public_id)
    assert WorkCalendar.objects.get(is_default=True) == calendar
    assert calendar_of(alice).hours_per_day == 1
    assert audited("calendar.made_default")


def test_an_outsider_is_refused(charlie, branch_admin):
    for actor in (charlie, branch_admin):
        with pytest.raises(NotAllowed):
            make_default_calendar(actor=actor, calendar_id=CalendarFactory().public_id)
