"""Drafting a plan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_core.exceptions import NotPermitted, ValuesRefused
from crm_core.history import RecordChange
from crm_core.marketing.commands import create_plan
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.queries import plan_list
from tests.commands.marketing.conftest import END, START, lines
from workflows import records

pytestmark = pytest.mark.django_db


def test_it_works(analyst):
    made = create_plan(
        actor=analyst,
        title="  Spring   fair ",
        values={"kind": "research", "starts_on": START, "ends_on": END, "budget_total": Decimal("100.50")},
        lines=lines("60.50", "40"),
    )
    assert made.number.startswith("MP-")
    assert (made.title, made.status, made.owner, made.org_unit) == ("Spring fair", "draft", analyst, analyst.org_unit)
    assert [(line.position, line.amount) for line in made.lines.all()] == [(1, Decimal("60.50")), (2, Decimal("40"))]
    revision = made.revisions.get()
    assert (revision.number, revision.differences, revision.made_by) == (1, [], analyst)
    assert (revision.snapshot["starts_on"], revision.snapshot["budget_total"]) == ("2026-02-02", "100.50")
    assert [line["amount"] for line in revision.snapshot["lines"]] == ["60.50", "40.00"]
    assert RecordChange.objects.get(record_id=made.pk).act == "drafted"
    kind = records.kind_of(made)
    assert (kind.number(made), kind.title(made)) == (made.number, "Spring fair")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "),
        ("kind", "party"),
        ("channels", ["pigeon"]),
        ("channels", "email"),
        ("segment", {"levels": ["bronze"]}),
        ("segment", {"colour": ["red"]}),
        ("segment", {"levels": "gold"}),
        ("goals", [{"target": 5}]),
        ("branches", ["NOWHERE"]),
        ("staff", ["nobody.there"]),
        ("activities", [{"name": "Stand", "on": "soon"}]),
        ("concession_percent", Decimal("100.01")),
        ("budget_total", Decimal("-1")),
        ("ends_on", START.replace(day=1)),
    ],
)
def test_wrong_values_are_named(analyst, field, value):
    given = {"starts_on": START, "ends_on": END} | ({} if field == "title" else {field: value})
    with pytest.raises(ValuesRefused) as refused:
        create_plan(actor=analyst, title=value if field == "title" else "Fair", values=given)
    assert list(refused.value.errors) == [field]
    assert not MarketingPlan.objects.exists()


@pytest.mark.parametrize("field", ["status", "revision", "approved_revision", "owner", "number"])
def test_what_nobody_writes_is_refused(analyst, field):
    with pytest.raises(ValuesRefused) as refused:
        create_plan(actor=analyst, title="Fair", values={field: "approved"})
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("line", [NewBudgetLine("bribes", Decimal(1)), NewBudgetLine("media", Decimal(-1))])
def test_a_wrong_budget_line_is_named(analyst, line):
    with pytest.raises(ValuesRefused) as refused:
        create_plan(actor=analyst, title="Fair", lines=[*lines("5"), line])
    assert list(refused.value.errors) == ["lines.2"]
    assert not MarketingPlan.objects.exists()


def test_sales_drafts_no_plans(alice):
    with pytest.raises(NotPermitted):
        create_plan(actor=alice, title="Fair")


def test_the_outsider_sees_none(plan, analyst, charlie, hq_marketing):
    made = plan()
    assert list(plan_list(analyst)) == list(plan_list(hq_marketing)) == [made]
    assert list(plan_list(charlie)) == []
