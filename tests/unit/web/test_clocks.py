"""How much time a task has left, in working time: at night, over a holiday, over a change to summer time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from accounts.business_time import BusinessCalendar
from config.clock import DrivenClock, use_clock
from web import clocks

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NINE_TO_SIX = {"mon-fri": ("09:00-12:00", "13:00-18:00")}


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(now, due, since, *, zone=SHANGHAI, holidays=(), hours=None):
    calendar = BusinessCalendar(zone, hours or NINE_TO_SIX, holidays)
    with use_clock(DrivenClock(at(now, zone))), timezone.override(zone), translation.override("en"):
        return clocks.running(at(due, zone), at(since, zone), calendar)


def test_while_the_unit_works_the_clock_on_the_wall_tells():
    clock = shown("2026-01-05T10:00", "2026-01-05T12:00", "2026-01-05T09:00")
    assert (clock.words, clock.mark.state) == ("in 2 h", "")


def test_in_the_evening_what_is_left_is_working_time():
    clock = shown("2026-01-05T20:00", "2026-01-06T11:00", "2026-01-05T09:00")
    assert clock.words == "2 h of working time left"
    assert clock.mark.used == 80


def test_over_a_weekend_less_than_a_fifth_is_soon():
    clock = shown("2026-01-09T19:00", "2026-01-12T10:00", "2026-01-08T09:00")
    assert (clock.words, clock.mark.state) == ("1 h of working time left", "soon")


def test_a_holiday_does_not_count():
    """Friday is closed: what is due on Monday at eleven has two hours left on Thursday night."""
    clock = shown("2026-01-08T19:00", "2026-01-12T11:00", "2026-01-08T09:00", holidays=[date(2026, 1, 9)])
    assert clock.words == "2 h of working time left"


def test_more_than_a_day_of_work_is_told_by_its_date():
    clock = shown("2026-01-05T20:00", "2026-01-07T18:00", "2026-01-05T09:00")
    assert clock.words == "Wed 7 Jan"


def test_the_night_clocks_go_forward_is_an_hour_shorter():
    """Open around the clock but for three in the morning: of 01:00 to 04:00 on that night two hours pass."""
    hours = {"mon-sun": ("00:00-23:00",)}
    clock = shown("2026-03-28T23:30", "2026-03-29T04:00", "2026-03-28T12:00", zone=BERLIN, hours=hours)
    assert clock.words == "3 h of working time left"


@pytest.mark.parametrize("now", ["2026-01-05T19:00", "2026-01-06T10:00"])
def test_what_is_late_is_late_by_the_clock(now):
    clock = shown(now, "2026-01-05T18:00", "2026-01-05T09:00")
    assert clock.mark.state == "late"
    assert clock.words.endswith("late")


def test_due_outside_working_hours_goes_by_the_clock():
    clock = shown("2026-01-05T20:00", "2026-01-05T22:00", "2026-01-05T19:00")
    assert clock.words == "in 2 h"
