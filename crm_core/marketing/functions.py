"""What expressions may ask about marketing plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit, UnitKind, User
from accounts.queries import calendar_of
from crm_core.customers.models import Customer, Tag
from crm_core.exceptions import RecordNotFound
from crm_core.marketing import evaluating, queries, revisions
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.segments import budget_branch
from workflows.registry import host_function

GIVEN_PLAN = {"plan": _("Marketing plan")}
EXPRESS_DAYS = 3
LIMIT = 500
_IN_ROWS = ("name", "metric", "category", "description", "place", "on", "staff", "target", "amount")


@host_function("plan start", label=_("When a plan starts"), parameters=GIVEN_PLAN)
def plan_start(plan: UUID) -> datetime | None:
    """The beginning of the plan's first day where its unit works; null while it has none."""
    found = _plan(plan)
    return _midnight(found, found.starts_on) if found.starts_on else None


@host_function("plan end", label=_("When a plan ends"), parameters=GIVEN_PLAN)
def plan_end(plan: UUID) -> datetime | None:
    """The end of the plan's last day where its unit works; null while it has none."""
    found = _plan(plan)
    return end_of(found, found.ends_on) if found.ends_on else None


@host_function("express moment", label=_("When the express lane opens"), parameters=GIVEN_PLAN)
def express_moment(plan: UUID) -> datetime | None:
    """Three working days before the plan's start; null while it has no first day."""
    start = plan_start(plan)
    if start is None:
        return None
    calendar = calendar_of(_plan(plan).org_unit)
    return calendar.add(start, -EXPRESS_DAYS * calendar.hours_per_day)


@host_function(
    "plan changes",
    label=_("What changed in a plan since a revision"),
    parameters=GIVEN_PLAN | {"seen": _("Number of the revision seen last")},
)
def plan_changes(plan: UUID, seen: int) -> list[dict[str, Any]]:
    """What differs between the revision seen last and the newest: rows {field, en, zh, before, now}, in words."""
    return [
        {**row, "before": _words(row["before"]), "now": _words(row["now"])}
        for row in revisions.since(_plan(plan), seen)
    ]


@host_function("plan choices", label=_("What the form of a plan offers"), parameters=GIVEN_PLAN)
def plan_choices(plan: UUID) -> dict[str, list[dict[str, str]]]:
    """Options {label, value} of the plan's form: tags, industries and areas, staff of the branch, other branches."""
    found = _plan(plan)
    branch = budget_branch(found)
    customers = Customer.objects.filter(org_unit__path__startswith=branch.path)
    people = User.objects.filter(is_active=True, org_unit__path__startswith=branch.path).order_by("username")
    others = OrgUnit.objects.filter(kind=UnitKind.CITY_BRANCH).exclude(pk=branch.pk).order_by("code")
    return {
        "tags": [{"label": _both(tag.name, tag.name_zh), "value": tag.code} for tag in Tag.objects.all()[:LIMIT]],
        "industries": _options(customers.values_list("industry", flat=True).distinct()[:LIMIT]),
        "areas": _options(customers.values_list("area", flat=True).distinct()[:LIMIT]),
        "staff": [
            {"label": f"{person.display_name} ({person.username})", "value": person.username}
            for person in people[:LIMIT]
        ],
        "branches": [{"label": _both(unit.name, unit.name_zh), "value": unit.code} for unit in others[:LIMIT]],
    }


@host_function("lessons for plan", label=_("What earlier plans taught"), parameters=GIVEN_PLAN)
def lessons_for_plan(plan: UUID) -> list[dict[str, Any]]:
    """What the last evaluated plans of the branch taught: rows {number, title, roi, lessons}."""
    return [
        {"number": row.plan.number, "title": row.plan.title, "roi": row.roi, "lessons": row.lessons}
        for row in evaluating.lessons_before(_plan(plan))
    ]


@host_function("plan figures", label=_("Costs and responses of a plan so far"), parameters=GIVEN_PLAN)
def plan_figures(plan: UUID) -> dict[str, Any]:
    """Budget, what was spent of it, who was contacted and who responded, by channel and by customer level."""
    found = _plan(plan)
    money, responses = queries.money(found), evaluating.responses_of(found)
    return {
        "budget": money.total,
        "spent": money.spent,
        "percent": money.percent,
        "contacted": responses["contacted"],
        "responded": responses["responded"],
        "channels": _rows(responses["channels"]),
        "levels": _rows(responses["levels"]),
    }


def end_of(plan: MarketingPlan, day: date) -> datetime:
    """The end of a day where the plan's unit works."""
    return _midnight(plan, day + timedelta(days=1))


def _plan(plan: UUID) -> MarketingPlan:
    found = MarketingPlan.objects.select_related("org_unit").filter(pk=plan).first()
    if found is None:
        raise RecordNotFound(f"There is no marketing plan {plan}.")
    return found


def _midnight(plan: MarketingPlan, day: date) -> datetime:
    return datetime.combine(day, time(), calendar_of(plan.org_unit).zone)


def _words(value: Any) -> str | None:
    """A value of a snapshot for people: lists and rows in one line, nothing as null."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_words(part)}" for key, part in value.items() if part not in (None, "", [])) or None
    if isinstance(value, list):
        return "; ".join(_row(part) for part in value) or None
    return None if value in (None, "") else str(value)


def _row(value: Any) -> str:
    parts = [value.get(name) for name in _IN_ROWS] if isinstance(value, Mapping) else [value]
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _options(words: Iterable[str]) -> list[dict[str, str]]:
    return [{"label": word, "value": word} for word in sorted({word for word in words if word})]


def _both(name: str, name_zh: str) -> str:
    return f"{name} {name_zh}".strip() if name_zh != name else name


def _rows(counts: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    return [{"name": name or "-", **row} for name, row in sorted(counts.items())]
