"""Following items: being told of every act on them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import audiences, operations
from tasks_inbox.commands.requiring import locked
from tasks_inbox.followers import forget_followers
from tasks_inbox.models import Watch, WorkItem, WorkItemEvent
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

_ITEMS, _WATCHES = Table(WorkItem), Table(Watch)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def follow_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Tell the actor of each act on an item from now on, as long as they may see it. Refuses ended and unseen items."""
    item = locked(actor, work_item_id)
    if Watch.objects.filter(item=item, user=actor).exists():
        return item
    watch(item, actor)
    operations.record_event(item, WorkItemEvent.Kind.FOLLOWED, actor=actor)
    audiences.tell_person(item, actor.pk)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def unfollow_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Tell the actor of the item no longer."""
    item = locked(actor, work_item_id)
    if Watch.objects.filter(item=item, user=actor).delete()[0]:
        forget_followers(item)
        operations.record_event(item, WorkItemEvent.Kind.UNFOLLOWED, actor=actor)
        audiences.tell_person(item, actor.pk)
    return item


def watch(item: WorkItem, person: User) -> None:
    """Let somebody follow a locked item."""
    _WATCHES.insert([Watch(item=item, user=person, at=clock.now())], "DO NOTHING")
    if not item.watched:
        item.watched = True
        _ITEMS.update([item], "watched")
    forget_followers(item)
