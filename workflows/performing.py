"""Carrying out effects: claimed in one transaction, called outside any, settled in another."""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q

from config import clock
from workflows import registry, statements
from workflows.definitions import pause_of
from workflows.engine.api import Answer, CompleteStep, Done, Failed, FailStep, Fault, Stimulus, ThrowError
from workflows.exceptions import InputRefused, InstanceHasEnded, StepIsNotOpen
from workflows.families import lock_family
from workflows.inputs import bind, plain
from workflows.locks import retrying
from workflows.models import Effect, ProcessInstance
from workflows.registry import BpmnError, Handler, HandlerKind
from workflows.steps import StepContext
from workflows.storing import back_off
from workflows.texts import storable

UNKNOWN_BACK_OFF = timedelta(seconds=10)
DEFAULT_LEASE = timedelta(minutes=2)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect that this worker may call now."""

    effect: Effect
    handler: Handler | None
    claim: UUID


def perform_effect(effect_id: UUID | str) -> bool:
    """Claim, call and settle one effect; True when its answer was handed to the process (or a retry was planned)."""
    claimed = claim_effect(effect_id)
    if claimed is None:
        return False
    kept = claimed.effect.answer
    answer = call(claimed) if kept is None else answer_from(kept)
    try:
        return settle_effect(claimed.effect.pk, claimed.claim, answer)
    except Exception:  # what was done outside is not done again because its process could not take the answer
        log.warning("answer_not_taken", effect=claimed.effect.type, exc_info=True)
        _keep_for_later(claimed.effect, claimed.claim, answer)
        return False


@retrying
@transaction.atomic(durable=True)
def claim_effect(effect_id: UUID | str) -> Claimed | None:
    """Take a due effect for this worker; None when it is done, not due, taken, or its process is suspended.

    A claim whose lease has run out belongs to a worker that died and may be taken over.
    """
    now = clock.now()
    effect = _claimable().filter(pk=effect_id, next_attempt_at__lte=now).first()
    if effect is None:
        return None
    handler = registry.handler(effect.type)
    claim = uuid.uuid4()
    taken = Effect.objects.filter(pk=effect.pk, claim=effect.claim, attempts=effect.attempts, status=effect.status)
    changed = taken.update(
        status=Effect.Status.CLAIMED,
        claim=claim,
        attempts=effect.attempts + 1,
        next_attempt_at=now + (handler.lease if handler else DEFAULT_LEASE),
    )
    effect.attempts += 1
    return Claimed(effect, handler, claim) if changed else None


def call(claimed: Claimed) -> Answer:
    """Call the effect's function outside any transaction of ours."""
    effect, handler = claimed.effect, claimed.handler
    if handler is None or handler.kind is not HandlerKind.EFFECT:
        return Failed(f"No effect {effect.type!r} is registered.")
    if effect.attempts > effect.max_attempts:
        return Failed("The worker ended before it could finish, too often.")
    try:
        answer = handler.function(_context(effect), **bind(handler, effect.inputs))
        return Done(plain(answer or {}))
    except BpmnError as error:
        return Fault(error.code, error.message, plain(error.variables))
    except InputRefused as error:
        return Failed(str(error))
    except Exception as error:  # whatever happens outside is stored and tried again
        log.warning("effect_failed", effect=effect.type, key=effect.idempotency_key, exc_info=True)
        return Failed(f"{type(error).__name__}: {error}", traceback.format_exc(limit=-20))


@retrying
@transaction.atomic(durable=True)
@statements.together()
def settle_effect(effect_id: UUID | str, claim: UUID, answer: Answer) -> bool:
    """Hand the answer of a claimed effect to its process; False when somebody else settled it before.

    While the process is suspended the answer is kept. A failure is tried again with growing pauses, at last it
    becomes an incident.
    """
    instance_id = Effect.objects.filter(pk=effect_id).values_list("instance_id", flat=True).first()
    if instance_id is None:
        return False
    family = lock_family(instance_id)
    effect = Effect.objects.select_related("requested_by").get(pk=effect_id)
    if effect.status != Effect.Status.CLAIMED or effect.claim != claim:
        return False
    if isinstance(answer, Failed) and effect.attempts < effect.max_attempts:
        return _try_again(effect, answer)
    if family.is_suspended:
        return _keep(effect, answer)
    try:
        family.apply(instance_id, _stimulus(effect.step, answer))
    except (StepIsNotOpen, InstanceHasEnded):
        log.info("effect_came_late", effect=effect.type, key=effect.idempotency_key)
    failed = isinstance(answer, Failed)
    Effect.objects.filter(pk=effect.pk, claim=claim).update(
        status=Effect.Status.FAILED if failed else Effect.Status.DONE,
        finished_at=clock.now(),
        answer=storable(answer_data(answer)),
        failure=storable(answer.message) if isinstance(answer, Failed) else "",
    )
    return True


