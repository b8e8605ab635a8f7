"""Which calendar counts where, and the company's default with China's holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from accounts.models import WorkCalendar
from accounts.queries import calendar_of, unannounced_years, work_calendar_of
from tests.factories import CalendarFactory


def test_the_company_starts_with_chinas_holidays_and_make_up_workdays(db):
    calendar = calendar_of()
    assert calendar.hours_per_day == 8
    assert calendar.zone.key == "Asia/Shanghai"
    assert not calendar.is_workday(date(2026, 2, 17))
    assert calendar.is_workday(date(2026, 2, 14))  # a Saturday that makes up for spring festival
    assert not calendar.is_workday(date(2026, 2, 7))


def test_a_company_without_calendars_still_works(db):
    WorkCalendar.objects.all().delete()
    assert calendar_of().hours_per_day == 8
    assert not calendar_of().is_workday(date(2026, 2, 17))


def test_the_nearest_calendar_up_the_tree_counts(units, alice, charlie):
    branch, team = CalendarFactory(code="branch"), CalendarFactory(code="team")
    for code, calendar in (("HZ", branch), ("HZ-SALES-1", team)):
        units[code].calendar = calendar
        units[code].save()
    assert work_calendar_of(alice) == team
    assert work_calendar_of("HZ-SALES-2") == branch
    assert work_calendar_of(charlie) == WorkCalendar.objects.get(is_default=True)


def test_a_used_calendar_costs_one_query(units, django_assert_num_queries):
    calendar_of(units["HZ-SALES-1"])
    with django_assert_num_queries(1):
        calendar_of(units["HZ-SALES-1"])


def test_three_business_days_over_spring_festival(db):
    friday = datetime(2026, 2, 13, 1, tzinfo=UTC)  # 09:00 in Shanghai; the Saturday after is a make-up workday
    due = calendar_of().add(friday, 24)
    assert due == datetime(2026, 2, 24, 10, tzinfo=UTC)
    assert due - friday > timedelta(days=11)


def test_years_nobody_has_announced_are_named(db, clock):
    calendar = WorkCalendar.objects.get(is_default=True)
    clock.advance_to(datetime(2098, 6, 1, tzinfo=UTC))
    assert unannounced_years(calendar) == (2098, 2099)
    assert unannounced_years(CalendarFactory()) == ()
