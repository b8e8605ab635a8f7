"""Public holidays by country: China's as the State Council announces them, with make-up workdays. Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import chinese_calendar
import holidays

CHINA: Final = "CN"
NONE: Final = "none"
OTHER_YEARS: Final = range(2000, 2051)


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A public holiday, or a make-up workday (``is_workday``) on a weekend."""

    date: date
    name: str
    name_zh: str
    is_workday: bool = False


def regions() -> tuple[str, ...]:
    """The regions that may be chosen: ISO country codes, and "none"."""
    return (NONE, *sorted(holidays.list_supported_countries()))


@lru_cache(maxsize=32)
def public_days(region: str) -> Mapping[date, PublicDay]:
    """Everything known for the region; empty for "none". Raises ValueError for a region nobody knows."""
    if region in {"", NONE}:
        return {}
    if region == CHINA:
        return _china()
    if region not in holidays.list_supported_countries():
        raise ValueError(f"no public holidays are known for {region!r}")
    found = holidays.country_holidays(region, years=OTHER_YEARS)
    return {day: PublicDay(day, name, name) for day, name in sorted(found.items())}


def is_announced(region: str, year: int) -> bool:
    """Whether the public holidays of ``year`` are known; if not, its weekdays count as workdays."""
    if region in {"", NONE}:
        return True
    if region == CHINA:
        return any(day.year == year for day in chinese_calendar.holidays)
    return year in OTHER_YEARS


def _china() -> dict[date, PublicDay]:
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    days = {day: PublicDay(day, name, names.get(name, name)) for day, name in chinese_calendar.holidays.items()}
    for day, name in chinese_calendar.workdays.items():
        days[day] = PublicDay(day, f"Workday for {name}", f"{names.get(name, name)}调休上班", is_workday=True)
    return dict(sorted(days.items()))
