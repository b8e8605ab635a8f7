"""Counting in working hours: against a slow count by hand, over zones with summer time, and round trips."""

from __future__ import annotations

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.business_time import BusinessCalendar, OutOfRange, always_open
from accounts.working_hours import HoursRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC"]
SPANS = st.sampled_from(
    [
        [],
        ["09:00-12:00", "13:00-18:00"],
        ["08:30-12:00"],
        ["00:00-24:00"],
        ["00:00-06:00", "22:00-24:00"],
        ["01:30-02:30", "02:30-03:00"],
        ["02:00-02:30"],
    ]
)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@st.composite
def calendars(draw) -> BusinessCalendar:
    week = {day: draw(SPANS) for day in range(7)}
    if not any(week.values()):
        week[0] = ["09:00-17:00"]
    days = st.dates(date(2025, 12, 1), date(2026, 12, 31))
    return BusinessCalendar(
        draw(st.sampled_from(ZONES)),
        week,
        draw(st.sets(days, max_size=20)),
        draw(st.dictionaries(days, st.none() | SPANS, max_size=10)),
    )


moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.sampled_from([UTC, SHANGHAI, BERLIN])
).map(lambda moment: moment.replace(second=moment.second // 30 * 30))
spans_of_time = st.integers(0, 60 * 24 * 40).map(lambda minutes: Decimal(minutes) / 60)


@settings(max_examples=150, deadline=None)
@given(calendars(), moments, spans_of_time)
def test_what_was_added_lies_between(calendar, moment, hours):
    assert calendar.hours_between(moment, calendar.add(moment, hours)) == hours


@settings(max_examples=150, deadline=None)
@given(calendars(), moments, spans_of_time)
def test_what_was_taken_away_lies_between(calendar, moment, hours):
    earlier = calendar.add(moment, -hours)
    assert earlier <= moment
    assert calendar.hours_between(earlier, moment) == hours
    assert calendar.hours_between(moment, earlier) == -hours


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, spans_of_time, spans_of_time)
def test_adding_in_two_steps_is_adding_at_once(calendar, moment, first, second):
    assert calendar.add(calendar.add(moment, first), second) == calendar.add(moment, first + second)


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, spans_of_time)
def test_there_and_back_again_moves_only_over_closed_time(calendar, moment, hours):
    back = calendar.add(calendar.add(moment, hours), -hours)
    assert calendar.hours_between(min(back, moment), max(back, moment)) == 0


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 24 * 12))
def test_the_count_agrees_with_asking_every_five_minutes(calendar, moment, fives):
    moment = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0).astimezone(UTC)
    step = timedelta(minutes=5)
    slow = sum(calendar.is_open(moment + n * step) for n in range(fives)) * Decimal(5) / 60
    assert abs(calendar.hours_between(moment, moment + fives * step) - slow) < Decimal("1e-20")


@settings(max_examples=100, deadline=None)
@given(calendars(), moments)
def test_on_days_without_a_change_of_offset_the_wall_decides(calendar, moment):
    local = moment.astimezone(calendar.zone)
    midnight = datetime.combine(local.date(), time(), calendar.zone)
    if midnight.utcoffset() == datetime.combine(local.date() + timedelta(1), time(), calendar.zone).utcoffset():
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        wall = any(start <= seconds * 1_000_000 < end for start, end in calendar.hours_on(local.date()))
        assert calendar.is_open(moment) == wall


@settings(max_examples=100, deadline=None)
@given(calendars(), moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar, moment):
    opening = calendar.next_open(moment)
    assert calendar.is_open(opening)
    assert calendar.hours_between(moment, opening) == 0


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-01-05T09:00", 8, "2026-01-05T18:00"),
        ("2026-01-05T09:00", 8.5, "2026-01-06T09:30"),
        ("2026-01-05T11:30", 1, "2026-01-05T13:30"),
        ("2026-01-05T12:30", 1, "2026-01-05T14:00"),
        ("2026-01-05T20:00", 1, "2026-01-06T10:00"),
        ("2026-01-09T17:00", 2, "2026-01-12T10:00"),
        ("2026-01-10T11:00", 0.5, "2026-01-12T09:30"),
        ("2026-01-05T09:00", 56, "2026-01-13T18:00"),
        ("2026-01-06T09:00", -8, "2026-01-05T09:00"),
        ("2026-01-12T10:00", -2, "2026-01-09T17:00"),
        ("2026-01-10T11:00", 0, "2026-01-10T11:00"),
    ],
)
def test_a_usual_week(start, hours, end):
    assert BusinessCalendar().add(at(start), hours) == at(end)


def test_holidays_are_skipped_and_make_up_workdays_count():
    calendar = BusinessCalendar(
        holidays=[date(2026, 2, 16), date(2026, 2, 17)],
        extra_workdays={date(2026, 2, 14): None, date(2026, 2, 17): ["09:00-10:00"]},
    )
    assert calendar.add(at("2026-02-13T17:00"), 2) == at("2026-02-14T10:00")
    assert calendar.add(at("2026-02-14T17:00"), 2) == at("2026-02-17T10:00")
    assert calendar.add(at("2026-02-14T17:00"), 2.5) == at("2026-02-18T09:30")
    assert calendar.is_workday(date(2026, 2, 17))
    assert not calendar.is_workday(date(2026, 2, 16))


