"""Days: today at a unit, and counting in calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from accounts.models import OrgUnit
from accounts.queries import calendar_of
from config import clock


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last when it lacks that day (31 January + 1 = 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier."""
    return months_after(day, -months)


def today_at(unit: OrgUnit) -> date:
    """The present day in the zone a unit works in."""
    return clock.now().astimezone(calendar_of(unit).zone).date()
