"""Sending a task back, taking one's own completion back, taking a whole request back, and ending it by rejection."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import acting, audiences, operations, queries, returning
from tasks_inbox.commands.requiring import require_completer, require_open
from tasks_inbox.exceptions import PathChanged, ReasonMissing, RecallImpossible, RejectImpossible, WorkItemUnknown
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import WorkItem, WorkItemEvent
from workflows import statements
from workflows.families import Family, lock_family
from workflows.locks import retrying
from workflows.models import ProcessInstance
from workflows.returning import operations as going_back
from workflows.returning.queries import Preview
from workflows.rows import Table

REASON_LIMIT = 1_000
_ITEMS = Table(WorkItem)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def return_work_item(
    *,
    actor: User,
    work_item_id: UUID,
    target: str,
    reason: str,
    straight_back: bool = False,
    seen: str | None = None,
) -> WorkItem:
    """Send the task back to an earlier human step on its path and return the task somebody has there now.

    ``target`` is the key of one of `returning.steps_back`, ``previous`` or ``starter``. What followed that step is
    closed, branches beside it stay; whoever did it has it again, their answers are their draft. With
    ``straight_back`` only this task is put aside and comes back to its holder as it was once the step was redone.
    Whoever may complete the task may send it back, as far as its header ``return`` says. Refuses silence about why,
    impossible steps (ReturnImpossible), and with ``seen`` (``Preview.digest``) a preview that no longer holds.
    """
    why = _reason(reason)
    item, family = lock_item_and_family(work_item_id, actor=actor)
    require_open(actor, item)
    require_completer(actor, item)
    preview = returning.preview_return(item, target, straight=straight_back, reason=why)
    _require_seen(preview, seen)
    _take(actor, item)
    done = returning.done_at(preview.target)
    item.outcome = "" if straight_back else "return"
    data = {
        "to": returning.whose(done),
        "step": preview.target.name,
        "element": preview.target.element,
        "straight_back": straight_back,
        "reason": why,
        "closed": sorted({each.name for each in preview.closes if each.step != item.step}),
    }
    acts_for = acting.acting_for(actor, item)
    operations.end_as(item, WorkItemEvent.Kind.RETURNED, data, on_behalf_of=acts_for)
    back = _go_back(family, preview, done)
    return back[0] if back else item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def withdraw_work_item(*, actor: User, work_item_id: UUID, reason: str = "", seen: str | None = None) -> WorkItem:
    """Take back one's own completion of a task and return the task that is open for it again, answers and all.

    Only while nobody has acted on what it opened (drafts do not count), no message came in for that, and nothing
    irreversible was done; the next people's tasks are closed. Refuses everybody but who completed it
    (WithdrawImpossible), TooLateToWithdraw, and with ``seen`` a preview that no longer holds.
    """
    item, family = lock_item_and_family(work_item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    preview = returning.preview_withdrawal(actor, item)
    _require_seen(preview, seen)
    item.status, item.outcome, item.version = WorkItem.Status.CANCELLED, "withdraw", item.version + 1
    _ITEMS.update([item], "status", "outcome", "version")  # before: who has withdrawn it has not done it
    back = _go_back(family, preview, [item])
    data = {"tasks": [str(each.pk) for each in back], "reason": reason.strip()[:REASON_LIMIT]}
    operations.record_event(item, WorkItemEvent.Kind.WITHDRAWN, actor=actor, data=data)
    audiences.tell([item], by=actor.pk)
    return back[0]


@retrying
@transaction.atomic(durable=True)
@statements.together()
def recall_request(*, actor: User, instance_id: UUID, reason: str) -> ProcessInstance:
    """Take a whole request back, by whoever started it, while it runs; its open tasks are closed.

    Where the model listens for a message named ``….withdrawn`` it says what follows; otherwise the process is
    cancelled. The process property ``recall`` = ``none`` forbids it. Raises RecallImpossible, ReasonMissing.
    """
    why = _reason(reason)
    family = lock_family(instance_id, actor=actor)
    if family.root.pk != instance_id or not returning.is_recallable(actor, family.root):
        raise RecallImpossible
    going_back.take_back(family, why)
    return family.root


@retrying
@transaction.atomic(durable=True)
@statements.together()
def reject_work_item(*, actor: User, work_item_id: UUID, reason: str) -> WorkItem:
    """End the whole request at a task whose header ``reject`` says ``end-request``; everything open closes.

    Whoever may complete the task may reject, with a reason. Refuses tasks whose form rejects by itself
    (RejectImpossible): there the process goes on as drawn.
    """
    why = _reason(reason)
    item, family = lock_item_and_family(work_item_id, actor=actor)
    require_open(actor, item)
    require_completer(actor, item)
    if not returning.may_reject(item):
        raise RejectImpossible
    _take(actor, item)
    item.outcome = returning.REJECT
    acts_for = acting.acting_for(actor, item)
    operations.end_as(item, WorkItemEvent.Kind.REJECTED, {"reason": why}, on_behalf_of=acts_for)
    going_back.end_request(family, why)
    return item


def _go_back(family: Family, preview: Preview, done: list[WorkItem]) -> list[WorkItem]:
    """Carry a preview out; the tasks that opened at its step, with the earlier answers as drafts."""
    target = preview.target
    before = returning.open_at(target.instance_id, target.element)
    going_back.send_back(family, preview)
    back = returning.opened_at(target.instance_id, target.element, before)
    returning.keep_answers(back, done)
    return back


def _take(actor: User, item: WorkItem) -> None:
    """What nobody has is the actor's by acting on it, or somebody's who is away and for whom they act."""
    if item.assignee_id is None:
        item.on_behalf_of_id = acting.taken_for(actor, item)
        item.assignee = actor


def _require_seen(preview: Preview, seen: str | None) -> None:
    if seen is not None and seen != preview.digest:
        raise PathChanged


def _reason(text: str) -> str:
    words = text.strip()
    if not words or len(words) > REASON_LIMIT:
        raise ReasonMissing
    return words
