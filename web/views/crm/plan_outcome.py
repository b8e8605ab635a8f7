"""What came of a plan: planned and actual figures, return on investment, responses by channel and level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm_core.interactions.models import Channel
from crm_core.levels.models import CustomerLevel
from crm_core.marketing import budget
from crm_core.marketing.evaluating import PLANNED, responses_of
from crm_core.marketing.models import MarketingPlan, PlanEvaluation
from web.components import money
from web.views.crm.plan_words import MONEY, percent
from web.views.crm.words import field_label


def outcome_of(evaluation: PlanEvaluation) -> dict[str, Any]:
    """What was kept when the plan was evaluated."""
    figures = [_figure(str(row["metric"]), row.get("planned"), row.get("actual")) for row in evaluation.kpis]
    return {
        "figures": figures,
        "cost": evaluation.cost,
        "revenue": evaluation.revenue,
        "roi": percent(evaluation.roi * 100) if evaluation.roi is not None else "",
        **_responses(evaluation.responses),
    }


def outcome_so_far(plan: MarketingPlan) -> dict[str, Any]:
    """The same while the plan is carried out, as far as it can be counted: responses and money."""
    counted = responses_of(plan)
    actual = {"expected_responses": counted["responded"]}
    figures = [_figure(name, getattr(plan, name), actual.get(name)) for name in PLANNED]
    figures += [_figure(str(row["metric"]), row.get("target"), None) for row in plan.goals]
    return {"figures": figures, "cost": budget.spent(plan), "revenue": None, "roi": "", **_responses(counted)}


def _figure(metric: str, planned: Any, actual: Any) -> dict[str, Any]:
    label = field_label(MarketingPlan, metric) if metric in PLANNED else metric
    return {
        "label": label,
        "planned": _words(metric, planned),
        "actual": _words(metric, actual),
        "share": _share(planned, actual),
    }


def _words(metric: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    return money(value) if metric in MONEY else str(value)


def _share(planned: Any, actual: Any) -> int | None:
    """How much of what was planned was reached, in whole percent; None where that says nothing."""
    try:
        wanted, reached = float(planned), float(actual)
    except (TypeError, ValueError):
        return None
    return round(100 * reached / wanted) if wanted > 0 else None


def _responses(counted: Mapping[str, Any]) -> dict[str, Any]:
    levels = {level.code: str(level) for level in CustomerLevel.objects.all()} if counted.get("levels") else {}
    channels = dict(Channel.choices)
    return {
        "contacted": counted.get("contacted", 0),
        "responded": counted.get("responded", 0),
        "channels": _by(counted.get("channels"), channels),
        "levels": _by(counted.get("levels"), levels),
    }


def _by(counted: Any, names: Mapping[Any, Any]) -> list[dict[str, Any]]:
    rows: Mapping[str, Mapping[str, int]] = counted or {}
    return [
        {
            "label": str(names.get(code, code or _("none"))),
            "contacted": row.get("contacted", 0),
            "responded": row.get("responded", 0),
            "share": _share(row.get("contacted"), row.get("responded")),
        }
        for code, row in rows.items()
    ]
