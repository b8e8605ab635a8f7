"""What every command asks of an item before it changes anything."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from tasks_inbox import queries
from tasks_inbox.exceptions import NotYours, WorkItemAlreadyClaimed, WorkItemEnded, WorkItemUnknown
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import holds


def locked(actor: User, work_item_id: UUID) -> WorkItem:
    """The open item under its lock and that of its process, whose history will say what is done with it."""
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    require_open(actor, item)
    return item


def require_open(actor: User, item: WorkItem) -> None:
    """What the actor may not see does not exist for them."""
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    if not item.is_open:
        raise WorkItemEnded


def require_holder(actor: User, item: WorkItem) -> None:
    if not holds(actor, item):
        raise WorkItemAlreadyClaimed if item.assignee_id is not None and queries.may_take(actor, item) else NotYours
