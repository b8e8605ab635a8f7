"""What happened to a marketing plan, as a timeline tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm_core.history import RecordChange
from crm_core.marketing.handlers.reviewing import DEPARTMENTS
from crm_core.marketing.models import MarketingPlan, PlanStatus
from web.components import money

STORY: Final = 60
ICONS: Final[Mapping[str, str]] = {
    "drafted": "square-pen",
    "revised": "pencil",
    "budget-changed": "coins",
    "budget-reserved": "lock",
    "budget-released": "lock-open",
    "cost-booked": "receipt",
    "threshold-reached": "triangle-alert",
    "withdrawal-sent": "undo-2",
    "evaluated-pass": "gauge",
    "evaluated-revise": "gauge",
    "evaluated-reject": "gauge",
    "opinion-given": "message-square",
    "decided-approve": "check",
    "decided-approve-with-conditions": "check",
    "decided-return": "corner-up-left",
    "decided-reject": "x",
    "approval-late": "alarm-clock",
    "express-approved": "zap",
    "condition-met": "circle-check",
    PlanStatus.APPROVED: "stamp",
    PlanStatus.REJECTED: "circle-x",
    PlanStatus.IN_EXECUTION: "rocket",
    PlanStatus.EVALUATED: "chart-line",
}
TONES: Final[Mapping[str, str]] = {
    "approval-late": "warning",
    "decided-reject": "danger",
    "decided-return": "warning",
    "decided-approve": "success",
    "express-approved": "success",
    "threshold-reached": "warning",
    PlanStatus.APPROVED: "success",
    PlanStatus.REJECTED: "danger",
    PlanStatus.EVALUATED: "success",
}
UNTOLD: Final = ("threshold-reset",)


def story_of(plan: MarketingPlan, hidden: frozenset[str]) -> list[dict[str, Any]]:
    """What happened, newest first."""
    rows = RecordChange.objects.filter(kind=MarketingPlan.record_kind, record_id=plan.pk).select_related("by")
    told = _sentences()
    return [
        {
            "icon": ICONS.get(change.act, "history"),
            "tone": TONES.get(change.act, ""),
            "who": change.by.display_name if change.by else _("System"),
            "what": told[change.act] if change.act in told else _("changed the plan"),
            "at": change.at,
            "body": _body(change, hidden),
        }
        for change in rows.exclude(act__in=UNTOLD).order_by("-at", "-record_version")[:STORY]
    ]


def _body(change: RecordChange, hidden: frozenset[str]) -> str:
    said = [_note(change)] if change.note else []
    pair = change.fields.get("amount")
    if isinstance(pair, list) and "budget_total" not in hidden:
        said.append(money(pair[1] if pair[1] is not None else pair[0]))
    return "\n".join(said)


def _note(change: RecordChange) -> str:
    """What was written down; acts that begin with who was asked (a department, a role) say that in words."""
    whose, _space, words = change.note.partition(" ")
    if change.act.startswith("opinion-") and whose in DEPARTMENTS:
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        return " · ".join(part for part in (DEPARTMENTS[whose][language], words) if part)
    return words if change.act.startswith("decided-") else change.note


def _sentences() -> dict[str, str]:
    return {
        "drafted": _("drafted the plan"),
        "revised": _("wrote another revision"),
        "budget-changed": _("changed the budget"),
        "budget-reserved": _("reserved the budget"),
        "budget-released": _("released the budget"),
        "cost-booked": _("booked a cost"),
        "threshold-reached": _("the spending reached a threshold"),
        "withdrawal-sent": _("is taking the plan back"),
        "archived": _("closed the plan"),
        PlanStatus.SUBMITTED: _("submitted the plan"),
        PlanStatus.UNDER_REVIEW: _("the review began"),
        PlanStatus.REVISION: _("sent it back to be revised"),
        PlanStatus.APPROVED: _("the plan was approved"),
        PlanStatus.IN_EXECUTION: _("the plan is being carried out"),
        PlanStatus.COMPLETED: _("the plan was completed"),
        PlanStatus.EVALUATED: _("evaluated what came of it"),
        PlanStatus.REJECTED: _("the plan was rejected"),
        PlanStatus.CANCELLED: _("the plan was cancelled"),
        "evaluated-pass": _("evaluated the plan and passed it on"),
        "evaluated-revise": _("evaluated the plan and sent it back"),
        "evaluated-reject": _("evaluated the plan and rejected it"),
        "opinion-given": _("gave an opinion"),
        "opinion-none": _("no opinion came in time"),
        "decided-approve": _("approved the plan"),
        "decided-approve-with-conditions": _("approved the plan with conditions"),
        "decided-return": _("returned the plan"),
        "decided-reject": _("rejected the plan"),
        "approval-late": _("the start is near and the plan is not approved"),
        "express-approved": _("approved the plan alone, in the express lane"),
        "express-declined": _("left the plan to the usual route"),
        "condition-met": _("met a condition"),
        "budget-restored": _("the approved budget holds again"),
        "supplement-granted": _("the new budget was approved"),
        "supplement-refused": _("the new budget was refused"),
        "effect-evaluated": _("evaluated what came of it"),
        "closed-rejected": _("closed the plan as rejected"),
        "closed-withdrawn": _("closed the plan as withdrawn"),
        "closed-expired": _("closed the plan: not started in time"),
        "closed-cancelled": _("closed the plan as cancelled"),
    }
