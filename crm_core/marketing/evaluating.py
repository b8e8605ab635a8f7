"""What came of a plan: planned and actual figures side by side, return on investment, responses."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import User
from config import clock
from crm_core import storing
from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.marketing import budget, operations
from crm_core.marketing.models import CampaignMember, MarketingPlan, MemberStatus, PlanEvaluation, PlanStatus
from crm_core.marketing.segments import budget_branch

FOUR_DIGITS = Decimal("0.0001")
PLANNED = ("expected_responses", "expected_leads", "expected_revenue")


def evaluate(
    plan: MarketingPlan, actual: Mapping[str, Any], revenue: Decimal, lessons: str, *, actor: User | None
) -> PlanEvaluation:
    """Keep what came of a completed locked plan: planned against actual, return and responses.

    ``actual`` maps "expected_leads" and the metrics of the goals to figures; responses are counted, ``revenue`` is in
    the base currency. Evaluating twice gives the first evaluation. Raises WrongState, ValuesRefused without lessons.
    """
    assert connection.in_atomic_block
    there = PlanEvaluation.objects.filter(plan=plan).first()
    if there is not None:
        return there
    if plan.status != PlanStatus.COMPLETED:
        raise WrongState(_("Only a completed plan is evaluated."))
    if not lessons.strip():
        raise ValuesRefused({"lessons": [_("Say what the next plan should know.")]})
    cost, responses = budget.spent(plan), responses_of(plan)
    figures = {**actual, "expected_responses": responses["responded"], "expected_revenue": str(revenue)}
    made = PlanEvaluation(
        plan=plan,
        kpis=_figures(plan, figures),
        cost=cost,
        revenue=revenue,
        roi=return_on(cost, revenue),
        responses=responses,
        lessons=lessons.strip(),
        at=clock.now(),
        by=actor,
    )
    storing.full_check(made, only=("revenue",) if made.roi is None else ("revenue", "roi"))
    made.save(force_insert=True)
    storing.note_act(plan, actor=actor, act="effect-evaluated")
    return made


def archive(plan: MarketingPlan, *, actor: User | None) -> None:
    """Put a locked plan whose effect was evaluated on file; its unspent money is released.

    Archiving twice changes nothing. Raises WrongState for a plan without evaluation.
    """
    if plan.status == PlanStatus.EVALUATED:
        return
    if not PlanEvaluation.objects.filter(plan=plan).exists():
        raise WrongState(_("This plan was not evaluated yet."))
    budget.release(plan, actor=actor)
    operations.move(plan, PlanStatus.EVALUATED, actor=actor)
    storing.change(plan, {"ended_at": clock.now()}, actor=actor, act="archived")


def lessons_before(plan: MarketingPlan, limit: int = 5) -> list[PlanEvaluation]:
    """What the last evaluated plans of the branch taught, those of the same kind first, then the newest."""
    rows = PlanEvaluation.objects.select_related("plan").exclude(plan=plan)
    rows = rows.filter(plan__org_unit__path__startswith=budget_branch(plan).path)
    return sorted(rows.order_by("-at")[: limit * 4], key=lambda row: row.plan.kind != plan.kind)[:limit]


def return_on(cost: Decimal, revenue: Decimal) -> Decimal | None:
    """(revenue - cost) / cost, rounded half-even to four digits; None without cost."""
    if cost <= 0:
        return None
    return ((revenue - cost) / cost).quantize(FOUR_DIGITS, ROUND_HALF_EVEN)


def responses_of(plan: MarketingPlan) -> dict[str, Any]:
    """How many customers were contacted and responded, in all, by channel and by customer level."""
    rows = CampaignMember.objects.filter(campaign__plan=plan)
    counts = {
        "contacted": Count("pk", filter=Q(status__in=(MemberStatus.CONTACTED, MemberStatus.RESPONDED))),
        "responded": Count("pk", filter=Q(status=MemberStatus.RESPONDED)),
    }
    by = {
        name: {
            row[column]: {key: row[key] for key in counts} for row in rows.values(column).annotate(**counts).order_by()
        }
        for name, column in (("channels", "channel"), ("levels", "customer__level"))
    }
    return {**rows.aggregate(**counts), **by}


def _figures(plan: MarketingPlan, actual: Mapping[str, Any]) -> list[dict[str, Any]]:
    planned: dict[str, Any] = {name: getattr(plan, name) for name in PLANNED}
    planned |= {str(row["metric"]): row.get("target") for row in plan.goals}
    return [
        {"metric": name, "planned": _plain(value), "actual": _plain(actual.get(name))}
        for name, value in planned.items()
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
