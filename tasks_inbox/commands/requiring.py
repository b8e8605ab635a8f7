"""What every command asks of an item before it changes anything."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from tasks_inbox import contents, operations, queries, voting
from tasks_inbox.exceptions import (
    BeingFinished,
    FormChanged,
    IsDelegated,
    NotACandidate,
    NotYours,
    SignersAwaited,
    VotedAlready,
    WorkItemAlreadyClaimed,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import holds, is_delegate


def locked(actor: User, work_item_id: UUID) -> WorkItem:
    """The open item under its lock and that of its process, whose history will say what is done with it."""
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    require_open(actor, item)
    return item


def require_open(actor: User, item: WorkItem) -> None:
    """What the actor may not see does not exist for them; what somebody is finishing is nobody else's to act on."""
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    if not item.is_open:
        raise WorkItemEnded
    if item.held_by_id is not None:
        raise BeingFinished(item.held_by, actor)


def require_holder(actor: User, item: WorkItem) -> None:
    if not holds(actor, item):
        raise WorkItemAlreadyClaimed if item.assignee_id is not None and queries.may_take(actor, item) else NotYours


def require_owner(actor: User, item: WorkItem) -> None:
    """Whoever has an item that is delegated to them does its work, but finishes nothing."""
    require_holder(actor, item)
    if is_delegate(actor, item):
        raise IsDelegated


def require_completer(actor: User, item: WorkItem) -> None:
    """An untaken item may be completed by whom it is offered to, a taken one by whoever has it and is no delegate.

    Nobody completes it before those have answered who sign before, and nobody gives two votes where the model gives
    everybody one.
    """
    if item.assignee_id is None:
        if not queries.may_take(actor, item) or operations.is_excluded(actor, item):
            raise NotACandidate
    else:
        require_owner(actor, item)
    if item.awaits:
        raise SignersAwaited
    if item.part_of and voting.has_voted(actor, item):
        raise VotedAlready


def require_seen(item: WorkItem, seen: str | None) -> None:
    """What was decided was decided about what stands there now (``operations.shown_mark``): form and record."""
    if seen is None:
        return
    mark = contents.Mark.read(seen)
    if mark is None or mark.digest != operations.shown_mark(item).digest or contents.record_changed(item, mark):
        raise FormChanged
