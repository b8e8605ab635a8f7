"""What an instance asked of the outside: effects requested, requested again, or not wanted any more."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from workflows import nudge, outbox
from workflows.engine.api import Advance, LogKind, OpenedStep, Retry, StepKind, Stimulus
from workflows.models import Effect, ProcessInstance
from workflows.outbox import PERFORM_EFFECT
from workflows.steps import idempotency_key
from workflows.texts import storable


def store_effects(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, now: datetime, actor: User | None
) -> None:
    """Cancel the effects of closed steps and request those of opened ones."""
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
