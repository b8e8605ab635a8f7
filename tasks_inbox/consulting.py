"""Open questions about an item: what becomes of them and of its clock."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from config import clock
from tasks_inbox.models import Consultation, WorkItem
from tasks_inbox.planning import start_clock
from workflows import statements

PAUSING_HEADER = "consulting"
PAUSES = "pauses-clock"

_WITHDRAW = """
UPDATE tasks_inbox_consultation SET status = 'withdrawn', ended_at = %s WHERE item_id = ANY(%s) AND status = 'open'
"""


def pauses_clock(item: WorkItem) -> bool:
    """Whether the item's time stands still while somebody is asked, as the header of its task in the model says."""
    return bool(item.headers.get(PAUSING_HEADER) == PAUSES)


def open_questions(item: WorkItem) -> list[Consultation]:
    """What is asked about an item and not answered yet; no query where nothing ever was."""
    if not item.consulted:
        return []
    return list(Consultation.objects.filter(item=item, status=Consultation.Status.OPEN).order_by("at", "pk"))


def withdraw_questions(items: Iterable[WorkItem]) -> list[int]:
    """Nobody is asked about ended items any more; returns who was. Nothing is asked where nothing ever was."""
    assert connection.in_atomic_block
    consulted = [item.pk for item in items if item.consulted]
    if not consulted:
        return []
    waiting = Consultation.objects.filter(item__in=consulted, status=Consultation.Status.OPEN)
    asked = list(waiting.values_list("asked", flat=True))
    if asked:
        statements.later(_WITHDRAW, [clock.now(), consulted])
    return asked


def run_on(item: WorkItem) -> None:
    """Let a locked item's time run again once no question that pauses it is open."""
    if item.clock_stopped_at is not None and not any(question.pauses for question in open_questions(item)):
        start_clock(item)
