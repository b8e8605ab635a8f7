"""Tasks whose due date is a part of what was promised to a customer: their time stands still and moves with that."""

from __future__ import annotations

import re

import structlog
from django.db import connection

from bpmn import queries as definitions
from tasks_inbox import audiences, operations, planning
from tasks_inbox.models import WorkItem
from workflows import asking
from workflows.asking import NoAnswer
from workflows.models import ProcessInstance

log = structlog.get_logger(__name__)
BY_THE_PROMISE = re.compile(r"\bsla moment\s*\(")
"""A due date like this in a model; null means that the promise is paused."""


def follows_the_promise(item: WorkItem) -> bool:
    """Whether the item's due date was taken from a promise."""
    return BY_THE_PROMISE.search(_due_of(item)) is not None


def replan(instance: ProcessInstance) -> None:
    """Ask again when the open items of a locked process are due, as far as a promise says it.

    A paused promise lets their time stand still; one that runs says the new moment.
    """
    assert connection.in_atomic_block
    rows = WorkItem.objects.select_for_update(of=("self",)).filter(instance=instance, status=WorkItem.Status.OPEN)
    for item in rows.select_related("org_unit").exclude(due_at=None).order_by("pk"):
        item.instance = instance
        if follows_the_promise(item):
            _follow(item)


def _follow(item: WorkItem) -> None:
    try:
        due = asking.moment(item.instance, _due_of(item), operations.step_variables(item))
    except NoAnswer:
        log.warning("due_date_not_asked_again", item=str(item.pk), exc_info=True)
        return
    if due is None:
        planning.stop_clock(item)
        audiences.tell([item])
    elif item.clock_stopped_at is not None or due != item.due_at:
        planning.run_to(item, due)
        audiences.tell([item])


def _due_of(item: WorkItem) -> str:
    node = definitions.version_bundle(item.instance.version_id).process.nodes.get(item.element)
    schedule = node.schedule if node is not None else None
    return (schedule.due if schedule is not None else None) or ""