def due_effects(limit: int) -> Iterable[UUID]:
    """The ids of effects to carry out now, oldest first."""
    rows = _claimable().filter(next_attempt_at__lte=clock.now())
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def bring_forward(family_root: ProcessInstance) -> None:
    """A resumed family gets the answers that came while it was suspended."""
    assert connection.in_atomic_block
    Effect.objects.filter(instance__root=family_root, status=Effect.Status.ANSWERED).update(next_attempt_at=clock.now())


def answer_data(answer: Answer) -> dict[str, Any]:
    """An effect's answer as JSON-ready data."""
    match answer:
        case Done(variables):
            return {"variables": dict(variables)}
        case Fault(code, message, variables):
            return {"error": code, "message": message, "variables": dict(variables)}
        case Failed(message, detail):
            return {"failed": message, "detail": detail}
    raise TypeError(answer)


def answer_from(data: Mapping[str, Any]) -> Answer:
    """The inverse of ``answer_data``."""
    if "error" in data:
        return Fault(data["error"], data["message"], data["variables"])
    if "failed" in data:
        return Failed(data["failed"], data["detail"])
    return Done(data["variables"])


def _claimable() -> Any:
    live = Q(instance__root__status=ProcessInstance.Status.RUNNING)
    return Effect.objects.filter(live, status__in=Effect.WAITING).select_related("instance", "requested_by")


def _try_again(effect: Effect, answer: Failed) -> bool:
    handler = registry.handler(effect.type)
    effect.status, effect.claim = Effect.Status.PENDING, None
    effect.answer = None  # a failure that was kept is not told again
    effect.failure = storable(f"{answer.message}\n{answer.detail}".strip())
    drawn = pause_of(effect.headers)
    first = drawn or (handler.back_off if handler else UNKNOWN_BACK_OFF)
    effect.next_attempt_at = clock.now() + back_off(first, effect.attempts, 2)
    effect.save(update_fields=["status", "claim", "answer", "failure", "next_attempt_at"])
    return True


def _keep(effect: Effect, answer: Answer) -> bool:
    effect.status, effect.answer = Effect.Status.ANSWERED, storable(answer_data(answer))
    effect.save(update_fields=["status", "answer"])
    return True


@retrying
@transaction.atomic(durable=True)
def _keep_for_later(effect: Effect, claim: UUID, answer: Answer) -> None:
    """The answer is handed over again after a pause, by whoever finds it due."""
    Effect.objects.filter(pk=effect.pk, claim=claim, status=Effect.Status.CLAIMED).update(
        status=Effect.Status.ANSWERED,
        answer=storable(answer_data(answer)),
        next_attempt_at=clock.now() + back_off(UNKNOWN_BACK_OFF, effect.attempts, 2),
    )


def _stimulus(step: str, answer: Answer) -> Stimulus:
    match answer:
        case Done(variables):
            return CompleteStep(step, variables)
        case Fault(code, message, variables):
            return ThrowError(step, code, message, variables)
        case Failed(message):
            return FailStep(step, message)
    raise TypeError(answer)


def _context(effect: Effect) -> StepContext:
    instance = effect.instance
    return StepContext(
        instance_id=instance.pk,
        process_key=instance.process_key,
        number=instance.number,
        element=effect.element,
        step=effect.step,
        loop=effect.loop,
        now=clock.now(),
        actor=effect.requested_by,
        headers=effect.headers,
        record_kind=instance.record_kind,
        record_id=instance.record_id,
        in_transaction=False,
        attempt=effect.attempts,
        attempts=effect.max_attempts,
    )
