"""Letting a unit work by a calendar."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import set_unit_calendar
from accounts.exceptions import NobodyThere, NotAllowed
from accounts.queries import calendar_of
from tests.factories import CalendarFactory


def test_it_works(admin, alice, units, audited, told):
    calendar = CalendarFactory(code="short", hours={"mon": ["09:00-10:00"]})
    with told() as heard:
        set_unit_calendar(actor=admin, unit_id=units["HZ"].public_id, calendar_id=calendar.public_id)
    assert calendar_of(alice).hours_per_day == 1
    assert calendar_of(units["SH"]).hours_per_day == 8
    assert audited("unit.calendar_set").data == {"calendar": "short"}
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.CALENDAR, None)]
    set_unit_calendar(actor=admin, unit_id=units["HZ"].public_id, calendar_id=None)
    assert calendar_of(alice).hours_per_day == 8


def test_an_outsider_is_refused(charlie, units):
    with pytest.raises(NotAllowed):
        set_unit_calendar(actor=charlie, unit_id=units["HZ"].public_id, calendar_id=None)


def test_an_unknown_calendar_is_refused(admin, units):
    with pytest.raises(NobodyThere):
        set_unit_calendar(actor=admin, unit_id=units["HZ"].public_id, calendar_id=admin.public_id)
