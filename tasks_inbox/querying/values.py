"""Values of the query line that are more than text: spans of time, days, priorities."""

from __future__ import annotations

import re
from datetime import date, timedelta

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "分钟": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "天": timedelta(days=1),
    "周": timedelta(weeks=1),
}
FIRST_YEAR, LAST_YEAR = 1990, 2199
HIGHEST_PRIORITY = 32_767
_DURATION = re.compile(r"([0-9]{1,3})(m|h|d|w|分钟|小时|天|周)", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,5}")


def duration(text: str) -> timedelta | None:
    """``90m``, ``4h``, ``3d``, ``2w`` (or 分钟 小时 天 周), at most three digits; None for anything else."""
    found = _DURATION.fullmatch(text)
    return int(found[1]) * UNITS[found[2].lower()] if found else None


def day(text: str) -> date | None:
    """A day such as ``2026-11-30``; None for what is no day of these two centuries."""
    if not _DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def priority(text: str) -> int | None:
    """A whole number a priority can be; None for anything else."""
    found = int(text) if _NUMBER.fullmatch(text) else None
    return found if found is not None and found <= HIGHEST_PRIORITY else None


def is_moment(text: str) -> bool:
    """Whether it is a span from now or a day."""
    return duration(text) is not None or day(text) is not None


def is_duration(text: str) -> bool:
    """Whether it is a span of time."""
    return duration(text) is not None


def is_priority(text: str) -> bool:
    """Whether it is a priority."""
    return priority(text) is not None
