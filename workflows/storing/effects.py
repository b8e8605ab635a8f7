"""What an instance asked of the outside: effects requested, requested again, or not wanted any more."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from workflows import nudge, outbox, statements
from workflows.engine.api import Advance, LogKind, OpenedStep, Retry, StepKind, Stimulus
from workflows.models import Effect, ProcessInstance
from workflows.outbox import PERFORM_EFFECT
from workflows.rows import Table
from workflows.steps import idempotency_key
from workflows.texts import storable

_EFFECTS = Table(Effect)
_ANSWERED = (Effect.Status.FAILED, Effect.Status.DONE)
_CANCEL = """
UPDATE workflows_effect SET status = 'cancelled', finished_at = %(now)s
WHERE instance_id = %(instance)s AND step = ANY(%(steps)s) AND status IN ('pending', 'claimed', 'answered')
"""
_RENEWED = (
    *("step", "type", "inputs", "headers", "status", "attempts", "max_attempts"),
    *("claim", "answer", "next_attempt_at", "finished_at"),
)
_OR_AGAIN = f"(instance_id, element, loop) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in _RENEWED)}"


def store_effects(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, now: datetime, actor: User | None
) -> None:
    """Cancel the effects of closed steps and request those of opened ones."""
    closed = [entry.step for entry in advance.closed if entry.kind is StepKind.JOB]
    if closed:
        statements.later(_CANCEL, {"now": now, "instance": instance.pk, "steps": closed})
    effects = [_effect(instance, entry, now, actor) for entry in advance.opened if entry.kind is StepKind.JOB]
    if isinstance(stimulus, Retry):
        _request_again(instance, stimulus.step, advance, now)
    if effects:
        _EFFECTS.insert(effects, _OR_AGAIN)
        nudge.wake(PERFORM_EFFECT, [effect.pk for effect in effects])


def _request_again(instance: ProcessInstance, step: str, advance: Advance, now: datetime) -> None:
    """A retried job never left its step, so it does not open: its effect, which failed or answered with an error that
    nothing caught, is requested once more.
    """
    for entry in advance.log:
        if entry.kind is LogKind.CALLED and entry.step == step and entry.data.get("answer") == "later":
            rows = Effect.objects.filter(instance=instance, step=step, status__in=_ANSWERED)
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
