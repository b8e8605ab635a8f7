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
    """Remind of a late item, or escalate it, if that is due now; says whether anything was done."""
    item, _family = lock_item_and_family(work_item_id, actor=None)
    if not item.is_open or item.next_reminder_at is None or item.next_reminder_at > clock.now():
        return False
    operations.climb(item)
    return True