def test_clocks_going_forward_shorten_the_night():
    calendar = always_open("Europe/Berlin")
    assert calendar.hours_between(at("2026-03-29T00:00", BERLIN), at("2026-03-30T00:00", BERLIN)) == 23
    assert calendar.hours_between(at("2026-10-25T00:00", BERLIN), at("2026-10-26T00:00", BERLIN)) == 25


def test_a_span_inside_the_skipped_hour_does_not_count_twice():
    calendar = BusinessCalendar("Europe/Berlin", {"mon-sun": ["02:00-03:00", "03:00-04:00"]})
    before, after = at("2026-03-29T00:00", BERLIN), at("2026-03-29T12:00", BERLIN)
    assert calendar.hours_between(before, after) == 1


def test_a_day_that_a_zone_skips_has_no_hours():
    apia = ZoneInfo("Pacific/Apia")
    calendar = BusinessCalendar("Pacific/Apia", {"mon-sun": ["09:00-12:00"]})
    assert calendar.hours_between(at("2011-12-29T13:00", apia), at("2011-12-31T08:00", apia)) == 0


def test_the_answer_keeps_the_zone_of_the_question():
    answer = BusinessCalendar().add(datetime(2026, 1, 5, 1, tzinfo=UTC), 1)
    assert answer == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert answer.tzinfo is UTC


@pytest.mark.parametrize(
    ("hours", "per_day"),
    [
        ({"mon-fri": ["09:00-12:00", "13:00-18:00"]}, 8),
        ({"mon-thu": ["08:00-16:30"], "fri": ["08:00-12:00"]}, Decimal("8.5")),
        ({"mon-sun": ["00:00-24:00"]}, 24),
        (["09:00-17:00"], 8),
    ],
)
def test_a_business_day_has_the_usual_length(hours, per_day):
    assert BusinessCalendar(hours=hours).hours_per_day == per_day


def test_the_length_of_a_business_day_can_be_given():
    assert BusinessCalendar(hours_per_day=7.5).hours_per_day == Decimal("7.5")


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {"mon": []},
        {"mon": ["09:00"]},
        {"mon": ["18:00-09:00"]},
        {"mon": ["09:00-09:00"]},
        {"mon": ["09:00-25:00"]},
        {"mon": ["09:61-10:00"]},
        {"mon": ["09:00-12:00", "11:00-13:00"]},
        {"someday": ["09:00-12:00"]},
        {"mon": ["09:00-12:00"], "mon-fri": ["09:00-12:00"]},
        {"mon": 8},
        {7: ["09:00-12:00"]},
    ],
)
def test_impossible_hours_are_refused(hours):
    with pytest.raises(HoursRefused):
        BusinessCalendar(hours=hours)


def test_an_unknown_zone_is_refused():
    with pytest.raises(HoursRefused, match="Mars"):
        BusinessCalendar("Mars/Olympus")


@pytest.mark.parametrize("hours", [float("nan"), float("inf"), Decimal("NaN")])
def test_hours_that_are_no_number_are_refused(hours):
    with pytest.raises(ValueError, match="number of hours"):
        BusinessCalendar().add(at("2026-01-05T09:00"), hours)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        BusinessCalendar().add(datetime(2026, 1, 5, 9), 1)


@pytest.mark.parametrize("hours", [1e300, -1e300, 2_000_000, -2_000_000, Decimal("1e28")])
def test_an_answer_in_the_far_future_or_past_is_refused_soon(hours):
    began = stopwatch.perf_counter()
    with pytest.raises(OutOfRange):
        BusinessCalendar(hours={"mon": ["09:00-09:30"]}).add(at("2026-01-05T09:00"), hours)
    assert stopwatch.perf_counter() - began < 5


def test_a_calendar_whose_last_open_day_is_over_ends_in_a_refusal():
    calendar = BusinessCalendar(hours={}, extra_workdays={date(2026, 1, 5): ["09:00-10:00"]})
    assert calendar.add(at("2026-01-05T08:00"), 1) == at("2026-01-05T10:00")
    with pytest.raises(OutOfRange):
        calendar.add(at("2026-01-05T08:00"), 2)
    with pytest.raises(OutOfRange):
        calendar.next_open(at("2026-01-05T10:00"))


def test_adding_walks_over_years_not_over_hours():
    """Ten thousand hours are five years: no more than six years may be laid out, and none a second time."""
    calendar = BusinessCalendar()
    assert calendar.add(at("2026-01-05T09:00"), 10_000) == at("2030-10-18T18:00")
    assert len(calendar._totals) == 5
    laid_out = dict(calendar._years)
    calendar.add(at("2026-01-05T09:00"), 9_999)
    assert all(calendar._years[year] is block for year, block in laid_out.items())
