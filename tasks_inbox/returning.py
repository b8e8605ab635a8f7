"""Sending tasks back and taking acts back: which way there is, what the model allows, and what each would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection

from accounts.models import User
from bpmn import queries as definitions
from bpmn.texts import component_key, components
from tasks_inbox import drafts, operations, signing
from tasks_inbox.exceptions import ReturnImpossible, TooLateToWithdraw, WithdrawImpossible
from tasks_inbox.models import WorkItem
from workflows.models import ProcessInstance
from workflows.returning.cutting import CutImpossible
from workflows.returning.operations import listens_for_withdrawal
from workflows.returning.queries import Made, Preview, StepBack, Way, made_by_family

STARTER, PREVIOUS = "starter", "previous"
OUTCOME, REJECT = "outcome", "reject"


class Allowed(StrEnum):
    """How far back the model lets a task be sent: task header ``return``."""

    NONE = "none"
    PREVIOUS = "previous"
    STARTER = "starter"
    ANY = "any"


def allowed(item: WorkItem) -> Allowed:
    """What the task's header ``return`` says; anything else than its words counts as any."""
    said = str(item.headers.get("return", "")).strip().lower()
    return Allowed(said) if said in set(Allowed) else Allowed.ANY


def may_be_withdrawn(item: WorkItem) -> bool:
    """Whether the model lets whoever completed the task take that back: task header ``withdraw``."""
    return str(item.headers.get("withdraw", "")).strip().lower() != "none"


def may_reject(item: WorkItem) -> bool:
    """Whether the task may end the whole request: its header ``reject`` says so, and its form has no rejection."""
    says_so = str(item.headers.get("reject", "")).strip().lower() == "end-request"
    return says_so and not _has_reject_answer(item)


def _has_reject_answer(item: WorkItem) -> bool:
    """Whether the task's form has a rejection of its own, with which the process goes on as drawn."""
    for component in components(operations.form_of(item) or {}):
        if isinstance(component, dict) and component_key(component) == OUTCOME:
            return any(option.get("value") == REJECT for option in component.get("values") or [])
    return False


def steps_back(item: WorkItem) -> list[StepBack]:
    """Where the task may be sent back to as the model allows, oldest first; what cannot be done says why."""
    return _within(allowed(item), Way(item.instance, item.step).steps())


def _within(rule: Allowed, steps: list[StepBack]) -> list[StepBack]:
    match rule:
        case Allowed.NONE:
            return []
        case Allowed.PREVIOUS:
            return [step for step in steps if step.is_previous]
        case Allowed.STARTER:
            return [step for step in steps if step.is_starters]
    return steps


def preview_return(item: WorkItem, target: str, *, straight: bool = False, reason: str = "") -> Preview:
    """What sending the task back would do. ``target`` is a step's key, ``previous`` or ``starter``.

    Raises ReturnImpossible.
    """
    way = Way(item.instance, item.step)
    step = _chosen(_within(allowed(item), way.steps()), target)
    blocked = step.blocked_straight if straight else step.blocked
    if blocked is not None:
        raise ReturnImpossible(blocked)
    try:
        return way.preview(step, straight=straight, assignee=whose(done_at(step)), reason=reason)
    except CutImpossible as impossible:
        raise ReturnImpossible(impossible.why) from impossible


def _chosen(steps: Sequence[StepBack], target: str) -> StepBack:
    for step in steps:
        if step.key == target or (target == STARTER and step.is_starters) or (target == PREVIOUS and step.is_previous):
            return step
    raise ReturnImpossible(STARTER if target == STARTER else None)


def done_at(step: StepBack) -> list[WorkItem]:
    """The tasks people completed at an earlier step."""
    rows = WorkItem.objects.filter(instance=step.instance_id, step__in=step.steps)
    return list(rows.select_related("assignee").order_by("ended_at", "pk"))


def whose(done: Sequence[WorkItem]) -> str:
    """Who is meant to have it again: whoever had it then, if they still work here; several are asked by the model."""
    holder = done[0].assignee if len(done) == 1 else None
    return holder.username if holder is not None and holder.is_active else ""


