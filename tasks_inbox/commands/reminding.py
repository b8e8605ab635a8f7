"""Reminding of items that are late."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config import clock
from tasks_inbox import operations
from tasks_inbox.locks import lock_item_and_family
from workflows import statements
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def climb_ladder(*, work_item_id: UUID) -> bool:
    """Remind of a late item, or escalate it, if that is due now; says whether anything was done.

    What somebody has just completed is not late any more, also while they may still take that back.
    """
    item, _family = lock_item_and_family(work_item_id, actor=None)
    gone = not item.is_open or item.held_by_id is not None
    if gone or item.next_reminder_at is None or item.next_reminder_at > clock.now():
        return False
    operations.climb(item)
    return True
