"""Taking items, giving them back and passing them on."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import acting, handing, operations, queries
from tasks_inbox.commands.requiring import locked, require_owner
from tasks_inbox.exceptions import (
    IsDelegated,
    NotACandidate,
    NotYours,
    RecipientUnfit,
    WorkItemAlreadyClaimed,
)
from tasks_inbox.models import WorkItem, WorkItemEvent
from tasks_inbox.offers import offers_of
from tasks_inbox.standing import holds, is_delegate
from workflows import statements
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def claim_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Take an offered item. Refuses a taken or ended one and people it is not offered to; the queues are told."""
    item = locked(actor, work_item_id)
    if item.assignee_id == actor.pk:
        return item
    if item.assignee_id is not None:
        raise WorkItemAlreadyClaimed
    if not queries.may_take(actor, item) or operations.is_excluded(actor, item):
        raise NotACandidate
    absent = acting.taken_for(actor, item)
    operations.give(item, to=actor, kind=WorkItemEvent.Kind.CLAIMED, actor=actor, on_behalf_of=absent)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def release_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Give a taken item back to its queue. Refuses items of others and items that were never offered to a queue."""
    item = locked(actor, work_item_id)
    require_owner(actor, item)
    if not offers_of(item):
        raise RecipientUnfit
    operations.give(item, to=None, kind=WorkItemEvent.Kind.RELEASED, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def transfer_work_item(
    *, actor: User, work_item_id: UUID, recipient: User, reason: str = "", although_away: bool = False
) -> WorkItem:
    """Hand an item to somebody else for good, by its holder or somebody above them; drafts stay with their authors.

    Where the recipient is away it goes to whoever stands in for them, and back when they return, unless it is to wait
    for them (``although_away``). Refuses people who left, who are kept out by the four-eyes rule, and who are away
    while the one who has the item stands in for them.
    """
    item = locked(actor, work_item_id)
    if not queries.may_reassign(actor, item):
        if not holds(actor, item):
            raise NotYours
        if is_delegate(actor, item):
            raise IsDelegated
    handing.hand_to(item, recipient, actor=actor, reason=reason, although_away=although_away)
    return item
