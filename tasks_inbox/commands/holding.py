"""Acts in the inbox that their author can take back for some seconds: accept, take back, carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import override

from accounts.models import User
from tasks_inbox import holding, operations, queries
from tasks_inbox.commands.requiring import require_completer, require_open, require_seen
from tasks_inbox.exceptions import (
    BeingFinished,
    CannotBeUndone,
    FormChanged,
    InboxRefusal,
    NothingToTakeBack,
    NotYours,
    WorkItemUnknown,
)
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import HeldAct, WorkItem, WorkItemEvent
from workflows import held_acts, statements
from workflows.exceptions import InstanceIsSuspended, WorkflowError
from workflows.locks import is_transient, retrying
from workflows.refusals import sentence_of

log = structlog.get_logger(__name__)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def hold_completion(
    *,
    actor: User,
    work_item_id: UUID,
    answers: Mapping[str, Any],
    seen: str | None = None,
    batch: UUID | None = None,
) -> HeldAct:
    """Accept a completion that the actor can take back until it is carried out, settings.INBOX_UNDO_SECONDS from now.

    Checked and refused like `complete_work_item`. Refuses also what cannot be undone (CannotBeUndone) and what a
    suspended process would refuse. Acts of one ``batch`` are taken back together. From now on nobody can act on the
    item but its author, who can undo or confirm; for due dates it is done.
    """
    item, family = lock_item_and_family(work_item_id, actor=actor, with_record=seen is not None)
    require_open(actor, item)
    held_acts.before_others(family.root)
    require_completer(actor, item)
    require_seen(item, seen)
    if family.is_suspended:
        raise InstanceIsSuspended
    cleaned = operations.validated_answers(item, answers, actor=actor)
    if holding.is_irreversible(item, operations.step_variables(item) | cleaned):
        raise CannotBeUndone
    return holding.hold(family, item, author=actor, answers=answers, seen=seen, batch=batch)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def take_back(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Undo the actor's own held act: the item is as it was, the answers are a draft.

    Raises NothingToTakeBack when it was carried out or taken back before, BeingFinished when it is somebody else's.
    """
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    held = _own(actor, item)
    holding.give_back(held, item)
    operations.record_event(item, WorkItemEvent.Kind.TAKEN_BACK, actor=actor)
    return item


def take_back_batch(*, actor: User, batch: UUID) -> dict[UUID, Exception | None]:
    """Undo those of the actor's acts of a batch that are still held, each in a transaction of its own.

    Says per item whether it worked; empty when all of them were carried out before.
    """
    outcome: dict[UUID, Exception | None] = {}
    held = HeldAct.objects.filter(author=actor, batch=batch).order_by("accepted_at")
    for item_id in held.values_list("item", flat=True):
        try:
            take_back(actor=actor, work_item_id=item_id)
            outcome[item_id] = None
        except InboxRefusal as refusal:
            outcome[item_id] = refusal
    return outcome


def confirm_held_act(*, actor: User, work_item_id: UUID) -> bool:
    """Carry out the actor's own held act now; True when that was done by this call.

    False when its time had lapsed just before, when it turned out impossible (the actor is told), and when the act is
    somebody else's.
    """
    for held_id in HeldAct.objects.filter(item=work_item_id, author=actor).values_list("pk", flat=True):
        return carry_out_held_act(held_id=held_id)
    return False


def carry_out_held_act(*, held_id: UUID) -> bool:
    """Complete the item as its author decided; False when that was done or taken back before, or is impossible.

    Impossible is what `complete_work_item` would refuse by now: the item is as it was, the answers are a draft, and
    the author is told why. Errors that only say that two transactions met are raised: the act stays held.
    """
    try:
        return _carry_out(held_id)
    except (held_acts.HeldActsComeFirst, KeyboardInterrupt):
        raise
    except Exception as error:
        if is_transient(error):
            raise
        if not isinstance(error, InboxRefusal | WorkflowError):
            log.warning("held_act_failed", held=str(held_id), exc_info=True)
        _give_up(held_id, error)
        return False


@retrying
@transaction.atomic(durable=True)
@statements.together()
def _carry_out(held_id: UUID) -> bool:
    found = HeldAct.objects.select_related("author").filter(pk=held_id).first()
    if found is None:
        return False
    author = found.author
    item, family = lock_item_and_family(
        found.item_id, actor=author, as_of=found.accepted_at, with_record=bool(found.seen)
    )
    if not HeldAct.objects.filter(pk=held_id).exists():
        return False
    holding.release(found, item)
    item.accepted_at = found.accepted_at
    if not author.is_active:
        raise NotYours
    require_open(author, item)
    require_completer(author, item)
    require_seen(item, found.seen or None)
    cleaned = operations.validated_answers(item, found.answers, actor=author, at=found.accepted_at)
    operations.complete(family, item, cleaned, actor=author)
    return True


@retrying
@transaction.atomic(durable=True)
@statements.together()
def _give_up(held_id: UUID, error: Exception) -> None:
    found = HeldAct.objects.select_related("author").filter(pk=held_id).first()
    if found is None:
        return
    item, _family = lock_item_and_family(found.item_id, actor=None)
    if not HeldAct.objects.filter(pk=held_id).exists():
        return
    holding.give_back(found, item)
    with override(found.author.language or None):
        reason = sentence_of(error)
    data = {"author": found.author.username, "reason": reason}
    if isinstance(error, FormChanged):
        data["seen"] = found.seen
    operations.record_event(item, WorkItemEvent.Kind.NOT_CARRIED_OUT, actor=None, data=data)


def _own(actor: User, item: WorkItem) -> HeldAct:
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    held = HeldAct.objects.filter(item=item).first()
    if held is None:
        raise NothingToTakeBack(ended=not item.is_open)
    if held.author_id != actor.pk:
        raise BeingFinished(held.author)
    held.author = actor
    return held
