"""ISO 8601 and cron texts are read as the standard has them, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bpmn.checking.timers import is_cron
from bpmn.iso import Duration, Repetition, parse_duration, parse_moment, parse_repetition

HOUR = Decimal(3600)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1H", Duration(0, HOUR)),
        ("P1D", Duration(0, 24 * HOUR)),
        ("P2W", Duration(0, 336 * HOUR)),
        ("P1Y2M", Duration(14)),
        ("P1DT2H3M4.5S", Duration(0, 26 * HOUR + 180 + Decimal("4.5"))),
        ("-PT1H", Duration(0, -HOUR)),
        ("PT0S", Duration()),
    ],
)
def test_durations(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "P1H", "PT1D", "P1.5D", "PT1H ago", "P1M1Y", '"PT1H"', "P" + "9" * 30 + "D"]
)
def test_other_texts_are_no_durations(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "begin", "after"),
    [
        ("P1D", "2026-03-28T10:00:00+01:00", "2026-03-29T10:00:00+02:00"),
        ("P1W", "2026-03-28T10:00:00+01:00", "2026-04-04T10:00:00+02:00"),
        ("P1M", "2026-10-24T10:00:00+02:00", "2026-11-24T10:00:00+01:00"),
        ("PT1H", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("PT1H", "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"),
        ("P1DT1H", "2026-03-28T10:00:00+01:00", "2026-03-29T11:00:00+02:00"),
    ],
)
def test_days_keep_the_time_on_the_clocks_of_a_zone_and_hours_are_hours(text, begin, after):
    """Twice a year the clocks are moved: a daily timer stays at ten, an hourly one fires every hour."""
    moment = datetime.fromisoformat(begin).astimezone(ZoneInfo("Europe/Berlin"))
    assert parse_duration(text).after(moment).isoformat() == after


def test_months_end_where_the_month_ends():
    assert Duration(1).after(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
    assert Duration(-1).after(datetime(2026, 1, 15, tzinfo=UTC)) == datetime(2025, 12, 15, tzinfo=UTC)
    assert Duration(0, HOUR).after(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, 1, tzinfo=UTC)
    with pytest.raises(OverflowError):
        Duration(12 * 9999).after(datetime(2026, 1, 1, tzinfo=UTC))


def test_moments():
    assert parse_moment("2026-01-05T09:00:00Z") == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert parse_moment("2026-01-05T09:00:00+08:00") == datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert parse_moment("2026-07-05T09:00:00[Europe/Berlin]") == datetime(2026, 7, 5, 7, tzinfo=UTC)
    assert parse_moment("2026-07-05T09:00:00+02:00[Europe/Berlin]").utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "text", ["2026-01-05", "2026-01-05T09:00:00", "noon", "2026-01-05T09:00:00[Mars/Base]", "2026-01-05T09:00Z[x"]
)
def test_moments_need_a_place_in_the_world(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)


def test_repetitions():
    assert parse_repetition("R3/PT1H") == Repetition(3, Duration(0, HOUR))
    assert parse_repetition("R/P1M") == Repetition(None, Duration(1))
    assert parse_repetition("R-1/PT1H").times is None
    assert parse_repetition("R2/2026-01-05T09:00:00Z/PT1H").start == datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["R3", "R3/", "PT1H", "R3/PT0S", "R3/-PT1H", "R3/noon/PT1H", "Rx/PT1H"])
def test_other_texts_are_no_repetitions(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_repetition(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 0 9 * * MON-FRI",
        "@daily",
        "0 */5 * * * ?",
        "0 0 0 L * *",
        "0 0 0 1W * *",
        "0 0 0 ? * 5L",
        "0 0 0 ? * MON#1",
        "0 0 9-17 1,15 JAN,JUL *",
        "0 0 0 * * FRI-SUN",
        "0 0 0 L-3 * *",
    ],
)
def test_cron_texts(text):
    assert is_cron(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 0 9 * *",
        "60 0 9 * * *",
        "0 0 24 * * *",
        "0 0 9 0 * *",
        "0 0 9 * 13 *",
        "0 0 9 * * 8",
        "0 0 9 * * MON#6",
        "0 0 9 * * NOP",
        "@sometimes",
        "0 */0 * * * *",
        "a b c d e f",
        "0 0 9 5-1 * *",
    ],
)
def test_other_texts_are_no_cron_texts(text):
    assert not is_cron(text)
