"""What people do with work items; each command is one intent in one transaction, and says who was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import operations, queries
from tasks_inbox.exceptions import (
    CommentEmpty,
    FormChanged,
    NotACandidate,
    NotYours,
    RecipientUnfit,
    WorkItemAlreadyClaimed,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.locks import lock_item, lock_item_and_family
from tasks_inbox.models import Comment, Draft, WorkItem, WorkItemEvent
from tasks_inbox.offers import offers_of
from tasks_inbox.standing import holds
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

_DRAFTS = Table(Draft)
_OR_INSTEAD = "(item_id, user_id) DO UPDATE SET answers = EXCLUDED.answers, saved_at = EXCLUDED.saved_at"
COMMENT_LIMIT = 5_000


@retrying
@transaction.atomic(durable=True)
@statements.together()
def claim_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Take an offered item. Refuses a taken or ended one and people it is not offered to; the queues are told."""
    item = _locked(actor, work_item_id)
    if item.assignee_id == actor.pk:
        return item
    if item.assignee_id is not None:
        raise WorkItemAlreadyClaimed
    if not queries.may_take(actor, item) or operations.is_excluded(actor, item):
        raise NotACandidate
    operations.give(item, to=actor, kind=WorkItemEvent.Kind.CLAIMED, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def release_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Give a taken item back to its queue. Refuses items of others and items that were never offered to a queue."""
    item = _locked(actor, work_item_id)
    _require_holder(actor, item)
    if not offers_of(item):
        raise RecipientUnfit
    operations.give(item, to=None, kind=WorkItemEvent.Kind.RELEASED, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def transfer_work_item(*, actor: User, work_item_id: UUID, recipient: User, reason: str = "") -> WorkItem:
    """Hand an item to somebody else for good, by its holder or somebody above them; drafts stay with their authors.

    Refuses people who may not see the record, who left, and who are kept out by the four-eyes rule.
    """
    item = _locked(actor, work_item_id)
    if not (holds(actor, item) or queries.may_reassign(actor, item)):
        raise NotYours
    if not recipient.is_active or recipient.pk == item.assignee_id or operations.is_excluded(recipient, item):
        raise RecipientUnfit
    operations.give(
        item,
        to=recipient,
        kind=WorkItemEvent.Kind.TRANSFERRED,
        actor=actor,
        data={"to": recipient.username, "reason": reason},
    )
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def complete_work_item(
    *, actor: User, work_item_id: UUID, answers: Mapping[str, Any], seen: str | None = None
) -> WorkItem:
    """Close the item with its form's answers and move its process on.

    An offered item is taken by completing it. Refuses answers the form does not accept (FormRefused names the
    fields; nothing is lost), somebody else's item and an ended one, and with ``seen`` (``operations.shown_digest``)
    a form that shows something else by now than it did to the actor. The next people are told at commit.
    """
    item, family = lock_item_and_family(work_item_id, actor=actor)
    _require_open(actor, item)
    if item.assignee_id is None:
        if not queries.may_take(actor, item) or operations.is_excluded(actor, item):
            raise NotACandidate
    else:
        _require_holder(actor, item)
    if seen is not None and seen != operations.shown_digest(item):
        raise FormChanged
    cleaned = operations.validated_answers(item, answers, actor=actor)
    operations.complete(family, item, cleaned, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
def save_draft(*, actor: User, work_item_id: UUID, answers: Mapping[str, Any]) -> Draft:
    """Keep what somebody typed so far; each person has one draft per item. Refuses ended and unseen items."""
    item = lock_item(work_item_id)
    _require_open(actor, item)
    draft = Draft(item=item, user=actor, answers=operations.plain_answers(answers), saved_at=clock.now())
    _DRAFTS.insert([draft], _OR_INSTEAD)
    return draft


@retrying
@transaction.atomic(durable=True)
@statements.together()
def comment_on_work_item(*, actor: User, work_item_id: UUID, text: str) -> Comment:
    """Say something about an item one may see, also an ended one. Refuses silence and more than 5,000 characters."""
    words = text.strip()
    if not words or len(words) > COMMENT_LIMIT:
        raise CommentEmpty
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    comment = Comment.objects.create(item=item, author=actor, text=words, at=clock.now())
    operations.record_event(item, WorkItemEvent.Kind.COMMENTED, actor=actor, data={"comment": comment.pk})
    operations.touch([item])
    return comment


@retrying
@transaction.atomic(durable=True)
def mark_opened(*, actor: User, work_item_id: UUID) -> None:
    """Remember that the holder has looked at the item, so that no reminder mail goes out for it."""
    WorkItem.objects.filter(pk=work_item_id, assignee=actor, opened_at=None).update(opened_at=clock.now())


@retrying
@transaction.atomic(durable=True)
@statements.together()
def climb_ladder(*, work_item_id: UUID) -> bool:
    """Remind of a late item, or escalate it, if that is due now; says whether anything was done."""
    item, _family = lock_item_and_family(work_item_id, actor=None)
    if not item.is_open or item.next_reminder_at is None or item.next_reminder_at > clock.now():
        return False
    operations.climb(item)
    return True


def reassign_all(
    *, actor: User, items: Iterable[UUID], recipient: User, reason: str = ""
) -> dict[UUID, Exception | None]:
    """Transfer several items, each in a transaction of its own; says per item whether it worked."""
    outcome: dict[UUID, Exception | None] = {}
    for item_id in items:
        try:
            transfer_work_item(actor=actor, work_item_id=item_id, recipient=recipient, reason=reason)
            outcome[item_id] = None
        except (WorkItemUnknown, WorkItemEnded, NotYours, RecipientUnfit) as refusal:
            outcome[item_id] = refusal
    return outcome


def _locked(actor: User, work_item_id: UUID) -> WorkItem:
    """The open item under its lock and that of its process, whose history will say what is done with it."""
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    _require_open(actor, item)
    return item


def _require_open(actor: User, item: WorkItem) -> None:
    """What the actor may not see does not exist for them."""
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    if not item.is_open:
        raise WorkItemEnded


def _require_holder(actor: User, item: WorkItem) -> None:
    if not holds(actor, item):
        raise WorkItemAlreadyClaimed if item.assignee_id is not None and queries.may_take(actor, item) else NotYours
