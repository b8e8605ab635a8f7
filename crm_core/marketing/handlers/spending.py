"""A running plan needs another budget: asked for, granted, or given back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.marketing import supplements
from crm_core.marketing.exceptions import BudgetExhausted
from crm_core.marketing.handlers.carrying_out import BUDGET_EXHAUSTED
from crm_core.marketing.models import CostCategory, MarketingPlan
from workflows.registry import BpmnError, service_task
from workflows.steps import StepContext

BUDGET = {"supplement": _("granted or refused"), "budget_total": _("Budget that holds now")}


@service_task(
    "crm.plan.ask_supplement",
    label=_("Ask for more money"),
    parameters={
        "more": _("Whether more is needed"),
        "amount": _("How much more"),
        "category": _("For what"),
        "reason": _("Why"),
    },
    results={"supplement_asked": _("Whether the budget was changed")},
)
def ask_supplement(
    step: StepContext,
    *,
    more: bool | None = None,
    amount: Decimal | None = None,
    category: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Change the budget by what is asked for, which sends it to its supplementary approval."""
    plan = step.record(MarketingPlan)
    if not more or not amount:
        return {"supplement_asked": False}
    line = category or CostCategory.OTHER
    return {"supplement_asked": supplements.ask(plan, amount, line, actor=step.actor, reason=reason or "")}


@service_task("crm.plan.grant_supplement", label=_("Grant the changed budget"), results=BUDGET)
def grant_supplement(step: StepContext) -> dict[str, Any]:
    """Hold the money of the changed budget; the error BUDGET_EXHAUSTED when the branch has less left."""
    plan = step.record(MarketingPlan)
    try:
        supplements.grant(plan, actor=step.actor)
    except BudgetExhausted as error:
        raise BpmnError(BUDGET_EXHAUSTED, str(error)) from error
    return {"supplement": "granted", "budget_total": plan.budget_total}


@service_task(
    "crm.plan.restore_budget",
    label=_("Give the approved budget back"),
    parameters={"decision_reason": _("Why")},
    results=BUDGET,
)
def restore_budget(step: StepContext, *, decision_reason: str | None = None) -> dict[str, Any]:
    """The change of the budget is refused: what was approved before holds again."""
    plan = step.record(MarketingPlan)
    supplements.restore(plan, actor=step.actor, note=decision_reason or "")
    return {"supplement": "refused", "budget_total": plan.budget_total}
