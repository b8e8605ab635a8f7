"""Sending items to people who should know of them, and that they were read."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import audiences, operations, queries
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import NotYours, RecordNotTheirs, TooManyPeople, WorkItemUnknown
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import Copy, WorkItem, WorkItemEvent
from tasks_inbox.standing import may_involve
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

MOST_AT_ONCE = 20
NOTE_LIMIT = 1_000
_COPIES, _ITEMS = Table(Copy), Table(WorkItem)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def copy_work_item(*, actor: User, work_item_id: UUID, people: Iterable[User], note: str = "") -> WorkItem:
    """Show an item to up to 20 people, who read it without acting on it and are told; whether they read it shows.

    By whoever has it, started its process or is above the holder. Everybody chosen must see the item anyway or its
    record: else nobody is told (RecordNotTheirs). Who has a copy already is passed over.
    """
    chosen = {person.pk: person for person in people if person.pk != actor.pk}
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise TooManyPeople
    item = locked(actor, work_item_id)
    if not may_involve(actor, item):
        raise NotYours
    if not all(person.is_active and queries.may_be_shown(person, item) for person in chosen.values()):
        raise RecordNotTheirs
    had = set(Copy.objects.filter(item=item, user__in=chosen).values_list("user", flat=True))
    new = [person for person in chosen.values() if person.pk not in had]
    if not new:
        return item
    words, now = note.strip()[:NOTE_LIMIT], clock.now()
    _COPIES.insert([Copy(item=item, user=person, by=actor, note=words, at=now) for person in new], "DO NOTHING")
    item.copied = True
    item.version += 1
    _ITEMS.update([item], "copied", "version")
    told = {"to": [person.username for person in new], "reason": words}
    operations.record_event(item, WorkItemEvent.Kind.COPIED, actor=actor, data=told)
    audiences.tell([item], also=[person.pk for person in new])
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def mark_copy_read(*, actor: User, work_item_id: UUID) -> bool:
    """Remember that the actor has opened what was sent to them; says whether it was the first time.

    Also of an ended item. Nothing happens for people without a copy.
    """
    if not Copy.objects.filter(item=work_item_id, user=actor, read_at=None).exists():
        return False
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    copy = Copy.objects.filter(item=item, user=actor, read_at=None).first()
    if copy is None:
        return False
    copy.read_at = clock.now()
    _COPIES.update([copy], "read_at")
    operations.record_event(item, WorkItemEvent.Kind.READ, actor=actor)
    audiences.tell_person(item, actor.pk)
    if copy.by_id != actor.pk and queries.may_see(copy.by, item):
        audiences.tell_person(item, copy.by_id)
    return True
