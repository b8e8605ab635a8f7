"""Saying how urgent an item is and when it is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import audiences, operations, planning
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import NotYoursToPlan, PriorityUnfit, ReasonMissing
from tasks_inbox.models import WorkItem, WorkItemEvent
from tasks_inbox.moments import to_come
from tasks_inbox.standing import DUE_DATE_HEADER, PRIORITY_HEADER, may_plan
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

REASON_LIMIT = 1_000
HIGHEST = 100
_ITEMS = Table(WorkItem)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def set_priority(*, actor: User, work_item_id: UUID, priority: int) -> WorkItem:
    """Say how urgent an item is, from 0 to 100; its holder is told.

    By somebody above the holder, or as the header ``priority-by`` of the task says (NotYoursToPlan).
    """
    if not 0 <= priority <= HIGHEST:
        raise PriorityUnfit
    item = locked(actor, work_item_id)
    if not may_plan(actor, item, PRIORITY_HEADER):
        raise NotYoursToPlan
    if item.priority == priority:
        return item
    before, item.priority = item.priority, priority
    item.version += 1
    _ITEMS.update([item], "priority", "version")
    told = {"from": before, "to": priority}
    operations.record_event(item, WorkItemEvent.Kind.PRIORITISED, actor=actor, data=told)
    audiences.tell([item])
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def set_due_date(*, actor: User, work_item_id: UUID, due_at: datetime, reason: str) -> WorkItem:
    """Change when an item is due, for a reason that is kept; its holder is told, its reminders are planned again.

    By somebody above the holder, or as the header ``due-date-by`` of the task says (NotYoursToPlan). Refuses moments
    that have passed or lie more than five years ahead, and silence about the reason.
    """
    moment, why = to_come(due_at), reason.strip()
    if not why or len(why) > REASON_LIMIT:
        raise ReasonMissing
    item = locked(actor, work_item_id)
    if not may_plan(actor, item, DUE_DATE_HEADER):
        raise NotYoursToPlan
    if item.due_at == moment:
        return item
    before = item.due_at
    above = planning.reschedule(item, moment)
    told = {"from": before.isoformat() if before else None, "until": moment.isoformat(), "reason": why}
    operations.record_event(item, WorkItemEvent.Kind.RESCHEDULED, actor=actor, data=told)
    audiences.tell([item], also=above)
    return item
