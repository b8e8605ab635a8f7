"""Moving tasks between the people of a team, and taking such a move back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import handing, operations, queries
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import MovedMeanwhile, NotYours
from tasks_inbox.models import WorkItem, WorkItemEvent
from workflows import statements
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def move_work_item(
    *,
    actor: User,
    work_item_id: UUID,
    recipient: User,
    batch: UUID,
    reason: str = "",
    seen_version: int | None = None,
) -> WorkItem:
    """Hand an item of the team to somebody else, by whoever is above its holder or hands out the tasks of its unit.

    ``batch`` names what is taken back together. ``seen_version`` is the item as the screen showed it: refused when it
    changed since, else refused like every transfer. The holder, the recipient and their lists are told.
    """
    item = locked(actor, work_item_id)
    if not queries.may_reassign(actor, item):
        raise NotYours
    if seen_version is not None and item.version != seen_version:
        raise MovedMeanwhile
    before = item.assignee.username if item.assignee is not None else ""
    bound = bool(item.delegated_by_id or item.on_behalf_of_id)
    more = {"batch": str(batch), "from": before, "version": item.version + 1, "bound": bound}
    handing.hand_to(item, recipient, actor=actor, reason=reason, more=more)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def undo_move(*, actor: User, work_item_id: UUID, batch: UUID) -> WorkItem:
    """Give an item back to whom it was taken from, or to its queue, by whoever moved it and may still do so.

    Refused when anything happened to the item since, when it was delegated or looked after for somebody absent, and
    when whoever had it left. Both are told.
    """
    item = locked(actor, work_item_id)
    if not queries.may_reassign(actor, item):
        raise NotYours
    moved = WorkItemEvent.objects.filter(item=item, kind=WorkItemEvent.Kind.TRANSFERRED).order_by("-at", "-id").first()
    mine = moved is not None and moved.actor_id == actor.pk and moved.data.get("batch") == str(batch)
    if moved is None or not mine or moved.data.get("version") != item.version or moved.data.get("bound"):
        raise MovedMeanwhile
    name = moved.data.get("from")
    back_to = User.objects.filter(username=name, is_active=True).first() if name else None
    if name and back_to is None:
        raise MovedMeanwhile
    kind = WorkItemEvent.Kind.TRANSFERRED if back_to is not None else WorkItemEvent.Kind.RELEASED
    operations.give(item, to=back_to, kind=kind, actor=actor, data={"to": name, "undone": True})
    return item
