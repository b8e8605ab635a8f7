"""Putting items off: each person for themselves, until a moment at which they come back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import audiences, operations, queries
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import Snooze, WorkItem, WorkItemEvent
from tasks_inbox.moments import to_come
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

Kind = WorkItemEvent.Kind
_SNOOZES = Table(Snooze)
_INSTEAD = "(item_id, user_id) DO UPDATE SET until = EXCLUDED.until, at = EXCLUDED.at"


@retrying
@transaction.atomic(durable=True)
@statements.together()
def snooze_work_item(*, actor: User, work_item_id: UUID, until: datetime) -> WorkItem:
    """Take an item out of the actor's lists until a moment; nobody else's change, nor does what is due.

    Refuses moments that have passed or lie more than five years ahead (MomentUnfit), ended and unseen items. Asked
    again for the same moment it does nothing.
    """
    moment = to_come(until)
    item = locked(actor, work_item_id)
    if Snooze.objects.filter(item=item, user=actor, until=moment).exists():
        return item
    _SNOOZES.insert([Snooze(item=item, user=actor, until=moment, at=clock.now())], _INSTEAD)
    operations.record_event(item, Kind.SNOOZED, actor=actor, data={"until": moment.isoformat()})
    audiences.tell_person(item, actor.pk)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def unsnooze_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Put an item back into the actor's lists at once; nothing happens to one that is there."""
    item = locked(actor, work_item_id)
    put_off = Snooze.objects.filter(item=item, user=actor)
    if put_off.delete()[0]:
        operations.record_event(item, Kind.WOKE, actor=actor, data={"early": True})
        audiences.tell_person(item, actor.pk)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def wake_snoozed(*, snooze_id: int) -> bool:
    """Tell a person that what they put off is back; says whether they were told.

    The lists show it from the moment on without this. Nobody is told of what has ended or is no longer theirs to see.
    """
    snooze = Snooze.objects.select_related("user").filter(pk=snooze_id, until__lte=clock.now()).first()
    if snooze is None:
        return False
    try:
        item, _family = lock_item_and_family(snooze.item_id, actor=None)
    except WorkItemUnknown:
        return False
    if not Snooze.objects.filter(pk=snooze_id, until__lte=clock.now()).delete()[0]:
        return False
    if not item.is_open or not snooze.user.is_active or not queries.may_see(snooze.user, item):
        return False
    operations.record_event(item, Kind.WOKE, actor=None, data={"for": snooze.user.username})
    audiences.tell_person(item, snooze.user_id)
    return True
