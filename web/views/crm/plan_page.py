"""The page of a marketing plan: what it says, what changed between its revisions, its money, checks and story."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import scopes
from crm_core.attachments.queries import attachments_of
from crm_core.marketing import budget, queries
from crm_core.marketing.models import MarketingPlan, PlanRevision
from web.pages import is_partial, reader, signed_in
from web.views.approvals_plans import route_of
from web.views.crm.plan_acts import possible_acts
from web.views.crm.plan_checks import checks_of
from web.views.crm.plan_document import Document, plan_document
from web.views.crm.plan_outcome import outcome_of
from web.views.crm.plan_story import story_of
from web.views.crm.plan_words import CAMPAIGN_TONES, PLAN_TONES, Names, category_words, names_for
from web.views.crm.process_part import process_part


@require_GET
@signed_in
def plan_page(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan; for a script its living part. ``?since=2`` marks what is different from the second revision."""
    user = reader(request)
    plan = queries.plan_page(user, plan_id)
    hidden = scopes.mask_for(user, MarketingPlan.record_kind)
    revisions = list(plan.revisions.all())
    names = names_for(revision.snapshot for revision in revisions)
    evaluation = getattr(plan, "evaluation", None)
    process = process_part(user, plan)
    since = _compared_with(request, plan, revisions)
    context = {
        "plan": plan,
        "tone": PLAN_TONES.get(plan.status, ""),
        "hides_title": "title" in hidden,
        "document": plan_document(revisions[0], since, names=names, hidden=hidden),
        "since": since,
        "revisions": revisions_told(revisions, names, hidden),
        "money": money_of(plan, hidden),
        "checks": checks_of(user, revisions[0]),
        "evaluation": evaluation,
        "outcome": outcome_of(evaluation) if evaluation else None,
        "campaigns": [{"row": row, "tone": CAMPAIGN_TONES.get(row.status, "")} for row in plan.campaigns.all()],
        "acts": possible_acts(user, plan),
        "story": story_of(plan, hidden),
        "files": list(attachments_of(user, MarketingPlan.record_kind, plan.pk)),
        **process,
        "route": route_of(user, plan) or _decided(process),
    }
    return render(request, "crm/plans/living.html" if is_partial(request) else "crm/plans/page.html", context)


def revisions_told(revisions: list[PlanRevision], names: Names, hidden: frozenset[str]) -> list[dict[str, Any]]:
    """Every revision, newest first, with what differs from the one before."""
    before = {row.number: row for row in revisions}
    told = []
    for row in revisions:
        older = before.get(row.number - 1)
        changes = Document(row.snapshot, older.snapshot, names=names, hidden=hidden).changes if older else []
        told.append({"row": row, "changes": changes})
    return told


def money_of(plan: MarketingPlan, hidden: frozenset[str]) -> dict[str, Any] | None:
    """Budget, held, spent and left, in all and by kind of cost; None for who may not see it."""
    if {"budget_total", "lines"} & hidden:
        return None
    found = queries.money(plan)
    planned: defaultdict[str, Decimal] = defaultdict(Decimal)
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in plan.lines.all():
        planned[line.category] += line.amount
    costs = list(plan.costs.all())
    for cost in costs:
        spent[cost.category] += cost.amount
    reached = budget.threshold_at(found.percent)
    return {
        "all": found,
        "tone": {80: "warning", 100: "danger"}.get(reached, ""),
        "used": min(found.percent, 100),
        "by_category": [
            {
                "label": category_words(code),
                "planned": planned[code],
                "spent": spent[code],
                "over": spent[code] > planned[code],
            }
            for code in dict.fromkeys([*planned, *spent])
        ],
        "costs": costs,
    }


def _decided(process: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks of the process that were done or are under way."""
    chain: list[dict[str, Any]] = process["process"]["chain"] if process["process"] else []
    return [step for step in chain if step["state"] != "next"]


def _compared_with(request: HttpRequest, plan: MarketingPlan, revisions: list[PlanRevision]) -> PlanRevision | None:
    """The revision asked for, else the approved one when a newer one is there."""
    asked = request.GET.get("since", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6
    number = int(asked) if is_number else plan.approved_revision or 0
    return next((row for row in revisions[1:] if row.number == number), None)
