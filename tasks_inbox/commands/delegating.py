"""Having somebody else do the work on an item, which then comes back to whoever finishes it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import queries as people
from accounts.models import User
from tasks_inbox import drafts, operations
from tasks_inbox.commands.following import watch
from tasks_inbox.commands.requiring import locked, require_holder
from tasks_inbox.exceptions import IsDelegated, NotDelegated, NotYours, RecipientAway, RecipientUnfit
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tasks_inbox.standing import holds
from workflows import statements
from workflows.locks import retrying

NOTE_LIMIT = 1_000
Kind = WorkItemEvent.Kind


@retrying
@transaction.atomic(durable=True)
@statements.together()
def delegate_work_item(*, actor: User, work_item_id: UUID, delegate: User, note: str = "") -> WorkItem:
    """Have somebody do the work on an item; it stays its owner's, who follows it and finishes it at the end.

    The delegate sees the form, keeps a draft, comments and hands it back, but neither completes, releases nor passes
    it on; who stands in for an absent delegate gets it. Refuses items of others, one that is delegated already, and
    people who left or are kept out (four eyes).
    """
    item = locked(actor, work_item_id)
    require_holder(actor, item)
    if item.delegated_by_id is not None:
        raise IsDelegated
    owner = item.assignee or actor
    if not delegate.is_active or delegate.pk in {owner.pk, actor.pk} or operations.is_excluded(delegate, item):
        raise RecipientUnfit
    seat = operations.seat_of(item, delegate)
    if seat.pk in {owner.pk, actor.pk}:
        raise RecipientAway
    away = {"stands_in": seat.username} if seat.pk != delegate.pk else {}
    told = {"to": delegate.username, "reason": note.strip()[:NOTE_LIMIT]} | away
    watch(item, owner)
    item.delegated_by = owner
    instead = delegate.pk if away else None
    operations.give(item, to=seat, kind=Kind.DELEGATED, actor=actor, data=told, on_behalf_of=instead)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def hand_back_work_item(*, actor: User, work_item_id: UUID, note: str = "") -> WorkItem:
    """The delegate is done: the item is its owner's again, with what the delegate typed as the owner's draft.

    Who stands in for an absent owner gets it, or for one who has left their manager. Refuses items that are not
    delegated and people who have nothing of them.
    """
    item = locked(actor, work_item_id)
    if item.delegated_by_id is None:
        raise NotDelegated
    if not holds(actor, item):
        raise NotYours
    owner = User.objects.get(pk=item.delegated_by_id)
    holder = _next_holder(item, owner)
    _hand_over_draft(item, actor, holder)
    told = {"to": holder.username, "reason": note.strip()[:NOTE_LIMIT]}
    instead = owner.pk if owner.is_active and holder.pk != owner.pk else None
    operations.give(item, to=holder, kind=Kind.HANDED_BACK, actor=actor, data=told, on_behalf_of=instead)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def recall_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """The owner takes a delegated item back before the delegate is done, who is told; their draft stays theirs."""
    item = locked(actor, work_item_id)
    if item.delegated_by_id is None:
        raise NotDelegated
    if item.delegated_by_id != actor.pk:
        raise NotYours
    told = {"to": actor.username, "recalled": True, "from": item.assignee.username if item.assignee else ""}
    operations.give(item, to=actor, kind=Kind.HANDED_BACK, actor=actor, data=told)
    return item


def _next_holder(item: WorkItem, owner: User) -> User:
    """The owner or their substitute; for an owner who has left, their manager, else the one who has it."""
    if owner.is_active:
        return operations.seat_of(item, owner)
    assert item.assignee is not None
    above = people.manager_of(owner)
    return above if above is not None and not operations.is_excluded(above, item) else item.assignee


def _hand_over_draft(item: WorkItem, delegate: User, holder: User) -> None:
    if delegate.pk == holder.pk:
        return
    typed = {draft.user_id: draft.answers for draft in Draft.objects.filter(item=item, user__in=[delegate, holder])}
    if typed.get(delegate.pk):
        drafts.keep(item, holder, typed.get(holder.pk, {}) | typed[delegate.pk])
        Draft.objects.filter(item=item, user=delegate).delete()
