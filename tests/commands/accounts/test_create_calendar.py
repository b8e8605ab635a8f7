"""Adding a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.commands import create_calendar
from accounts.exceptions import AlreadyTaken, HoursInvalid, InvalidValue, NobodyThere, NotAllowed
from accounts.models import WorkCalendar
from accounts.queries import business_calendar


def test_it_works(admin, audited):
    base = WorkCalendar.objects.get(is_default=True)
    calendar = create_calendar(
        actor=admin, code="early", name="Early", zone="Asia/Shanghai", parent_id=base.public_id,
        hours={"mon-sat": ["06:00-14:00"]},
    )  # fmt: skip
    counted = business_calendar(calendar)
    assert counted.is_open(datetime(2026, 1, 9, 22, 30, tzinfo=UTC))  # Saturday 06:30 in Shanghai
    assert not counted.is_open(datetime(2026, 2, 17, 2, tzinfo=UTC))  # spring festival of the one it is based on
    assert audited("calendar.created").data == {"code": "early"}


def test_an_outsider_is_refused(charlie, branch_admin):
    for actor in (charlie, branch_admin):
        with pytest.raises(NotAllowed):
            create_calendar(actor=actor, code="x", name="X", zone="UTC")


@pytest.mark.parametrize("hours", [{}, {"mon": []}, {"mon": ["10:00-09:00"]}, {"someday": ["09:00-10:00"]}, 8, "x"])
def test_hours_that_are_none_are_refused(admin, hours):
    with pytest.raises(HoursInvalid):
        create_calendar(actor=admin, code="x", name="X", zone="UTC", hours=hours)


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Mars"), ("region", "Atlantis"), ("hours_per_day", 25), ("hours_per_day", 0)]
)
def test_impossible_values_are_refused(admin, field, value):
    with pytest.raises(InvalidValue) as refusal:
        create_calendar(**{"actor": admin, "code": "x", "name": "X", "zone": "UTC", field: value})
    assert refusal.value.field == field


def test_a_taken_code_is_refused(admin):
    with pytest.raises(AlreadyTaken):
        create_calendar(actor=admin, code="china", name="X", zone="UTC")


def test_an_unknown_base_is_refused(admin):
    with pytest.raises(NobodyThere):
        create_calendar(actor=admin, code="x", name="X", zone="UTC", parent_id=admin.public_id)
