"""Marketing pages in a real browser: writing a plan with rows and a live count, reading it, readable by all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from playwright.sync_api import expect

from accounts.queries import group_keys
from bpmn import forms
from config import clock as time
from crm_core.marketing import budget, campaigns, commands
from crm_core.marketing import operations as plan_operations
from crm_core.marketing.models import Campaign, MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.revisions import EDITED
from tasks_inbox import operations
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import WorkItem
from tests import crm
from tests.browser.conftest import picture, violations
from tests.support import running

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OPINIONS = {
    "finance": "The money is there.",
    "manager": "Two people are free from the middle of the month.",
    "service_manager": "We can do twelve inspections a week.",
}
SMALLER = [
    {"category": "venue", "description": "Inspection visits", "amount": 107520},
    {"category": "staff", "description": "Travel, two branches", "amount": 31880},
    {"category": "print", "description": "Printed offers", "amount": 10300},
    {"category": "other", "description": "Reserve", "amount": 7000},
]
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
    """A plan just drafted; its first task is in the analyst's inbox."""
    crm.deploy("marketing-plan-approval")
    start = time.now().date() + timedelta(days=20)
    values = {
        "opportunity_source": "Four gold-tier hotels reach the end of their service contract between December and "
        "February. Last winter 34 % renewed before the end date; those who did stayed two years longer on average.",
        "offer": "18 % off the first year, one inspection at no charge",
        "concession_percent": Decimal(14),
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
        "budget_total": sum((line.amount for line in LINES), Decimal(0)),
    }
    title = "Year-end renewal offer for gold-tier hotels 金牌酒店续约"
    plan = commands.create_plan(actor=analyst, title=title, values=values, lines=LINES)
    running.settle()
    return plan


@pytest.fixture
def returned(renewal: MarketingPlan, analyst: Any, marketing_manager: Any, director: Any, cast: Any) -> MarketingPlan:
    """The same after the director sent it back and the analyst made it smaller: it waits for the director again."""
    answers = {"outcome": "pass", "score": {"fit": 5, "feasibility": 4, "cost": 4, "risk": 4}}
    departments = [(cast(name), opinion) for name, opinion in OPINIONS.items()]
    answer(renewal, "draft", analyst)
    for again in (False, True):
        if again:
            smaller = {"concession_percent": 12, "budget_lines": SMALLER, "budget_total": 156700}
            answer(renewal, "revise", analyst, note="Lower concession, same goal", **smaller)
        answer(renewal, "evaluate", marketing_manager, **answers, comment="Good fit, same goal as last winter.")
        for person, opinion in departments:
            answer(renewal, "give-opinion", person, opinion=opinion)
        answer(renewal, "approve", marketing_manager, outcome="approve", comment="Go ahead.")
        if not again:
            answer(renewal, "approve", director, outcome="return", decision_reason="Too much money for four hotels.")
    renewal.refresh_from_db()
    return renewal


@pytest.fixture
def fair(renewal: MarketingPlan, analyst: Any) -> Campaign:
    """A campaign under way, with contacts, costs beyond four fifths and feedback."""
    with transaction.atomic():
        plan = MarketingPlan.objects.select_for_update().get(pk=renewal.pk)
        for status in ("submitted", "under_review", "approved"):
            plan_operations.move(plan, status, actor=analyst)
        budget.reserve(plan, actor=analyst)
        campaign = campaigns.publish(plan, actor=analyst)
        plan_operations.move(plan, "in_execution", actor=analyst)
        campaigns.start(plan, actor=analyst)
        campaigns.record_activity(campaign.activities.get(position=1), "done", "All letters are out, two came back.")
        campaigns.record_feedback(plan, "Two hotels signed on the spot.", "Inspectors are short.", 4, actor=analyst)
    for number, member in enumerate(campaign.members.all()[:3]):
        commands.record_contact(
            actor=analyst, campaign_id=campaign.pk, customer_id=member.customer_id, responded=number == 0
        )
    commands.book_cost(
        actor=analyst,
        plan_id=plan.pk,
        category="venue",
        amount=Decimal(98000),
        description="First half",
        reference="R-1",
    )
    commands.book_cost(actor=analyst, plan_id=plan.pk, category="print", amount=Decimal(29000), reference="R-2")
    campaign.refresh_from_db()
    return campaign


