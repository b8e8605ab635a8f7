"""Deciding on a marketing plan."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from crm_core.marketing.models import MarketingPlan
from tasks_inbox.models import WorkItem
from web.approving.kinds import ApprovalKind, Variables
from web.subjects import Subject
from web.views.approvals_plans import marketing_plan_document


def _fits(item: WorkItem, subject: Subject | None) -> bool:
    return subject is not None and subject.kind == MarketingPlan.record_kind


def _document(user: User, item: WorkItem, subject: Subject | None, variables: Variables) -> dict[str, Any]:
    assert subject is not None
    return marketing_plan_document(user, item, subject, variables)


KIND = ApprovalKind(_fits, "approvals/marketing_plan.html", _document)
