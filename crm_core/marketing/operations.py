"""The steps of a marketing plan inside a caller's transaction; commands and process handlers share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from accounts.models import OrgUnit, User
from config import clock
from crm_core import storing
from crm_core.exceptions import RecordHasChanged, ValuesRefused, WrongState
from crm_core.marketing import budget, campaigns, checks, revisions
from crm_core.marketing.facts import facts, found
from crm_core.marketing.models import BudgetLine, MarketingPlan, PlanEnd, PlanRevision, PlanStatus
from crm_core.marketing.segments import require_rule
from workflows.models import ProcessInstance
from workflows.operations import replan_timers_of, request_message, request_operation, start_instance

TRANSITIONS: Mapping[str, frozenset[str]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.SUBMITTED, PlanStatus.CANCELLED}),
    PlanStatus.SUBMITTED: frozenset(
        {PlanStatus.UNDER_REVIEW, PlanStatus.REVISION, PlanStatus.REJECTED, PlanStatus.CANCELLED}
    ),
    PlanStatus.UNDER_REVIEW: frozenset(
        {PlanStatus.REVISION, PlanStatus.APPROVED, PlanStatus.REJECTED, PlanStatus.CANCELLED}
    ),
    PlanStatus.REVISION: frozenset(
        {PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW, PlanStatus.REJECTED, PlanStatus.CANCELLED}
    ),
    PlanStatus.APPROVED: frozenset({PlanStatus.UNDER_REVIEW, PlanStatus.IN_EXECUTION, PlanStatus.CANCELLED}),
    PlanStatus.IN_EXECUTION: frozenset({PlanStatus.COMPLETED, PlanStatus.CANCELLED}),
    PlanStatus.COMPLETED: frozenset({PlanStatus.EVALUATED}),
}
MAX_LINES = 200
PROCESS_KEY = "marketing-plan-approval"


@dataclass(frozen=True, slots=True)
class NewBudgetLine:
    """One item of a budget as somebody enters it; ``amount`` in the base currency."""

    category: str
    amount: Decimal
    description: str = ""


def add_plan(plan: MarketingPlan, lines: Sequence[NewBudgetLine], *, actor: User | None) -> MarketingPlan:
    """Store a new draft with its budget lines as revision 1. Raises ValuesRefused."""
    check_references(plan)
    plan.revision = 1
    storing.add(plan, actor=actor, act="drafted")
    content = revisions.snapshot(plan, replace_lines(plan, lines))
    revisions.keep(plan, content, None, actor=actor)
    return plan


def revise(
    plan: MarketingPlan,
    values: Mapping[str, Any],
    lines: Sequence[NewBudgetLine] | None,
    *,
    actor: User | None,
    note: str = "",
    act: str = "revised",
) -> PlanRevision | None:
    """Change a locked plan and keep it as the next revision; None when it says the same as before.

    ``lines`` None leaves the budget lines. Raises ValuesRefused.
    """
    typed = _typed(values)
    proposed = copy(plan)
    for name, value in typed.items():
        setattr(proposed, name, value)
    check_references(proposed, only=frozenset(typed))
    kept = list(plan.lines.all()) if lines is None else replace_lines(plan, lines)
    content, last = revisions.snapshot(proposed, kept), revisions.newest(plan)
    if last is not None and last.snapshot == content:
        return None
    storing.change(plan, {**typed, "revision": plan.revision + 1}, actor=actor, act=act, note=note)
    if typed.keys() & {"starts_on", "ends_on"}:
        replan_timers_of(plan, actor=actor)
    return revisions.keep(plan, content, last, actor=actor, note=note)


def replace_lines(plan: MarketingPlan, lines: Sequence[NewBudgetLine]) -> list[BudgetLine]:
    """Give a stored plan these budget lines instead of its own. Raises ValuesRefused."""
    assert connection.in_atomic_block
    if len(lines) > MAX_LINES:
        raise ValuesRefused({"lines": [_("A budget has at most %(count)s lines.") % {"count": MAX_LINES}]})
    rows = [
        BudgetLine(
            plan=plan, position=position, category=line.category, description=line.description, amount=line.amount
        )
        for position, line in enumerate(lines, 1)
    ]
    for row in rows:
        try:
            storing.full_check(row, only=("category", "description", "amount"))
        except ValuesRefused as refused:
            reasons = [reason for texts in refused.errors.values() for reason in texts]
            raise ValuesRefused({f"lines.{row.position}": reasons}) from refused
    BudgetLine.objects.filter(plan=plan).delete()
    BudgetLine.objects.bulk_create(rows)
    return rows


def move(
    plan: MarketingPlan, status: str, *, actor: User | None, seen_revision: int | None = None, note: str = ""
) -> None:
    """Bring a locked plan to another status; the one it has changes nothing.

    Approving is bound to the revision that was seen: raises RecordHasChanged when the plan has a newer one, and
    WrongState where its status does not lead to the wanted one.
    """
    if plan.status == status:
        return
    if status not in TRANSITIONS.get(plan.status, frozenset()):
        raise WrongState(
            _("%(number)s is %(status)s and cannot become %(wanted)s.")
            % {"number": plan.number, "status": plan.get_status_display(), "wanted": PlanStatus(status).label}
        )
    if seen_revision is not None and seen_revision != plan.revision:
        raise RecordHasChanged
    values: dict[str, Any] = {"status": status}
    if status == PlanStatus.APPROVED:
        values["approved_revision"] = plan.revision
    storing.change(plan, values, actor=actor, act=status, note=note)


def close(plan: MarketingPlan, how: str, *, actor: User | None, note: str = "") -> None:
    """End a locked plan as rejected, withdrawn, expired or cancelled: its campaign is withdrawn and its money released.

    What was approved before and is neither rejected nor evaluated counts as cancelled. Closing twice changes nothing.
    Raises WrongState.
    """
    if plan.closing_reason:
        return
    if how != PlanEnd.REJECTED and plan.approved_revision is not None:
        how = PlanEnd.CANCELLED
    move(plan, PlanStatus.REJECTED if how == PlanEnd.REJECTED else PlanStatus.CANCELLED, actor=actor, note=note)
    campaigns.withdraw(plan, actor=actor)
    budget.release(plan, actor=actor)
    values = {"closing_reason": how, "closing_note": note, "ended_at": clock.now()}
    storing.change(plan, values, actor=actor, act=f"closed-{how}")


def start_process(plan: MarketingPlan, *, actor: User | None) -> None:
    """Start the process of a new plan in this transaction; a plan that has had one starts no other."""
    kind = MarketingPlan.record_kind
    if not ProcessInstance.objects.filter(record_kind=kind, record_id=str(plan.pk), process_key=PROCESS_KEY).exists():
        start_instance(actor=actor, process_key=PROCESS_KEY, record=plan)


def show_in_process(plan: MarketingPlan, *, actor: User | None) -> None:
    """Have the plan's open draft show what it says now, with the present size of its segment."""
    rows = ProcessInstance.objects.filter(record_kind=MarketingPlan.record_kind, record_id=str(plan.pk), parent=None)
    for instance in rows.filter(process_key=PROCESS_KEY, status__in=ProcessInstance.LIVE):
        shown = facts(plan) | found(checks.examine(plan))
        request_operation(instance, "set-variables", shown, actor=actor)


