"""The CRM pages in a real browser: writing on the card, asking for a level, live for the colleague, readable by all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from config import clock as time
from crm_core.customers.commands import create_customer, update_customer
from crm_core.interactions.commands import add_note, log_call, log_visit
from crm_core.levels.commands import request_level_change
from crm_core.service.commands import create_request
from crm_core.service.return_visits import plan_return_visit
from tests import crm
from tests.browser.conftest import picture, violations
from tests.support import running

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def lanting(server: Any, alice: Any, agent: Any) -> Any:
    """A customer about whom a lot has happened."""
    crm.deploy("customer-level-change", "level-review")
    values = {
        "name": "Lanting Hotels 兰亭酒店",
        "legal_name": "Lanting Hotel Management Co., Ltd.",
        "credit_code": "91330100MA27XXXX0T",
        "industry": "Hotels",
        "area": "East · Hangzhou",
        "phone": "0571 8888 0001",
        "email": "office@lanting.example",
        "note": "Prefers to be called before ten.",
        "lifecycle_stage": "member",
    }
    made = create_customer(actor=alice, values=values)
    crm.contact(made, "Tang Mei", post="Operations director", mobile="+86 138 0000 1111", is_main=True)
    crm.contact(made, "Feng Bin", role="user", post="Chief engineer")
    for month in range(1, 7):
        crm.order(made, time.now().date() - timedelta(days=30 * month), "21400.00")
    log_visit(
        actor=alice,
        customer_id=made.pk,
        summary="Inspected the chillers of the west wing together.",
        at=time.now() - timedelta(days=3),
        next_step="Renewal call",
        next_step_at=time.now() + timedelta(days=2),
    )
    log_call(actor=alice, customer_id=made.pk, summary="She wants the refund before talking about renewal.", minutes=12)
    update_customer(actor=alice, customer_id=made.pk, values={"area": "East · Hangzhou, West Lake"})
    request_level_change(actor=alice, customer_id=made.pk, proposed_level="gold")
    create_request(actor=agent, kind="fault", subject="Chiller stops at night", customer_id=made.pk)
    add_note(actor=alice, customer_id=made.pk, text="Open to a two-year term if the chillers are inspected.")
    running.settle()
    made.refresh_from_db()
    return made


def test_a_note_appears_at_once_and_the_colleague_sees_it_too(open_as, alice, manager, lanting):
    hers = open_as(alice, f"/customers/{lanting.pk}/")
    his = open_as(manager, f"/customers/{lanting.pk}/")
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    hers.keyboard.press("m")
    hers.keyboard.type("Sent the offer for two years")
    hers.keyboard.press("Control+Enter")
    expect(hers.locator(".timeline").get_by_text("Sent the offer for two years")).to_be_visible()
    expect(hers.locator(".composer textarea")).to_have_value("")
    expect(his.locator(".timeline").get_by_text("Sent the offer for two years")).to_be_visible(timeout=8000)


def test_a_call_is_written_down_with_keyboard_and_refusals_stay_beside_it(open_as, alice, lanting):
    page = open_as(alice, f"/customers/{lanting.pk}/")
    page.get_by_role("radio", name="Call").check(force=True)
    page.get_by_label("Minutes").fill("7")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".composer .banner")).to_contain_text("Say what happened.")
    expect(page.get_by_label("Minutes")).to_have_value("7")
    page.locator(".composer textarea").fill("Agreed on Monday")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline").get_by_text("called the customer · 7 min")).to_be_visible()
    open_as.problems[:] = [each for each in open_as.problems if "422" not in each]


def test_asking_for_a_level_refused_in_the_dialog_while_one_is_open(open_as, alice, lanting):
    page = open_as(alice, f"/customers/{lanting.pk}/")
    page.keyboard.press("l")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Change the level")
    dialog.get_by_role("button", name="Ask for the change").click()
    expect(dialog.locator(".banner")).to_contain_text("already open")
    picture(page, "dialog-level")
    open_as.problems[:] = [each for each in open_as.problems if "422" not in each]


def test_a_request_is_paused_in_place(open_as, agent, lanting):
    request = lanting.requests.get()
    page = open_as(agent, f"/service/requests/{request.pk}/")
    picture(page, "request")
    page.keyboard.press("p")
    page.locator("#dialog").get_by_label("Reason").fill("Waits for the key of the roof")
    page.locator("#dialog").get_by_role("button", name="Pause").click()
    expect(page.locator(".clock-card")).to_contain_text("Waits for the key of the roof")
    expect(page.locator("#dialog")).to_be_hidden()


def asked_back(customer, person):
    """A return visit that is due."""
    return plan_return_visit(actor=person, customer_id=customer.pk, due_on=time.now().date() + timedelta(days=3))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_readable(open_as, alice, lanting, language, theme):
    alice.language, alice.theme = language, theme
    alice.save(update_fields=["language", "theme"])
    request = lanting.requests.get()
    change = lanting.level_changes.get()
    pages = {
        "card": f"/customers/{lanting.pk}/",
        "customers": "/customers/",
        "customer-new": "/customers/new/",
        "customer-edit": f"/customers/{lanting.pk}/edit/",
        "level-change": f"/level-changes/{change.pk}/",
        "requests": "/service/requests/",
        "request-new": "/service/requests/new/",
        "request": f"/service/requests/{request.pk}/",
        "visits": "/service/work-orders/",
        "visit-new": f"/service/work-orders/new/?customer={lanting.pk}",
        "order-new": f"/customers/{lanting.pk}/orders/new/",
        "return-visits": "/service/return-visits/",
        "return-visit": f"/service/return-visits/{asked_back(lanting, alice).pk}/",
        "sessions": "/accounts/sessions/",
    }
    page = open_as(alice)
    found = []
    for name, path in pages.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        picture(page, f"{name}-{language}-{theme}")
        found += [f"{name}: {each}" for each in violations(page)]
    assert found == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_a_phone_nothing_runs_out_of_the_screen(open_as, alice, lanting, language):
    alice.language = language
    alice.save(update_fields=["language"])
    page = open_as(alice, **PHONE)
    change = lanting.level_changes.get()
    for name, path in {
        "card": f"/customers/{lanting.pk}/",
        "customers": "/customers/",
        "customer-new": "/customers/new/",
        "level-change": f"/level-changes/{change.pk}/",
        "request": f"/service/requests/{lanting.requests.get().pk}/",
        "visit-new": f"/service/work-orders/new/?customer={lanting.pk}",
        "order-new": f"/customers/{lanting.pk}/orders/new/",
        "return-visit": f"/service/return-visits/{asked_back(lanting, alice).pk}/",
    }.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        picture(page, f"phone-{name}-{language}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        wide = page.evaluate(
            "[...document.querySelectorAll('main > *')].map((each) => each.scrollWidth - each.clientWidth)"
        )
        assert max(wide) <= 1, name
