"""An approved plan is carried out: money held, campaign published and run, and taken back where it ends early."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm_core.marketing import budget, campaigns, operations
from crm_core.marketing.exceptions import BudgetExhausted
from crm_core.marketing.functions import end_of
from crm_core.marketing.models import CampaignActivity, MarketingPlan, PlanStatus
from workflows.registry import BpmnError, service_task
from workflows.steps import StepContext

BUDGET_EXHAUSTED = "BUDGET_EXHAUSTED"


@service_task(
    "crm.plan.reserve_budget",
    label=_("Approve the plan and reserve its budget"),
    parameters={"checked_revision": _("Number of the revision that was checked and approved")},
    results={"reserved": _("Amount held"), "approved_revision": _("Number of the approved revision")},
)
def reserve_budget(step: StepContext, *, checked_revision: int) -> dict[str, Any]:
    """Approve exactly the revision that was decided on and hold its money; the error BUDGET_EXHAUSTED when there is
    less."""
    plan = step.record(MarketingPlan)
    operations.move(plan, PlanStatus.APPROVED, actor=step.actor, seen_revision=checked_revision)
    try:
        held = budget.reserve(plan, actor=step.actor)
    except BudgetExhausted as error:
        raise BpmnError(BUDGET_EXHAUSTED, str(error)) from error
    return {"reserved": held.amount, "approved_revision": plan.approved_revision}


@service_task(
    "crm.plan.release_budget",
    label=_("Release the budget of a plan"),
    results={"released": _("Amount given back")},
)
def release_budget(step: StepContext) -> dict[str, Any]:
    """Give back what the plan holds and has not spent."""
    return {"released": budget.release(step.record(MarketingPlan), actor=step.actor)}


@service_task(
    "crm.plan.publish",
    label=_("Publish the campaign of a plan"),
    results={
        "campaign_id": _("Campaign"),
        "campaign_number": _("Number of the campaign"),
        "told": _("Everybody named in it"),
    },
)
def publish(step: StepContext) -> dict[str, Any]:
    """Make campaign, activities, contact batches and work plans; everybody who has something to do is told."""
    plan = step.record(MarketingPlan)
    campaign = campaigns.publish(plan, actor=step.actor)
    people = campaign.work_plans.order_by("person__username").values_list("person__username", flat=True)
    owner = [plan.owner.username] if plan.owner else []
    return {
        "campaign_id": campaign.pk,
        "campaign_number": campaign.number,
        "told": list(dict.fromkeys([*owner, *people])),
    }


@service_task(
    "crm.plan.withdraw_campaign",
    label=_("Withdraw the campaign of a plan"),
    results={"withdrawn_campaign": _("Number of the campaign taken back; null when there was none")},
)
def withdraw_campaign(step: StepContext) -> dict[str, Any]:
    """Take back campaign, activities and contacts that were not done yet."""
    campaign = campaigns.withdraw(step.record(MarketingPlan), actor=step.actor)
    return {"withdrawn_campaign": campaign.number if campaign else None}


@service_task(
    "crm.plan.start",
    label=_("Start the campaign"),
    results={"campaign_activities": _("What is to be done: rows {id, name, place, on, staff, due}")},
)
def start(step: StepContext) -> dict[str, Any]:
    """Let the campaign run; every activity becomes a task of whoever it names, else of the plan's author."""
    plan = step.record(MarketingPlan)
    operations.move(plan, PlanStatus.IN_EXECUTION, actor=step.actor)
    campaign = campaigns.start(plan, actor=step.actor)
    rows = campaign.activities.select_related("staff").order_by("position")
    return {"campaign_activities": [_task(plan, row) for row in rows]}


@service_task(
    "crm.plan.record_activity",
    label=_("Keep stage and result of an activity"),
    parameters={
        "activity_id": _("Activity"),
        "stage": _("in_progress, done or cancelled"),
        "result": _("Result"),
        "place": _("Place"),
        "on": _("Day"),
    },
    results={"stage": _("Status")},
)
def record_activity(
    step: StepContext,
    *,
    activity_id: int,
    stage: str,
    result: str | None = None,
    place: str | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """Keep how far an activity of the plan's campaign is and what came of it."""
    plan = step.record(MarketingPlan)
    activity = CampaignActivity.objects.select_for_update().get(pk=activity_id, campaign__plan=plan)
    campaigns.record_activity(activity, stage, result or "", place=place or "", on=on)
    return {"stage": activity.stage}


@service_task(
    "crm.plan.record_feedback",
    label=_("Keep the feedback of a week"),
    parameters={"progress": _("Progress"), "problems": _("Problems"), "rating": _("Rating from 1 to 5")},
    results={"feedback_count": _("How often there was feedback")},
)
def record_feedback(
    step: StepContext, *, progress: str, problems: str | None = None, rating: int | None = None
) -> dict[str, Any]:
    """Keep how the campaign goes, week by week; figures are kept with it."""
    plan = step.record(MarketingPlan)
    return {"feedback_count": campaigns.record_feedback(plan, progress, problems or "", rating, actor=step.actor)}


def _task(plan: MarketingPlan, row: CampaignActivity) -> dict[str, Any]:
    holder: User | None = row.staff or plan.owner
    return {
        "id": row.pk,
        "name": row.name,
        "place": row.place,
        "on": row.on,
        "staff": holder.username if holder else None,
        "due": end_of(plan, row.on),
    }
