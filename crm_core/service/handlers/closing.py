"""A complaint ends: closed, asked back, judged and learned from."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import head_of
from crm_core import storing
from crm_core.service import assigning, complaints, operations
from crm_core.service.models import ServiceRequest
from crm_core.service.return_visits import add_return_visit
from workflows.registry import service_task
from workflows.steps import StepContext

VISIT_AFTER_DAYS = 7
ENDS = {"accepted": "resolved-satisfied", "none": "resolved-no-answer", "final": "closed-final-decision"}


@service_task(
    "crm.complaint.close",
    label=_("Close the complaint"),
    parameters={
        "how": _("duplicate, not-a-complaint, withdrawn; else it follows from the answer"),
        "answer": _("accepted, none or final"),
        "note": _("Note"),
    },
    results={
        "result": _("How it ended"),
        "severity": _("Severity in the end"),
        "return_visit": _("Number of the return visit; null without one"),
        "handler": _("Who handled it"),
    },
)
def close(
    step: StepContext, *, how: str | None = None, answer: str | None = None, note: str | None = None
) -> dict[str, Any]:
    """Close the complaint and stop its clock; one that was resolved is asked back after seven business days."""
    request = step.record(ServiceRequest)
    result = how or ENDS[answer or "none"]
    operations.close_request(request, result, actor=step.actor, note=note or "")
    visit = None
    if result in ENDS.values():
        visit = add_return_visit(request=request, business_days=VISIT_AFTER_DAYS, actor=step.actor)
    return {
        "result": request.closing_reason,
        "severity": request.severity,
        "return_visit": visit.number if visit else None,
        "handler": request.handler.username if request.handler else None,
    }


@service_task(
    "crm.complaint.uphold",
    label=_("Keep quality's verdict"),
    parameters={"upheld": _("upheld, partly or not_upheld"), "fraud": _("Whether it was the customer's fraud")},
    results={
        "improver": _("Head of the responsible unit"),
        "improver_group": _("Who improves where the unit has no head"),
        "level_review": _("Number of the level change asked for; null without one"),
    },
)
def uphold(step: StepContext, *, upheld: str, fraud: bool | None = None) -> dict[str, Any]:
    """Keep the verdict; a customer's fraud asks for a review of the customer's level."""
    request = step.record(ServiceRequest)
    change = complaints.record_verdict(request, upheld, bool(fraud), actor=step.actor)
    head = head_of(request.responsible_unit) if request.responsible_unit else None
    return {
        "improver": head.username if head else None,
        "improver_group": assigning.group_at("service-manager", request),
        "level_review": change.number if change else None,
    }


@service_task(
    "crm.complaint.record_improvement",
    label=_("Keep what was improved"),
    parameters={"improvement": _("What was improved")},
    results={"improved": _("Whether something was improved")},
)
def record_improvement(step: StepContext, *, improvement: str | None = None) -> dict[str, Any]:
    """Keep what the responsible unit changed so that it does not happen again."""
    request = step.record(ServiceRequest)
    storing.change(request, {"improvement": improvement or ""}, actor=step.actor, act="improved")
    return {"improved": bool(request.improvement)}


@service_task(
    "crm.complaint.learn",
    label=_("Keep what is learned"),
    parameters={
        "root_cause_code": _("Root-cause code"),
        "article_title": _("Title of a knowledge article to propose"),
        "article_body": _("Its text"),
    },
    results={"article": _("Number of the drafted knowledge article; null without one")},
)
def learn(
    step: StepContext,
    *,
    root_cause_code: str,
    article_title: str | None = None,
    article_body: str | None = None,
) -> dict[str, Any]:
    """Keep the root-cause code and draft the knowledge article that was proposed."""
    request = step.record(ServiceRequest)
    storing.change(request, {"root_cause": root_cause_code[:60]}, actor=step.actor, act="learned")
    article = complaints.propose_article(request, article_title or "", article_body or "", actor=step.actor)
    return {"article": article.number if article else None}
