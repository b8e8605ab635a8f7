"""Acts that are accepted and held back for some seconds, so that whoever did them can still take them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.module_loading import import_string

from accounts.models import User
from config import clock
from tasks_inbox import audiences, drafts
from tasks_inbox.models import HeldAct, WorkItem
from workflows import nudge, statements
from workflows.ahead import irreversible_after
from workflows.families import Family
from workflows.rows import Table

CARRY_OUT = "tasks_inbox.carry_out_held_act"
UNDO_HEADER, UNDO_NONE = "undo", "none"
"""A task with this header in the model is not held: who completes it is asked first."""

_HELD, _ITEMS = Table(HeldAct), Table(WorkItem)
_MARK_ROOT = "UPDATE workflows_processinstance SET has_held_acts = %s WHERE id = %s"
_DELETE = "DELETE FROM tasks_inbox_heldact WHERE id = %s"


def undo_seconds() -> int:
    """How long an act in the inbox is held, 0 when acts are carried out at once."""
    return max(0, int(settings.INBOX_UNDO_SECONDS))


def is_irreversible(item: WorkItem, variables: Mapping[str, Any]) -> bool:
    """Whether completing the item cannot be undone: its model says so, or an effect nothing makes good follows at once.

    ``variables`` are those visible at its step with the answers.
    """
    if str(item.headers.get(UNDO_HEADER, "")).strip().lower() == UNDO_NONE:
        return True
    return irreversible_after(item.instance.version_id, item.element, variables) is not None


def hold(
    family: Family, item: WorkItem, *, author: User, answers: Mapping[str, Any], seen: str | None, batch: UUID | None
) -> HeldAct:
    """Store an accepted completion of a locked item and have it carried out when its time lapses.

    Everybody else who may see the item is told at commit that its author is finishing it.
    """
    assert connection.in_atomic_block
    now, seconds = clock.now(), undo_seconds()
    held = HeldAct(
        item=item,
        root=family.root,
        author=author,
        answers=dict(answers),
        seen=seen or "",
        batch=batch,
        accepted_at=now,
        due_at=now + timedelta(seconds=seconds),
    )
    _HELD.insert([held])
    _mark(item, author, family.root.pk)
    audiences.tell([item], by=author.pk)
    nudge.wake(CARRY_OUT, [held.pk], seconds=seconds)
    return held


def release(held: HeldAct, item: WorkItem) -> None:
    """The item of a held act, both locked, is as it was before; the caller says what becomes of the act."""
    assert connection.in_atomic_block
    statements.later(_DELETE, [held.pk])
    _mark(item, None, held.root_id)


def give_back(held: HeldAct, item: WorkItem) -> None:
    """Release the item with the answers as its author's draft; the screens are told."""
    release(held, item)
    drafts.keep(item, held.author, held.answers)
    audiences.tell([item], also=[held.author_id])


def _mark(item: WorkItem, author: User | None, root_id: UUID) -> None:
    item.held_by = author
    item.version += 1
    _ITEMS.update([item], "held_by", "version")
    statements.later(_MARK_ROOT, [author is not None, root_id])


def finished_by(user: User, item: str = "pk") -> Exists:
    """Whether the person has finished an item and may still take that back: for them it has left the lists.

    ``item`` is where a query keeps its id.
    """
    return Exists(HeldAct.objects.filter(item=OuterRef(item), author=user))


def due_ids(limit: int) -> list[UUID]:
    """The held acts whose time has lapsed, first accepted first."""
    due = HeldAct.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def carry_out_family(root_id: UUID) -> None:
    """Carry out what is held in a family, each act in a transaction of its own (settings.WORKFLOW_HELD_ACTS)."""
    carry_out = import_string("tasks_inbox.commands.holding.carry_out_held_act")
    for held_id in HeldAct.objects.filter(root=root_id).order_by("accepted_at").values_list("pk", flat=True):
        carry_out(held_id=held_id)
