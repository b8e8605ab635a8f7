"""Items of steps that go over to another version of their process: same holder, draft and discussion, new words."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from accounts import queries as people
from tasks_inbox import audiences
from tasks_inbox.ladder import next_reminder
from tasks_inbox.models import WorkItem
from workflows import statements
from workflows.models import ProcessInstance
from workflows.observers import OpenedStep
from workflows.rows import Table

_ITEMS = Table(WorkItem)
_WORDS = (
    *("element", "loop", "name", "form", "headers", "status", "ended_at", "ended_by", "outcome"),
    *("next_reminder_at", "version", "assignee", "on_behalf_of"),
)
_OFFER_AGAIN = """
UPDATE tasks_inbox_candidate SET available = true
WHERE item_id = ANY(%s) AND NOT escalated AND NOT available
"""


def keep_items(instance: ProcessInstance, steps: Sequence[OpenedStep]) -> list[WorkItem]:
    """Show the items of these steps as the new version describes them; withdrawn ones, returned, are open again.

    Who holds an item, to whom it is offered, when it is due, what was typed and said stays; a returned one whose
    holder has left meanwhile is its queue's.
    """
    assert connection.in_atomic_block
    if not steps:
        return []
    described = {step.step: step for step in steps}
    rows = WorkItem.objects.select_for_update().filter(instance=instance, step__in=described).order_by("pk")
    items = [item for item in rows if item.status != WorkItem.Status.COMPLETED]
    again = [item for item in items if not item.is_open]
    _free_places(items, described)
    for item in items:
        _describe(item, described[item.step])
    for item in again:
        item.status, item.ended_at, item.ended_by, item.outcome = WorkItem.Status.OPEN, None, None, ""
        calendar = people.calendar_of(item.org_unit) if item.due_at is not None else None
        item.next_reminder_at = next_reminder(item, calendar) if calendar is not None else None
        if item.assignee is not None and not item.assignee.is_active:
            item.assignee, item.on_behalf_of_id = None, None
    _ITEMS.update(items, *_WORDS)
    free = [item.pk for item in again if item.assignee_id is None]
    if free:
        statements.later(_OFFER_AGAIN, [free])
    audiences.tell(items)
    return again


def _free_places(items: Sequence[WorkItem], described: dict[str, OpenedStep]) -> None:
    """Two items may change names with each other: neither is in the other's way meanwhile."""
    changed = [item for item in items if item.element != described[item.step].element]
    if len(changed) > 1:
        for item in changed:
            item.element = f"{item.step} on its way"
        _ITEMS.update(changed, "element")


def _describe(item: WorkItem, step: OpenedStep) -> None:
    item.element, item.loop, item.name = step.element, step.loop, step.name or step.element
    item.form, item.headers = step.form or "", dict(step.headers)
    item.version += 1