def send_to_process(plan: MarketingPlan, name: str, actor: User | None, key: str = "", **variables: Any) -> None:
    """Send a message to the plan's process, once per ``key`` (default: the version of the plan)."""
    message_id = f"{name} {key or plan.version}"
    request_message(name, plan.number, variables, message_id=message_id, actor=actor, record=plan)


def check_references(plan: MarketingPlan, only: frozenset[str] | None = None) -> None:
    """Refuse a segment rule that is none, and branches, people or days that do not exist; raises ValuesRefused."""
    storing.full_check(plan, only=only)
    errors: dict[str, list[str]] = {}
    if only is None or "segment" in only:
        require_rule(plan.segment)
    if (only is None or "branches" in only) and _missing(OrgUnit.objects, "code", set(plan.branches)):
        errors["branches"] = [_("There is no such branch.")]
    named = set(plan.staff) | {str(row["staff"]) for row in plan.activities if row.get("staff")}
    if (only is None or only & {"staff", "activities"}) and _missing(User.objects, "username", named):
        errors["staff"] = [_("There is no such person.")]
    if not all(_is_day(row.get("on")) for row in plan.activities):
        errors["activities"] = [_("A day is written like 2026-01-31.")]
    if errors:
        raise ValuesRefused(errors)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in values.items():
        try:
            typed[name] = field_of(name).to_python(value)
        except ValidationError as error:
            raise ValuesRefused({name: [str(text) for text in error.messages]}) from error
    return typed


def field_of(name: str) -> models.Field[Any, Any]:
    """The column of a plan with this name."""
    field = MarketingPlan._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _missing(manager: Any, field: str, wanted: set[str]) -> bool:
    return bool(wanted) and manager.filter(**{f"{field}__in": wanted}).count() < len(wanted)


def _is_day(value: Any) -> bool:
    if not value:
        return True
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
