"""The SLA clock: how promise, pause and resumption move a request's fields. Pure arithmetic, in business hours."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts.business_time import BusinessCalendar
from crm_core.service.models import ServiceRequest

PRECISION = Decimal("0.0001")
WARN_AT = Decimal("0.8")

Values = dict[str, Any]


def used_hours(request: ServiceRequest, now: datetime, calendar: BusinessCalendar) -> Decimal:
    """How many business hours of the promise are used up by now; a paused or stopped clock adds none."""
    if request.sla_running_since is None:
        return request.sla_used_hours
    running = calendar.hours_between(request.sla_running_since, now)
    return (request.sla_used_hours + max(running, Decimal(0))).quantize(PRECISION, ROUND_HALF_UP)


def promised(
    request: ServiceRequest, first_response: Decimal, resolve: Decimal, now: datetime, calendar: BusinessCalendar
) -> Values:
    """A new promise: the clock starts if it never ran, and what was used stays used."""
    started = request.sla_started_at or now
    runs = request.sla_running_since if request.sla_started_at else now
    due = None if runs is None else calendar.add(runs, resolve - request.sla_used_hours)
    return {
        "first_response_hours": first_response,
        "first_response_due": calendar.add(started, first_response),
        "sla_hours": resolve,
        "sla_started_at": started,
        "sla_running_since": runs,
        "resolve_due": due,
        "sla_warn_due": None if runs is None else calendar.add(runs, resolve * WARN_AT - request.sla_used_hours),
        "sla_told": 0,
    }


def paused(request: ServiceRequest, reason: str, now: datetime, calendar: BusinessCalendar) -> Values:
    """The clock stands still from now on; nothing is due while it does."""
    return {
        "sla_used_hours": used_hours(request, now, calendar),
        "sla_running_since": None,
        "sla_paused_at": now,
        "sla_pause_reason": reason,
        "resolve_due": None,
        "sla_warn_due": None,
    }


def resumed(request: ServiceRequest, now: datetime, calendar: BusinessCalendar) -> Values:
    """The clock runs on from what was used."""
    return {
        "sla_running_since": now,
        "sla_paused_at": None,
        "sla_pause_reason": "",
        "resolve_due": calendar.add(now, request.sla_hours - request.sla_used_hours),
        "sla_warn_due": calendar.add(now, request.sla_hours * WARN_AT - request.sla_used_hours),
    }


def extended(request: ServiceRequest, percent: int, calendar: BusinessCalendar) -> Values:
    """So many percent more of the promised time, at most half, once."""
    hours = (request.sla_hours * (100 + min(percent, 50)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    values: Values = {"sla_hours": hours, "sla_extended": True, "sla_told": 0}
    since, used = request.sla_running_since, request.sla_used_hours
    if since is not None:
        values["resolve_due"] = calendar.add(since, hours - used)
        values["sla_warn_due"] = calendar.add(since, hours * WARN_AT - used)
    return values


def stopped(request: ServiceRequest, now: datetime, calendar: BusinessCalendar) -> Values:
    """The clock ends; the moment it was due stays for reports."""
    return {
        "sla_used_hours": used_hours(request, now, calendar),
        "sla_running_since": None,
        "sla_paused_at": None,
        "sla_pause_reason": "",
    }
