"""A campaign is over: finished, its effect evaluated, the plan put on file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.marketing import campaigns, evaluating, operations
from crm_core.marketing.handlers.approving import people_concerned
from crm_core.marketing.models import MarketingPlan, PlanStatus
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.plan.finish",
    label=_("Finish the campaign"),
    results={"campaign_status": _("Status of the campaign")},
)
def finish(step: StepContext) -> dict[str, Any]:
    """End the campaign with all that was not done; the plan is completed."""
    plan = step.record(MarketingPlan)
    campaign = campaigns.finish(plan, actor=step.actor)
    operations.move(plan, PlanStatus.COMPLETED, actor=step.actor)
    return {"campaign_status": campaign.status}


@service_task(
    "crm.plan.evaluate",
    label=_("Work out and keep the effect"),
    parameters={
        "revenue": _("Revenue"),
        "actual_leads": _("Leads won"),
        "actuals": _("What became of the goals: rows {metric, actual}"),
        "lessons": _("What the next plan should know"),
    },
    results={
        "cost": _("What was spent"),
        "roi": _("Return on investment; null without cost"),
        "kpis": _("Planned and actual figures"),
    },
)
def evaluate(
    step: StepContext,
    *,
    revenue: Decimal,
    lessons: str,
    actual_leads: int | None = None,
    actuals: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Keep planned against actual, return on investment and responses, and the lessons for the next plan."""
    plan = step.record(MarketingPlan)
    actual = {str(row["metric"]): row.get("actual") for row in actuals or []}
    made = evaluating.evaluate(plan, actual | {"expected_leads": actual_leads}, revenue, lessons, actor=step.actor)
    return {"cost": made.cost, "roi": made.roi, "kpis": made.kpis}


@service_task("crm.plan.archive", label=_("Put the plan on file"), results={"told": _("Who is told")})
def archive(step: StepContext) -> dict[str, Any]:
    """The plan is evaluated; what it did not spend is free again."""
    plan = step.record(MarketingPlan)
    evaluating.archive(plan, actor=step.actor)
    return {"told": people_concerned(plan)}
