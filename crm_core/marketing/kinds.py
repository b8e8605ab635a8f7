"""Makes marketing plans and campaigns known as records that processes can be about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core import history
from crm_core.marketing.models import Campaign, MarketingPlan
from workflows import records

KEPT_BESIDE = ("threshold_sent", "approved_revision", "closing_reason", "closing_note", "ended_at")
"""What the process writes down about a plan; nobody decides on it."""


def _register(model: Any, label: Any, path: str, title: Any, **more: Any) -> None:
    records.register(
        model.record_kind,
        model=model,
        label=label,
        url=lambda record: f"/{path}/{record.pk}/",
        visible_to=model.objects.visible_to,
        number=lambda record: str(record.number),
        mask_for=lambda user: scopes.mask_for(user, model.record_kind),
        title=title,
        revisions=history.revisions(model.record_kind, *KEPT_BESIDE),
        **more,
    )


_register(
    MarketingPlan,
    _("Marketing plan"),
    "marketing/plans",
    lambda plan: str(plan.title),
    begins_at="/marketing/plans/new/",
    starts_itself=True,
    worth="budget_total",
)
_register(Campaign, _("Campaign"), "marketing/campaigns", lambda campaign: str(campaign.name))
