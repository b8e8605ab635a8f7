"""Regular work of the inbox: reminders and escalations whose time has come."""

from __future__ import annotations

from celery import shared_task

from config import clock
from tasks_inbox import commands
from tasks_inbox.models import WorkItem

BATCH = 200


@shared_task(name="tasks_inbox.climb_ladders", ignore_result=True)
def climb_ladders() -> int:
    """Remind of and escalate everything that is due, oldest first; returns how many items were touched."""
    due = WorkItem.objects.filter(status=WorkItem.Status.OPEN, next_reminder_at__lte=clock.now())
    ids = list(due.order_by("next_reminder_at").values_list("pk", flat=True)[:BATCH])
    return sum(commands.climb_ladder(work_item_id=item_id) for item_id in ids)
