"""Revisions: what a plan says as plain data, and what differs between two of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from accounts.models import User
from config import clock
from crm_core.marketing.models import BudgetLine, MarketingPlan, PlanRevision
from crm_core.sales.models import cents

LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("Title", "标题"),
    "kind": ("Kind", "类型"),
    "opportunity_source": ("Source of the opportunity", "机会来源"),
    "segment": ("Segment", "目标客户群"),
    "goals": ("Goals", "目标"),
    "offer": ("Offer", "优惠内容"),
    "concession_percent": ("Concession in percent", "让利百分比"),
    "channels": ("Channels", "渠道"),
    "branches": ("Further branches", "其他分公司"),
    "place": ("Place", "地点"),
    "staff": ("Staff", "人员"),
    "activities": ("Activities", "活动安排"),
    "starts_on": ("Starts", "开始日期"),
    "ends_on": ("Ends", "结束日期"),
    "budget_total": ("Budget", "预算"),
    "expected_responses": ("Expected responses", "预期响应数"),
    "expected_leads": ("Expected leads", "预期线索数"),
    "expected_revenue": ("Expected revenue", "预期收入"),
    "risks": ("Risks", "风险"),
    "uses_hq_brand": ("Uses the headquarters' brand", "使用总部品牌"),
    "has_prize_draw": ("Has a prize draw", "含抽奖"),
    "lines": ("Budget lines", "预算明细"),
}
EDITED = frozenset(LABELS) - {"lines"}
"""The fields of a plan that people write."""


def snapshot(plan: MarketingPlan, lines: Sequence[BudgetLine]) -> dict[str, Any]:
    """Everything people wrote, as plain data."""
    content = {name: _plain(getattr(plan, name)) for name in LABELS if name in EDITED}
    content["lines"] = [
        {"category": str(line.category), "description": line.description, "amount": _plain(line.amount)}
        for line in lines
    ]
    return content


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that differ between two snapshots, with their names in both languages."""
    return [
        {"field": name, "en": en, "zh": zh, "before": before.get(name), "now": now.get(name)}
        for name, (en, zh) in LABELS.items()
        if before.get(name) != now.get(name)
    ]


def keep(
    plan: MarketingPlan, content: dict[str, Any], last: PlanRevision | None, *, actor: User | None, note: str = ""
) -> PlanRevision:
    """Keep what a plan says as the revision whose number it has, with what differs from the last one."""
    return PlanRevision.objects.create(
        plan=plan,
        number=plan.revision,
        snapshot=content,
        digest=digest(content),
        differences=[] if last is None else differences(last.snapshot, content),
        note=note,
        made_at=clock.now(),
        made_by=actor,
    )


def newest(plan: MarketingPlan) -> PlanRevision | None:
    """The last revision of a plan."""
    return PlanRevision.objects.filter(plan=plan).order_by("-number").first()


def since(plan: MarketingPlan, seen: int) -> list[dict[str, Any]]:
    """What differs between the revision somebody saw last and the newest; nothing when they saw none."""
    rows = {row.number: row for row in PlanRevision.objects.filter(plan=plan, number__in=(seen, plan.revision))}
    if seen not in rows or plan.revision not in rows:
        return []
    return differences(rows[seen].snapshot, rows[plan.revision].snapshot)


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of plain data, the same for the same content."""
    return hashlib.sha256(orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(cents(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
