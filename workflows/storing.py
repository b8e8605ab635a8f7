"""Writing one advance down: the instance's state, what it now waits for, what it asked for, and what happened."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from workflows import buffering, nudge, outbox
from workflows.definitions import Loaded
from workflows.engine.api import (
    Advance,
    FailStep,
    IncidentKind,
    LogKind,
    OpenedIncident,
    OpenedStep,
    Outcome,
    Retry,
    StepKind,
    Stimulus,
)
from workflows.models import Delivery, Effect, HistoryEvent, Incident, ProcessInstance, Subscription, Timer
from workflows.steps import idempotency_key
from workflows.texts import bounded, storable

PERFORM_EFFECT = "workflows.perform_effect"
RETRIED_KINDS = {IncidentKind.HANDLER}
FIRST_RETRY = timedelta(seconds=10)
RETRY_FACTOR = 4
MAX_BACK_OFF = timedelta(hours=1)

_STATUS = {
    Outcome.COMPLETED: ProcessInstance.Status.COMPLETED,
    Outcome.TERMINATED: ProcessInstance.Status.TERMINATED,
    Outcome.CANCELLED: ProcessInstance.Status.CANCELLED,
}
_MOVED = [
    "state",
    "revision",
    "history_length",
    "moved_at",
    "status",
    "ended_at",
    "ends",
    "outcome",
    "record_kind",
    "record_id",
    "number",
    "org_unit",
]


def back_off(first: timedelta, failures: int, factor: int = RETRY_FACTOR) -> timedelta:
    """How long to wait after so many failures in a row; grows by ``factor``, at most an hour."""
    times: int = factor ** min(failures - 1, 12)
    return min(first * times, MAX_BACK_OFF)


def store(
    instance: ProcessInstance,
    loaded: Loaded,
    stimulus: Stimulus,
    advance: Advance,
    *,
    now: datetime,
    actor: User | None,
) -> None:
    """Write everything the advance changed; the family must be locked, a new instance is inserted."""
    is_new = instance.revision == 0
    _move(instance, advance, now)
    events = _events(instance, stimulus, advance, now, actor)
    if is_new:
        instance.save(force_insert=True)
    else:
        instance.save(update_fields=_MOVED)
    HistoryEvent.objects.bulk_create(events)
    _store_waiting(instance, advance, now)
    _send_out(instance, advance, actor)
    _store_effects(instance, stimulus, advance, now, actor)
    _store_incidents(instance, loaded, stimulus, advance, now=now, actor=actor)
    if advance.finished is not None:
        _leave_nothing_open(instance, now)
        buffering.start_next(instance, now)


def _move(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    instance.state = advance.state
    instance.revision += 1
    instance.moved_at = now
    if advance.finished is not None:
        instance.status = _STATUS[advance.finished.outcome]
        instance.ended_at = now
        instance.ends = list(advance.finished.ends)
        instance.outcome = advance.finished.ends[-1] if advance.finished.ends else ""


def record_event(
    instance: ProcessInstance,
    kind: HistoryEvent.Kind,
    *,
    now: datetime,
    actor: User | None,
    data: Mapping[str, Any],
) -> HistoryEvent:
    """The next event of an instance that did not come from an advance; the caller saves ``history_length``."""
    instance.history_length += 1
    return HistoryEvent.objects.create(
        instance=instance,
        sequence=instance.history_length,
        revision=instance.revision,
        at=now,
        actor=actor,
        kind=kind,
        data=storable(dict(data)),
    )


def stimulus_data(stimulus: Stimulus) -> dict[str, Any]:
    """A stimulus as JSON-ready data, enough to repeat it."""
    fields = {entry.name: getattr(stimulus, entry.name) for entry in dataclasses.fields(stimulus)}
    return {"type": type(stimulus).__name__, **fields}


def _events(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, now: datetime, actor: User | None
) -> list[HistoryEvent]:
    def event(kind: str, element: str, step: str, data: Mapping[str, Any]) -> HistoryEvent:
        instance.history_length += 1
        return HistoryEvent(
            instance=instance,
            sequence=instance.history_length,
            revision=instance.revision,
            at=now,
            actor=actor,
            kind=kind,
            element=element,
            step=step,
            data=data,
        )

    first = event(
        HistoryEvent.Kind.STIMULUS, "", getattr(stimulus, "step", None) or "", storable(stimulus_data(stimulus))
    )
    return [
        first,
        *(event(entry.kind, entry.element, entry.step or "", storable(dict(entry.data))) for entry in advance.log),
    ]


def _store_waiting(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    if advance.timers_closed:
        Timer.objects.filter(instance=instance, timer__in=advance.timers_closed).delete()
    if advance.timers:
        Timer.objects.bulk_create(
            [
                Timer(
                    instance=instance,
                    root_id=instance.root_id,
                    timer=entry.timer,
                    element=entry.element,
                    due=entry.due,
                    repetitions=entry.repetitions,
                )
                for entry in advance.timers
            ],
            update_conflicts=True,
            unique_fields=["instance", "timer"],
            update_fields=["due", "repetitions"],
        )
    if advance.subscriptions_closed:
        Subscription.objects.filter(instance=instance, subscription__in=advance.subscriptions_closed).delete()
    if advance.subscriptions:
        _subscribe(instance, advance, now)


def _subscribe(instance: ProcessInstance, advance: Advance, now: datetime) -> None:
    rows = [
        Subscription(
            instance=instance,
            root_id=instance.root_id,
            process_key=instance.process_key,
            subscription=entry.subscription,
            element=entry.element,
            name=bounded(entry.name),
            correlation_key=bounded(entry.correlation_key),
            signal=entry.signal,
            opened_at=now,
        )
        for entry in advance.subscriptions
    ]
    messages = [row for row in rows if not row.signal]
    buffering.lock_names((row.name, row.correlation_key) for row in messages)
    Subscription.objects.bulk_create(rows)
    buffering.hand_over(instance, messages, now)


def _send_out(instance: ProcessInstance, advance: Advance, actor: User | None) -> None:
    deliveries = [*_messages(instance, advance, actor), *_signals(instance, advance, actor)]
    outbox.send(deliveries)


def _messages(instance: ProcessInstance, advance: Advance, actor: User | None) -> Iterator[Delivery]:
    for number, entry in enumerate(advance.messages):
        yield outbox.message(
            entry.name,
            entry.correlation_key,
            entry.variables,
            message_id=f"{idempotency_key(instance.pk, entry.element, entry.loop)}:{instance.revision}:{number}",
            actor=actor,
            origin=instance,
        )


def _signals(instance: ProcessInstance, advance: Advance, actor: User | None) -> Iterator[Delivery]:
    for number, entry in enumerate(advance.signals):
        yield outbox.signal(
            entry.name,
            entry.variables,
            signal_id=f"{idempotency_key(instance.pk, entry.element, entry.loop)}:{instance.revision}:{number}",
            actor=actor,
            origin=instance,
        )


def _store_effects(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, now: datetime, actor: User | None
) -> None:
    closed = [entry.step for entry in advance.closed if entry.kind is StepKind.JOB]
    if closed:
        Effect.objects.filter(instance=instance, step__in=closed, status__in=Effect.WAITING).update(
            status=Effect.Status.CANCELLED, finished_at=now
        )
    effects = [_effect(instance, entry, now, actor) for entry in advance.opened if entry.kind is StepKind.JOB]
    if isinstance(stimulus, Retry):
        _request_again(instance, stimulus.step, advance, now)
    if not effects:
        return
    Effect.objects.bulk_create(
        effects,
        update_conflicts=True,
        unique_fields=["instance", "element", "loop"],
        update_fields=[
            "step",
            "type",
            "inputs",
            "headers",
            "status",
            "attempts",
            "max_attempts",
            "claim",
            "answer",
            "next_attempt_at",
            "finished_at",
        ],
    )
    nudge.wake(PERFORM_EFFECT, [effect.pk for effect in effects])


def _request_again(instance: ProcessInstance, step: str, advance: Advance, now: datetime) -> None:
    """A retried job never left its step, so it does not open: its failed effect is requested once more."""
    for entry in advance.log:
        if entry.kind is LogKind.CALLED and entry.step == step and entry.data.get("answer") == "later":
            rows = Effect.objects.filter(instance=instance, step=step, status=Effect.Status.FAILED)
            ids = list(rows.values_list("pk", flat=True))
            rows.update(
                status=Effect.Status.PENDING,
                inputs=storable(dict(entry.data.get("inputs", {}))),
                attempts=0,
                claim=None,
                answer=None,
                next_attempt_at=now,
                finished_at=None,
            )
            nudge.wake(PERFORM_EFFECT, ids)


def _effect(instance: ProcessInstance, entry: OpenedStep, now: datetime, actor: User | None) -> Effect:
    key = idempotency_key(instance.pk, entry.element, entry.loop)
    return Effect(
        pk=outbox.row_id(key),
        instance=instance,
        element=entry.element,
        loop=entry.loop,
        step=entry.step,
        type=entry.job or "",
        idempotency_key=key,
        inputs=storable(dict(entry.inputs)),
        headers=storable(dict(entry.headers)),
        max_attempts=max(entry.retries, 1),
        next_attempt_at=now,
        requested_at=now,
        requested_by=actor,
    )


def _store_incidents(
    instance: ProcessInstance,
    loaded: Loaded,
    stimulus: Stimulus,
    advance: Advance,
    *,
    now: datetime,
    actor: User | None,
) -> None:
    if not advance.incidents and not advance.incidents_closed:
        return
    steps = {*advance.incidents_closed, *(entry.step for entry in advance.incidents)}
    known = {row.step: row for row in Incident.objects.filter(instance=instance, step__in=steps, closed_at=None)}
    again = {entry.step: entry for entry in advance.incidents}
    for step, row in known.items():
        if step in again:
            _reopen(row, again[step], now)
        else:
            _close(row, stimulus, now, actor)
    Incident.objects.bulk_create(
        _incident(instance, loaded, stimulus, entry, now) for entry in again.values() if entry.step not in known
    )


def _incident(
    instance: ProcessInstance, loaded: Loaded, stimulus: Stimulus, entry: OpenedIncident, now: datetime
) -> Incident:
    retried = entry.kind in RETRIED_KINDS and not isinstance(stimulus, FailStep)  # an effect had its attempts
    retries = loaded.retries(entry.element) if retried else 0
    return Incident(
        instance=instance,
        step=entry.step,
        element=entry.element,
        kind=entry.kind,
        message=storable(entry.message),
        detail=storable(entry.detail),
        retries_left=max(retries - 1, 0),
        next_retry_at=now + FIRST_RETRY if retries > 1 else None,
        opened_at=now,
    )


def _reopen(row: Incident, entry: OpenedIncident, now: datetime) -> None:
    row.kind, row.message, row.detail = entry.kind, storable(entry.message), storable(entry.detail)
    row.failures += 1
    row.retries_left = max(row.retries_left - 1, 0)
    row.next_retry_at = now + back_off(FIRST_RETRY, row.failures) if row.retries_left else None
    row.save(update_fields=["kind", "message", "detail", "failures", "retries_left", "next_retry_at"])


def _close(row: Incident, stimulus: Stimulus, now: datetime, actor: User | None) -> None:
    retried = isinstance(stimulus, Retry) and stimulus.step == row.step
    row.closed_at, row.closed_by, row.next_retry_at = now, actor, None
    row.resolution = Incident.Resolution.RETRIED if retried else Incident.Resolution.LEFT
    row.save(update_fields=["closed_at", "closed_by", "next_retry_at", "resolution"])


def _leave_nothing_open(instance: ProcessInstance, now: datetime) -> None:
    Timer.objects.filter(instance=instance).delete()
    Subscription.objects.filter(instance=instance).delete()
    Effect.objects.filter(instance=instance, status__in=Effect.WAITING).update(
        status=Effect.Status.CANCELLED, finished_at=now
    )
    Incident.objects.filter(instance=instance, closed_at=None).update(
        closed_at=now, next_retry_at=None, resolution=Incident.Resolution.LEFT
    )
