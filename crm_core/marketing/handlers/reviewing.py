"""A plan is judged: by the marketing manager, and by the departments it concerns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import group_near, members_of
from crm_core import storing
from crm_core.marketing import operations
from crm_core.marketing.decisions import EVALUATION, EXPRESS, Said, opinion_of
from crm_core.marketing.models import MarketingPlan, PlanKind, PlanStatus
from workflows.registry import service_task
from workflows.steps import StepContext

DEPARTMENTS: dict[str, dict[str, str]] = {
    "finance": {
        "role": "finance",
        "en": "Finance",
        "zh": "财务",
        "ask_en": "Is the money there, and is it well spent?",
        "ask_zh": "资金是否充足、使用是否合理？",
    },
    "sales": {
        "role": "sales-manager",
        "en": "Sales",
        "zh": "销售",
        "ask_en": "Have you the people for it?",
        "ask_zh": "人手是否充足？",
    },
    "service": {
        "role": "service-manager",
        "en": "Service",
        "zh": "客服",
        "ask_en": "Have you the people for it?",
        "ask_zh": "人手是否充足？",
    },
    "product-design": {
        "role": "product-design",
        "en": "Product design",
        "zh": "产品设计",
        "ask_en": "Is the product ready for it?",
        "ask_zh": "产品是否已就绪？",
    },
}
SCORES = ("fit", "feasibility", "cost", "risk")
SEEN = {"seen": _("Which revision everybody saw last")}


@service_task(
    "crm.plan.record_evaluation",
    label=_("Keep the evaluation"),
    parameters={
        "outcome": _("pass, revise or reject"),
        "score": _("Scores 1 to 5: fit, feasibility, cost, risk"),
        "comment": _("Comment"),
        "seen_revision": _("Number of the revision that was seen"),
        "so_far": _("What was said in this round"),
        "seen_so_far": _("Which revision everybody saw last"),
    },
    results={"verdict": _("approved, revise or rejected"), "evaluation": _("Scores and comment"), **SEEN},
)
def record_evaluation(
    step: StepContext,
    *,
    outcome: str,
    score: dict[str, Any] | None = None,
    comment: str | None = None,
    seen_revision: int,
    so_far: list[dict[str, Any]] | None = None,
    seen_so_far: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Keep how the manager judged the plan: passed it is under review, otherwise it is revised or rejected."""
    plan = step.record(MarketingPlan)
    who, words = _username(step), comment or ""
    scores = {name: (score or {}).get(name) for name in SCORES}
    note = ", ".join([f"{name} {value}" for name, value in scores.items()] + ([words] if words else []))
    storing.note_act(plan, actor=step.actor, act=f"evaluated-{outcome}", note=note)
    verdict = {"pass": "approved", "revise": "revise"}.get(outcome, "rejected")
    if verdict == "approved":
        operations.move(plan, PlanStatus.UNDER_REVIEW, actor=step.actor)
    elif verdict == "revise":
        operations.move(plan, PlanStatus.REVISION, actor=step.actor, note=words)
    said = Said(EVALUATION, who, outcome, words, seen_revision)
    return {
        "verdict": verdict,
        "evaluation": {"score": scores, "comment": words, "person": who},
        "decisions": [*(so_far or []), said.plain(plan)],
        "seen": {**(seen_so_far or {}), EVALUATION: seen_revision},
        "return_reason": words if verdict == "revise" else None,
        "rejection_reason": words if verdict == "rejected" else None,
    }


@service_task(
    "crm.plan.departments",
    label=_("Find out which departments are asked"),
    parameters={"held": _("What holds already, by key"), "opinions": _("Opinions so far")},
    results={"departments": _("Whom to ask: rows {name, en, zh, group}"), "opinions": _("Opinions so far")},
)
def departments(
    step: StepContext, *, held: list[str] | None = None, opinions: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Finance where money is spent, sales and service for a general plan, product design; not whose opinion holds, and
    nobody where the director decided alone.

    A department in which nobody works cannot be asked: that is put on record in place of its opinion.
    """
    plan = step.record(MarketingPlan)
    wanted = [name for name in DEPARTMENTS if _concerns(plan, name) and EXPRESS not in (held or [])]
    kept = [row for row in opinions or [] if opinion_of(row["name"]) in (held or [])]
    asked: list[dict[str, Any]] = []
    for name in wanted:
        row = _department(plan, name)
        if opinion_of(name) in (held or []):
            continue
        if members_of(row["group"]).exists():
            asked.append(row)
        else:
            kept.append(_opinion(row, None, None))
            storing.note_act(plan, actor=None, act="opinion-none", note=name)
    return {"departments": asked, "opinions": kept}


@service_task(
    "crm.plan.record_opinion",
    label=_("Keep a department's opinion"),
    parameters={
        "department": _("Department"),
        "opinion": _("Opinion; null: none in time"),
        "seen_revision": _("Number of the revision that was seen"),
        "so_far": _("What was said in this round"),
        "opinions_so_far": _("Opinions so far"),
        "seen_so_far": _("Which revision everybody saw last"),
    },
    results={"opinions": _("Opinions so far"), "decisions": _("What was said in this round"), **SEEN},
)
def record_opinion(
    step: StepContext,
    *,
    department: dict[str, Any],
    opinion: str | None = None,
    seen_revision: int | None = None,
    so_far: list[dict[str, Any]] | None = None,
    opinions_so_far: list[dict[str, Any]] | None = None,
    seen_so_far: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Keep what a department said; without an opinion in time "no opinion" is put on record."""
    plan = step.record(MarketingPlan)
    key, given = opinion_of(department["name"]), (opinion or "").strip()
    who = _username(step) if given else None
    act = "opinion-given" if given else "opinion-none"
    storing.note_act(plan, actor=step.actor if given else None, act=act, note=f"{department['name']} {given}".strip())
    said = Said(key, who, "opinion" if given else "no-opinion", given, seen_revision or plan.revision)
    return {
        "opinions": [*(opinions_so_far or []), _opinion(department, given or None, who)],
        "decisions": [*(so_far or []), said.plain(plan)],
        "seen": {**(seen_so_far or {}), key: seen_revision} if seen_revision else seen_so_far or {},
    }


def _concerns(plan: MarketingPlan, department: str) -> bool:
    if department == "finance":
        return plan.budget_total > 0
    return department == "product-design" or plan.kind == PlanKind.GENERAL


def _department(plan: MarketingPlan, name: str) -> dict[str, Any]:
    row = DEPARTMENTS[name]
    return {"name": name, "group": group_near(row["role"], plan.org_unit), **row}


def _opinion(department: dict[str, Any], opinion: str | None, person: str | None) -> dict[str, Any]:
    return {
        "name": department["name"],
        "en": department["en"],
        "zh": department["zh"],
        "opinion": opinion,
        "person": person,
    }


def _username(step: StepContext) -> str | None:
    return step.actor.username if step.actor else None