# --- taking one's own act back ------------------------------------------------------------------------------------


def preview_withdrawal(user: User, item: WorkItem) -> Preview:
    """What taking back the person's completion of this task would do.

    Raises WithdrawImpossible where it is not theirs or the model forbids it, TooLateToWithdraw once somebody acted on
    what followed, a message came in for it, or something irreversible was done.
    """
    if item.status != WorkItem.Status.COMPLETED or item.ended_by_id != user.pk or not may_be_withdrawn(item):
        raise WithdrawImpossible
    if item.signing:
        raise WithdrawImpossible
    if not item.instance.is_live or signing.has_been_signed_since(item):
        raise TooLateToWithdraw
    way = Way(item.instance, item.step)
    own = way.own()
    if own is None or own.blocked is not None:
        raise TooLateToWithdraw
    if way.acted_since(own):
        raise TooLateToWithdraw
    holder = item.assignee if item.assignee is not None and item.assignee.is_active else user
    try:
        preview = way.preview(own, straight=False, assignee=holder.username)
    except CutImpossible as impossible:
        raise TooLateToWithdraw from impossible
    irreversible = [made.label for made in preview.made if made.is_irreversible]
    if irreversible:
        raise TooLateToWithdraw(irreversible)
    return preview


def may_withdraw(user: User, item: WorkItem) -> bool:
    """Whether the person may take their completion of the task back now."""
    try:
        preview_withdrawal(user, item)
    except (WithdrawImpossible, TooLateToWithdraw):
        return False
    return True


# --- carrying out -------------------------------------------------------------------------------------------------


def opened_at(instance_id: UUID, element: str, before: Iterable[UUID]) -> list[WorkItem]:
    """The open tasks at a step that were not there before, as they came in this transaction."""
    rows = WorkItem.objects.in_context().filter(instance=instance_id, element=element, status=WorkItem.Status.OPEN)
    return list(rows.exclude(pk__in=list(before)).order_by("created_at", "loop"))


def open_at(instance_id: UUID, element: str) -> list[UUID]:
    """The ids of the open tasks at a step."""
    rows = WorkItem.objects.filter(instance=instance_id, element=element, status=WorkItem.Status.OPEN)
    return list(rows.values_list("pk", flat=True))


def keep_answers(items: Sequence[WorkItem], done: Sequence[WorkItem]) -> None:
    """What people answered the last time is their draft in the task that came back to them, or to its queue."""
    assert connection.in_atomic_block
    for item in items:
        earlier = [old for old in done if old.answers and (len(items) == 1 == len(done) or _same(old, item))]
        holder = item.assignee or (earlier[-1].ended_by if earlier else None)
        if holder is not None and earlier:
            drafts.keep(item, holder, earlier[-1].answers)


def _same(old: WorkItem, item: WorkItem) -> bool:
    return item.assignee_id is not None and old.assignee_id == item.assignee_id


# --- the whole request --------------------------------------------------------------------------------------------


def is_recallable(user: User, instance: ProcessInstance) -> bool:
    """Whether the person started the request, it still runs, and its process property ``recall`` is not ``none``."""
    if not (instance.is_root and instance.is_live) or instance.started_by_id != user.pk:
        return False
    process = definitions.version_bundle(instance.version_id).process
    return process.properties.get("recall", "").strip().lower() != "none"


@dataclass(frozen=True, slots=True)
class Ending:
    """What taking a request back would close, what was made and stays, and whether its model says what follows."""

    closes: tuple[WorkItem, ...]
    made: tuple[Made, ...]
    by_model: bool


def preview_recall(root: ProcessInstance) -> Ending:
    """What taking a running request back would do."""
    rows = WorkItem.objects.in_context().filter(instance__root=root, status=WorkItem.Status.OPEN)
    return Ending(
        closes=tuple(rows.order_by("created_at", "pk")),
        made=tuple(made_by_family(root)),
        by_model=listens_for_withdrawal(root) is not None,
    )
