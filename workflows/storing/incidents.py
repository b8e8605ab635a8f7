"""Steps that could not be carried out: incidents opened, failing again, or dealt with."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from workflows.causes import cause_of
from workflows.definitions import Loaded
from workflows.engine.api import Advance, IncidentKind, LogKind, OpenedIncident, Resolve, Retry, Stimulus
from workflows.models import Incident, ProcessInstance
from workflows.texts import storable

RETRIED_KINDS = {IncidentKind.HANDLER}
FIRST_RETRY = timedelta(seconds=10)
RETRY_FACTOR = 4
MAX_BACK_OFF = timedelta(hours=1)


def back_off(first: timedelta, failures: int, factor: int = RETRY_FACTOR) -> timedelta:
    """How long to wait after so many failures in a row; grows by ``factor``, at most an hour."""
    times: int = factor ** min(failures - 1, 12)
    return min(first * times, MAX_BACK_OFF)


def store_incidents(
    instance: ProcessInstance,
    loaded: Loaded,
    stimulus: Stimulus,
    advance: Advance,
    *,
    now: datetime,
    actor: User | None,
) -> None:
    """Open, count up and close incidents; at most one is open per step."""
    if not advance.incidents and not advance.incidents_closed:
        return
    steps = {*advance.incidents_closed, *(entry.step for entry in advance.incidents)}
    known = {row.step: row for row in Incident.objects.filter(instance=instance, step__in=steps, closed_at=None)}
    again = {entry.step: entry for entry in advance.incidents}
    for step, row in known.items():
        if step in again:
            _reopen(row, loaded, again[step], now)
        else:
            _close(row, stimulus, now, actor)
    Incident.objects.bulk_create(
        _incident(instance, loaded, advance, entry, now) for entry in again.values() if entry.step not in known
    )


def _incident(
    instance: ProcessInstance, loaded: Loaded, advance: Advance, entry: OpenedIncident, now: datetime
) -> Incident:
    retries = _retries(advance, entry.step) if entry.kind in RETRIED_KINDS else 0
    return Incident(
        instance=instance,
        step=entry.step,
        element=entry.element,
        kind=entry.kind,
        message=storable(entry.message),
        detail=storable(entry.detail),
        cause=cause_of(loaded.version_id, entry.element, entry.kind, entry.message),
        retries_left=max(retries - 1, 0),
        next_retry_at=now + _first_retry(loaded, entry) if retries > 1 else None,
        opened_at=now,
    )


def _retries(advance: Advance, step: str) -> int:
    """How often the handler that failed here may be tried; none for an effect, which had its attempts."""
    told = [entry.data for entry in advance.log if entry.kind is LogKind.CALLED and entry.step == step]
    return int(told[-1].get("retries", 0)) if told else 0


def _first_retry(loaded: Loaded, entry: OpenedIncident) -> timedelta:
    return loaded.back_off(entry.element) or FIRST_RETRY


def _reopen(row: Incident, loaded: Loaded, entry: OpenedIncident, now: datetime) -> None:
    row.kind, row.message, row.detail = entry.kind, storable(entry.message), storable(entry.detail)
    row.cause = cause_of(loaded.version_id, entry.element, entry.kind, entry.message)
    row.failures += 1
    row.retries_left = max(row.retries_left - 1, 0)
    pause = back_off(_first_retry(loaded, entry), row.failures)
    row.next_retry_at = now + pause if row.retries_left else None
    row.save(update_fields=["kind", "message", "detail", "cause", "failures", "retries_left", "next_retry_at"])


def _close(row: Incident, stimulus: Stimulus, now: datetime, actor: User | None) -> None:
    row.closed_at, row.closed_by, row.next_retry_at = now, actor, None
    row.resolution = Incident.Resolution.LEFT
    if isinstance(stimulus, Retry | Resolve) and stimulus.step == row.step:
        retried = isinstance(stimulus, Retry)
        row.resolution = Incident.Resolution.RETRIED if retried else Incident.Resolution.RESOLVED
    row.save(update_fields=["closed_at", "closed_by", "next_retry_at", "resolution"])
