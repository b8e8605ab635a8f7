"""Urging that an item gets done."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import operations, urging
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import NobodyToUrge, NotYours, UrgedJustNow
from tasks_inbox.models import WorkItem, WorkItemEvent
from workflows import statements
from workflows.locks import retrying

TEXT_LIMIT = 500


@retrying
@transaction.atomic(durable=True)
@statements.together()
def urge_work_item(*, actor: User, work_item_id: UUID, text: str = "") -> WorkItem:
    """Ask the holder of an item, or all who may take it, to get on with it; they are notified.

    By who started the process, who follows the item and who leads the holder (NotYours), once in four hours for each
    person and item (UrgedJustNow; ``settings.INBOX_URGE_HOURS``).
    """
    item = locked(actor, work_item_id)
    reached = urging.reached_by(actor, item)
    if not reached:
        raise NobodyToUrge
    if not urging.may_urge(actor, item):
        raise NotYours
    if urging.urged_lately(actor, item):
        raise UrgedJustNow
    told = {"to": [person.username for person in reached], "reason": text.strip()[:TEXT_LIMIT]}
    operations.record_event(item, WorkItemEvent.Kind.URGED, actor=actor, data=told)
    return item