def answer(plan: MarketingPlan, element: str, person: Any, **answers: Any) -> None:
    """Complete the task at an element that is this person's to do; what its form shows filled in stays."""
    items = open_items(plan, element).filter(Q(assignee=person) | Q(candidates__group_key__in=group_keys(person)))
    item = items.select_related("instance").first()
    shown = forms.prefill(operations.form_of(item), operations.step_variables(item))
    written = EDITED | {"budget_lines"} if element in {"draft", "revise"} else frozenset()
    kept = {name: value for name, value in shown.items() if name in written}
    complete_work_item(actor=person, work_item_id=item.pk, answers=kept | answers)
    running.settle()


def open_items(plan: MarketingPlan, element: str) -> Any:
    """The open tasks at an element of a plan's process."""
    return WorkItem.objects.filter(record_id=str(plan.pk), element=element, status=WorkItem.Status.OPEN)


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


def test_only_changes_then_approved_with_a_condition(open_as, director, finance, returned):
    """The second reading of a plan is four changes and one condition, not ten pages."""
    item = open_items(returned, "approve").get()
    page = open_as(director, f"/approvals/{item.pk}/")
    expect(page.get_by_role("heading", name="Why now")).to_be_visible()
    page.get_by_label("Only changes").check()
    expect(page.get_by_role("heading", name="Why now")).to_be_hidden()
    expect(page.locator(".amounts")).to_contain_text("¥156,700")
    picture(page, "only-changes")
    page.get_by_role("button", name="Approve with conditions").first.click()
    condition = page.get_by_role("textbox", name="Condition")
    expect(condition).to_be_visible()
    picture(page, "condition")
    condition.fill("Weekly report")
    page.get_by_role("button", name="Approve with conditions").first.click()
    page.wait_for_url(lambda url: str(item.pk) not in url)
    running.settle()
    assert open_items(returned, "approve").get().assignee == finance
    item.refresh_from_db()
    assert (item.outcome, item.answers["new_conditions"]) == ("approve_with_conditions", [{"text": "Weekly report"}])


def test_a_field_that_is_being_answered_is_not_sent_by_the_press_that_made_it_appear(open_as, director, returned):
    """A slow machine would send half a condition: the press asked for it, the next one sends it."""
    item = open_items(returned, "approve").get()
    page = open_as(director, f"/approvals/{item.pk}/")
    button = page.get_by_role("button", name="Approve with conditions").first
    page.evaluate("() => { window.requestAnimationFrame = (act) => setTimeout(act, 1500) }")
    button.click()
    condition = page.get_by_role("textbox", name="Condition")
    condition.fill("Weekly")
    page.wait_for_timeout(2000)
    item.refresh_from_db()
    assert item.is_open
    condition.fill("Weekly report")
    button.click()
    page.wait_for_url(lambda url: str(item.pk) not in url)
    item.refresh_from_db()
    assert item.answers["new_conditions"] == [{"text": "Weekly report"}]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_readable(open_as, analyst, director, hq_marketing, returned, language, theme):
    """Grey on grey, a field without a name: some people then cannot read the page at all."""
    for person in (analyst, director, hq_marketing):
        person.language, person.theme = language, theme
        person.save(update_fields=["language", "theme"])
    renewal = returned
    item = open_items(renewal, "approve").get()
    pages = {
        "approval": (director, f"/approvals/{item.pk}/"),
        "plan-task": (director, f"/tasks/{item.pk}/"),
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
        if name == "plan-task":
            page.get_by_role("tab").nth(1).click()
        picture(page, f"{name}-{language}-{theme}")
        assert violations(page) == [], name
        page.context.close()


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh-hans", "light")])
def test_what_is_carried_out_is_readable(open_as, analyst, hq_marketing, fair, language, theme):
    """The pages of a running plan are the ones people look at every day."""
    for person in (analyst, hq_marketing):
        person.language, person.theme = language, theme
        person.save(update_fields=["language", "theme"])
    found = []
    for name, path in {
        "campaign": f"/marketing/campaigns/{fair.pk}/?batch=1",
        "campaigns": "/marketing/campaigns/",
        "plan-running": f"/marketing/plans/{fair.plan_id}/",
        "budget": f"/marketing/plans/{fair.plan_id}/budget/",
    }.items():
        page = open_as(analyst, path, viewport={"width": 1440, "height": 1400})
        page.wait_for_load_state("networkidle")
        picture(page, f"{name}-{language}-{theme}")
        found += [f"{name}: {each}" for each in violations(page)]
    page = open_as(hq_marketing, "/marketing/rules/")
    page.keyboard.press("n")
    page.locator("#dialog").get_by_role("spinbutton").first.wait_for()
    picture(page, f"policy-{language}-{theme}")
    found += violations(page)
    assert found == []


def test_a_cost_is_booked_and_a_contact_recorded_in_place(open_as, analyst, fair):
    """Reloading the page after every contact of two hundred is an afternoon."""
    page = open_as(analyst, f"/marketing/plans/{fair.plan_id}/")
    page.keyboard.press("b")
    dialog = page.locator("#dialog")
    dialog.get_by_label("Amount").fill("1000")
    dialog.get_by_label("Invoice").fill("R-2")
    dialog.get_by_role("button", name="Book a cost").click()
    expect(dialog.locator(".field-error")).to_contain_text("booked already")
    expect(dialog.get_by_label("Amount")).to_have_value("1000")
    dialog.get_by_label("Invoice").fill("R-3")
    dialog.get_by_role("button", name="Book a cost").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".record-side")).to_contain_text("R-3")
    page.goto(f"/marketing/campaigns/{fair.pk}/?batch=1")
    page.get_by_role("button", name="Hotel 3 responded").click()
    expect(page.get_by_role("row", name="Hotel 3")).to_contain_text("Responded")
    expect(page.get_by_role("button", name="Hotel 3 responded")).to_have_count(0)
    open_as.problems[:] = [each for each in open_as.problems if "422" not in each]


