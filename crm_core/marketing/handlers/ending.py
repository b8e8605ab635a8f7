"""A plan ends without being carried out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.marketing import operations
from crm_core.marketing.handlers.approving import people_concerned
from crm_core.marketing.models import MarketingPlan
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.plan.close",
    label=_("Close the plan"),
    parameters={"how": _("rejected, withdrawn or expired"), "note": _("Why")},
    results={"result": _("rejected, withdrawn, expired or cancelled"), "told": _("Who is told")},
)
def close(step: StepContext, *, how: str, note: str | None = None) -> dict[str, Any]:
    """Close the plan; what was approved before and then withdrawn or not started in time counts as cancelled."""
    plan = step.record(MarketingPlan)
    operations.close(plan, how, actor=step.actor, note=note or "")
    return {"result": plan.closing_reason, "told": people_concerned(plan)}
