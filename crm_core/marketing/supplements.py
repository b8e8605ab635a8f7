"""A budget that changes after it was asked for: given another sum, approved once more while running, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from crm_core import storing
from crm_core.exceptions import WrongState
from crm_core.marketing import budget, operations
from crm_core.marketing.models import MarketingPlan, PlanRevision, PlanStatus
from crm_core.marketing.operations import NewBudgetLine


def change_budget(plan: MarketingPlan, lines: Sequence[NewBudgetLine], *, actor: User | None, reason: str) -> bool:
    """Give a locked plan these lines and their sum as its next revision, and tell its process.

    The same budget changes nothing and answers False. Raises ValuesRefused, WrongState while the former change of a
    running plan is undecided.
    """
    if plan.has_undecided_budget:
        raise WrongState(_("The last change of this budget is not decided yet."))
    before = plan.budget_total
    if not _revise(plan, lines, actor=actor, note=reason, act="budget-changed"):
        return False
    operations.send_to_process(
        plan,
        "plan.budget_changed",
        actor,
        budget_before=str(before),
        budget_total=str(plan.budget_total),
        revision=plan.revision,
        budget_changed_by=actor.username if actor else None,
    )
    return True


def ask(plan: MarketingPlan, amount: Decimal, category: str, *, actor: User | None, reason: str) -> bool:
    """Ask for more money for a running plan; answers False while the former change is undecided."""
    if plan.has_undecided_budget:
        return False
    more = NewBudgetLine(category, amount, reason[:200])
    return change_budget(plan, [*_lines(plan), more], actor=actor, reason=reason)


def grant(plan: MarketingPlan, *, actor: User | None) -> None:
    """Approve the newest budget of a locked running plan: the money is held. Raises BudgetExhausted, WrongState."""
    if plan.status != PlanStatus.IN_EXECUTION:
        raise WrongState(_("This plan is not being carried out."))
    budget.reserve(plan, actor=actor)
    storing.change(plan, {"approved_revision": plan.revision}, actor=actor, act="supplement-granted")


def restore(plan: MarketingPlan, *, actor: User | None, note: str = "") -> None:
    """Give a locked running plan the budget that was approved back; that is a revision too. Raises WrongState."""
    approved = PlanRevision.objects.filter(plan=plan, number=plan.approved_revision or 0).first()
    if plan.status != PlanStatus.IN_EXECUTION or approved is None:
        raise WrongState(_("This plan is not being carried out."))
    lines = [NewBudgetLine(row["category"], Decimal(row["amount"]), row["description"]) for row in _rows(approved)]
    _revise(plan, lines, actor=actor, note=note, act="budget-restored")
    storing.change(plan, {"approved_revision": plan.revision}, actor=actor, act="supplement-refused", note=note)


def _revise(
    plan: MarketingPlan, lines: Sequence[NewBudgetLine], *, actor: User | None, note: str, act: str
) -> PlanRevision | None:
    total = {"budget_total": sum((Decimal(line.amount) for line in lines), budget.ZERO)}
    made = operations.revise(plan, total, lines, actor=actor, note=note, act=act)
    if made is not None:
        reached = budget.threshold_at(budget.percent_spent(budget.spent(plan), plan.budget_total))
        lowered = {"threshold_sent": min(plan.threshold_sent, reached)}
        storing.change(plan, lowered, actor=actor, act="threshold-reset")
    return made


def _lines(plan: MarketingPlan) -> list[NewBudgetLine]:
    return [NewBudgetLine(line.category, line.amount, line.description) for line in plan.lines.all()]


def _rows(revision: PlanRevision) -> list[dict[str, Any]]:
    return list(revision.snapshot["lines"])
