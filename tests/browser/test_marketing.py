"""Marketing pages in a real browser: writing a plan with rows and a live count, reading it, readable by all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from config import clock as time
from crm_core.marketing import checks, commands
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.operations import NewBudgetLine, add_plan
from tests import crm
from tests.browser.conftest import picture, violations

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LINES = [
    NewBudgetLine("venue", Decimal(107520), "Inspection visits"),
    NewBudgetLine("staff", Decimal(31880), "Travel, two branches"),
    NewBudgetLine("print", Decimal(13250), "Printed offers"),
]


@pytest.fixture
def hotels(server: Any, alice: Any) -> None:
    """Customers somebody may turn to."""
    for number in range(6):
        crm.customer(alice, f"Hotel {number}", level="gold" if number < 4 else "silver", industry="Hotels")


@pytest.fixture
def renewal(hotels: None, analyst: Any, bob: Any) -> MarketingPlan:
    """A plan in its second revision, checked."""
    start = time.now().date() + timedelta(days=20)
    values = {
        "opportunity_source": "412 gold-tier hotels reach the end of their service contract between December and "
        "February. Last winter 34 % renewed before the end date; those who did stayed two years longer on average.",
        "offer": "12 % off the first year, one inspection at no charge",
        "concession_percent": Decimal(18),
        "segment": {"levels": ["gold"], "industries": ["Hotels"]},
        "goals": [{"metric": "Renewals before the end date", "target": 168}],
        "channels": ["in_person", "email", "wechat"],
        "place": "Hangzhou",
        "staff": [bob.username],
        "activities": [
            {"name": "Offer letters", "on": start.isoformat(), "staff": bob.username},
            {"name": "Chiller inspections", "place": "At the hotels", "on": (start + timedelta(days=7)).isoformat()},
        ],
        "starts_on": start,
        "ends_on": start + timedelta(days=38),
        "expected_responses": 168,
        "expected_revenue": Decimal(2940000),
        "risks": "Inspectors may be short before the holidays.",
    }
    plan = MarketingPlan(
        owner=analyst,
        org_unit=analyst.org_unit,
        title="Year-end renewal offer for gold-tier hotels 金牌酒店续约",
        budget_total=sum((line.amount for line in LINES), Decimal(0)),
        **values,
    )
    with transaction.atomic():
        add_plan(plan, LINES, actor=analyst)
    with transaction.atomic():
        checks.freeze(plan)
    smaller = [
        *LINES[:2],
        NewBudgetLine("print", Decimal(10300), "Printed offers"),
        NewBudgetLine("other", Decimal(7000), "Reserve"),
    ]
    commands.update_plan(
        actor=analyst,
        plan_id=plan.pk,
        values={
            "concession_percent": Decimal(12),
            "starts_on": start + timedelta(days=7),
            "budget_total": sum((line.amount for line in smaller), Decimal(0)),
        },
        lines=smaller,
        note="Lower concession, same goal",
    )
    plan.refresh_from_db()
    with transaction.atomic():
        checks.freeze(plan)
    return plan


def test_a_plan_is_written_with_the_keyboard_rows_grow_and_the_count_follows(open_as, analyst, hotels):
    """Scripts that lose a row, or count somebody else's segment, cost the plan its numbers."""
    page = open_as(analyst, "/marketing/plans/")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New marketing plan")).to_be_visible()
    expect(page.locator("#audience")).to_contain_text("6 customers")
    page.get_by_label("Title").fill("Spring fair")
    page.get_by_label("Gold").check()
    page.get_by_label("E-mail").check()
    expect(page.locator("#audience")).to_contain_text("4 customers are in this segment now; 4 may be contacted")
    rows = page.locator("#rows-lines")
    rows.get_by_label("Category").select_option("venue")
    rows.get_by_label("Amount").fill("6000")
    rows.get_by_label("Amount").blur()
    expect(rows.locator("#rows-lines-total")).to_contain_text("¥6,000")
    rows.get_by_role("button", name="Add a line").click()
    expect(rows.locator("select").nth(1)).to_be_focused()
    rows.get_by_label("Amount").nth(1).fill("500")
    rows.get_by_role("button", name="Remove row 1").click()
    expect(rows.locator(".entry-row")).to_have_count(1)
    expect(rows.get_by_label("Amount")).to_have_value("500")
    staff = page.locator("#rows-staff")
    staff.get_by_role("combobox").fill("analyst")
    staff.get_by_role("option").first.click()
    page.keyboard.press("Control+Enter")
    expect(rows.locator(".field-error")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Spring fair")
    expect(staff.get_by_role("combobox")).to_have_value(analyst.display_name)
    open_as.problems[:] = [each for each in open_as.problems if "422" not in each]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_readable(open_as, analyst, hq_marketing, renewal, language, theme):
    """Grey on grey, a field without a name: some people then cannot read the page at all."""
    for person in (analyst, hq_marketing):
        person.language, person.theme = language, theme
        person.save(update_fields=["language", "theme"])
    pages = {
        "plans": (analyst, "/marketing/plans/"),
        "plan": (analyst, f"/marketing/plans/{renewal.pk}/?since=1"),
        "plan-edit": (analyst, f"/marketing/plans/{renewal.pk}/edit/"),
        "plan-new": (analyst, "/marketing/plans/new/"),
        "rules": (hq_marketing, "/marketing/rules/"),
        "campaigns": (analyst, "/marketing/campaigns/"),
    }
    for name, (person, path) in pages.items():
        page = open_as(person, path)
        page.wait_for_load_state("networkidle")
        picture(page, f"{name}-{language}-{theme}")
        assert violations(page) == [], name
        page.context.close()


def test_on_a_phone_nothing_is_cut_off(open_as, analyst, renewal):
    """A page wider than the phone hides its buttons."""
    for name, path in (
        ("plans", "/marketing/plans/"),
        ("plan", f"/marketing/plans/{renewal.pk}/"),
        ("plan-edit", f"/marketing/plans/{renewal.pk}/edit/"),
        ("rules", "/marketing/rules/"),
    ):
        page = open_as(analyst, path, **PHONE)
        page.wait_for_load_state("networkidle")
        picture(page, f"phone-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(
            "[...document.querySelectorAll('main > *')].every(box => box.scrollWidth <= innerWidth)"
        ), name
        page.context.close()