def held_down(page, button, milliseconds):
    """As long as a finger stays on the button."""
    box = button.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(milliseconds)
    page.mouse.up()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_on_a_phone_much_money_is_held_or_confirmed(open_as, director, returned, motion):
    """A tap asks, letting go early does nothing, holding approves; so does a key after the question."""
    item = open_items(returned, "approve").get()
    page = open_as(director, f"/approvals/{item.pk}/", **PHONE, reduced_motion=motion)
    expect(page.locator("[data-form-viewer][data-ready]")).to_be_visible()
    button = page.locator(".thumb-bar .btn-primary")
    expect(button).to_have_accessible_description("¥156,700: hold to approve.")
    assert not violations(page)
    question = page.get_by_role("dialog").filter(has_text="Approve ¥156,700?")
    button.tap()
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    picture(page, f"phone-confirm-{motion}")
    page.keyboard.press("Escape")
    held_down(page, button, 150)
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    item.refresh_from_db()
    assert item.is_open
    assert item.held_by is None
    held_down(page, button, 1500)
    page.wait_for_url(lambda url: str(item.pk) not in url)
    expect(question).to_be_hidden()
    running.settle()
    item.refresh_from_db()
    assert item.outcome == "approve"


def test_on_a_phone_much_money_is_confirmed_by_keys(open_as, director, returned):
    item = open_items(returned, "approve").get()
    page = open_as(director, f"/approvals/{item.pk}/", **PHONE)
    expect(page.locator("[data-form-viewer][data-ready]")).to_be_visible()
    page.locator(".thumb-bar .btn-primary").focus()
    page.keyboard.press("Space")
    question = page.get_by_role("dialog").filter(has_text="Approve ¥156,700?")
    expect(question).to_be_visible()
    question.locator("[data-confirm-yes]").press("Enter")
    page.wait_for_url(lambda url: str(item.pk) not in url)
    running.settle()
    item.refresh_from_db()
    assert item.outcome == "approve"


def test_on_a_phone_nothing_is_cut_off(open_as, analyst, director, returned):
    """A page wider than the phone hides its buttons."""
    item = open_items(returned, "approve").get()
    for name, person, path in (
        ("approval", director, f"/approvals/{item.pk}/"),
        ("plans", analyst, "/marketing/plans/"),
        ("plan", analyst, f"/marketing/plans/{returned.pk}/?since=1"),
        ("plan-edit", analyst, f"/marketing/plans/{returned.pk}/edit/"),
        ("rules", analyst, "/marketing/rules/"),
    ):
        page = open_as(person, path, **PHONE)
        page.wait_for_load_state("networkidle")
        picture(page, f"phone-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(
            "[...document.querySelectorAll('main > *')].every(box => box.scrollWidth <= innerWidth)"
        ), name
        page.context.close()
