"""A plan is written: opened, kept as a revision, checked, sent back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.queries import group_near, members_of
from crm_core.exceptions import ValuesRefused
from crm_core.marketing import checks, operations, revisions
from crm_core.marketing.decisions import Decision, approvers_among, holding
from crm_core.marketing.facts import FOUND, LABELS, facts, found
from crm_core.marketing.models import MarketingPlan, PlanStatus
from crm_core.marketing.operations import NewBudgetLine
from workflows.registry import service_task
from workflows.steps import StepContext

ROUND = {
    "decisions": _("What was said in this round"),
    "held": _("What of it holds, by key"),
    "deciders": _("Who approved in this round"),
    "conditions": _("Conditions of the approvals"),
}
NEW_ROUND: Mapping[str, Any] = {
    "decisions": [],
    "held": [],
    "deciders": [],
    "conditions": [],
    "opinions": [],
    "evaluation": None,
    "verdict": "approved",
    "stale": False,
    "express": False,
    "express_stale": False,
}


@service_task(
    "crm.plan.open",
    label=_("Open the plan"),
    results={**LABELS, **FOUND, **ROUND, "seen": _("Which revision everybody saw last")},
)
def open_plan(step: StepContext) -> dict[str, Any]:
    """Look up what the process needs to know about the plan it is about; nothing was said about it yet."""
    plan = step.record(MarketingPlan)
    return {
        **facts(plan),
        **found(checks.examine(plan)),
        **NEW_ROUND,
        "findings": [],
        "refusals": [],
        "seen": {},
        "blocked": False,
        "checked_revision": None,
        "recheck": False,
        "ending": None,
        "ending_note": None,
        "return_reason": None,
        "short_of_money": False,
        "rejection_reason": None,
        "note": None,
    }


@service_task(
    "crm.plan.keep_draft",
    label=_("Keep what was written as a revision"),
    results={**LABELS, **ROUND, "refusals": _("What could not be kept, in both languages")},
)
def keep_draft(step: StepContext, **written: Any) -> dict[str, Any]:
    """Keep the plan as written, under the names of its fields, as its next revision; a new round begins.

    What cannot be kept is answered in ``refusals``, and nothing is stored then.
    """
    plan = step.record(MarketingPlan)
    refusals = _keep(plan, written, step.actor)
    if refusals:
        return {"refusals": refusals}
    begun: Mapping[str, Any] = {
        "refusals": [],
        "return_reason": None,
        "short_of_money": False,
        "recheck": False,
        "note": None,
    }
    return {**facts(plan), **NEW_ROUND, **begun}


@service_task(
    "crm.plan.check",
    label=_("Check the plan"),
    parameters={
        "decisions": _("What was said in this round"),
        "conditions": _("Conditions of the approvals"),
        "refusals": _("What could not be kept of the draft"),
    },
    results={**LABELS, **FOUND, **ROUND, "blocked": _("Whether something has to be mended first")},
)
def check(
    step: StepContext,
    *,
    decisions: list[dict[str, Any]] | None = None,
    conditions: list[dict[str, Any]] | None = None,
    refusals: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Check the newest revision and freeze the findings with it; what was said and still holds is kept.

    Without a blocking finding a draft is submitted, and an approved plan comes under review again. What was refused of
    a draft stays in its form as it was typed.
    """
    plan = step.record(MarketingPlan)
    revision, report = checks.freeze(plan)
    blocked = report.is_blocked or bool(refusals)
    _settle(plan, blocked, step.actor)
    kept = holding(plan, report, decisions or [])
    return {
        **({} if refusals else facts(plan)),
        **found(report),
        **_round(kept, conditions or []),
        "blocked": blocked,
        "checked_revision": revision.number,
        "verdict": "approved",
        "stale": False,
    }


@service_task(
    "crm.plan.send_back",
    label=_("Send the plan back: the money does not suffice"),
    results={
        "short_of_money": _("The branch has not enough marketing money left this year."),
        "told": _("Who is told"),
    },
)
def send_back(step: StepContext) -> dict[str, Any]:
    """Have the plan revised because its branch has less money left than it asks for."""
    plan = step.record(MarketingPlan)
    operations.move(plan, PlanStatus.REVISION, actor=step.actor)
    finance = members_of(group_near("finance", plan.org_unit)).values_list("username", flat=True)
    owner = [plan.owner.username] if plan.owner else []
    return {
        "short_of_money": True,
        "told": list(dict.fromkeys([*owner, *finance])),
        "recheck": False,
    }


def _settle(plan: MarketingPlan, blocked: bool, actor: User | None) -> None:
    if plan.status == PlanStatus.IN_EXECUTION:
        return
    if plan.status == PlanStatus.APPROVED:
        operations.move(plan, PlanStatus.UNDER_REVIEW, actor=actor)
    if blocked and not plan.may_be_edited:
        operations.move(plan, PlanStatus.REVISION, actor=actor)
    elif not blocked and plan.may_be_edited:
        operations.move(plan, PlanStatus.SUBMITTED, actor=actor)


def _round(kept: list[Decision], conditions: list[dict[str, Any]]) -> dict[str, Any]:
    held = [row["key"] for row in kept]
    return {
        "decisions": kept,
        "held": held,
        "deciders": approvers_among(kept),
        "conditions": [row for row in conditions if row["met"] is not None or row["key"] in held],
    }


def _keep(plan: MarketingPlan, written: Mapping[str, Any], actor: User | None) -> list[dict[str, str]]:
    """Try to keep it; what is refused is tried once more in Chinese, so that the form can say it in either language."""
    refused = _refused(plan, written, actor, "en")
    if not refused:
        return []
    again = _refused(plan, written, actor, "zh-hans")
    return [
        {"en": f"{_label(name, 0)}: {text}", "zh": f"{_label(name, 1)}：{other}"}  # noqa: RUF001
        for name, texts in refused.items()
        for text, other in zip(texts, again[name], strict=True)
    ]


def _refused(
    plan: MarketingPlan, written: Mapping[str, Any], actor: User | None, language: str
) -> dict[str, list[str]]:
    try:
        with override(language), transaction.atomic():
            operations.revise(plan, _values(written), _lines(written), actor=actor, note=written.get("note") or "")
    except ValuesRefused as refusal:
        plan.refresh_from_db()
        return {name: [str(text) for text in texts] for name, texts in refusal.errors.items()}
    return {}


def _label(name: str, language: int) -> str:
    field, _dot, line = name.partition(".")
    words = revisions.LABELS.get(field)
    return f"{words[language] if words else field} {line}".strip()


def _values(written: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in revisions.EDITED & written.keys():
        value, field = written[name], operations.field_of(name)
        values[name] = field.get_default() if value is None and not field.null else _tidy(value)
    return values


def _tidy(value: Any) -> Any:
    """Without the parts that were left empty."""
    if isinstance(value, Mapping):
        return {key: part for key, part in value.items() if part not in (None, "", [], False)}
    if isinstance(value, list):
        return [_tidy(row) for row in value]
    return value


def _lines(written: Mapping[str, Any]) -> list[NewBudgetLine] | None:
    if "budget_lines" not in written:
        return None
    return [
        NewBudgetLine(row["category"], Decimal(str(row["amount"])), row.get("description") or "")
        for row in written["budget_lines"] or []
    ]
