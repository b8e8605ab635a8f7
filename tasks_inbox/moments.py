"""Moments people choose: still to come, and not absurdly far away."""

from __future__ import annotations

from datetime import datetime, timedelta

from config import clock
from tasks_inbox.exceptions import MomentUnfit

FARTHEST = timedelta(days=5 * 366)


def to_come(moment: datetime) -> datetime:
    """The moment itself if it is later than now and within five years. Raises MomentUnfit, also without a zone."""
    if moment.tzinfo is None or not clock.now() < moment <= clock.now() + FARTHEST:
        raise MomentUnfit
    return moment
