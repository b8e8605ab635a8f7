"""A task on its page: words above the form, its tabs by keyboard, and a decision about what changed meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import User
from crm_core import storing
from crm_core.levels.commands import request_level_change
from crm_core.levels.models import LevelChange
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import WorkItem
from tests.browser.conftest import picture, violations
from tests.crm import customer, deploy

PHONE = {"width": 375, "height": 812}
ANSWERS = {"proposed_level": "silver", "reason": "strategic", "justification": "They open a second house in May."}


@pytest.fixture
def request_task(server: Any, alice: Any) -> WorkItem:
    """alice's request about a customer of hers."""
    deploy("customer-level-change", "level-review")
    change = request_level_change(actor=alice, customer_id=customer(alice, "Lanting Hotels").pk)
    return WorkItem.objects.get(record_id=str(change.pk))


@pytest.fixture
def decision(request_task: WorkItem, alice: Any) -> WorkItem:
    """The manager's decision on it."""
    complete_work_item(actor=alice, work_item_id=request_task.pk, answers=ANSWERS)
    return WorkItem.objects.get(record_id=request_task.record_id, status="open")


@transaction.atomic
def edit(item: WorkItem, actor: Any, **values: Any) -> None:
    change = LevelChange.objects.select_for_update().get(pk=item.record_id)
    storing.change(change, values, actor=actor)


def test_the_words_stand_above_the_form(open_as, manager, decision):
    page = open_as(manager, f"/tasks/{decision.pk}/")
    page.locator("#task-form[data-ready]").wait_for()
    words = page.locator("#task-words")
    expect(words.get_by_text("The route asks for the role “Sales manager”")).to_be_visible()
    expect(words.get_by_text("After “Approve”")).to_be_visible()
    expect(words.get_by_text("Ends: “Rejected”")).to_be_visible()
    words.get_by_text("More").press("Enter")
    expect(words.get_by_text("Up against the recommendation")).to_be_visible()
    picture(page, "task-words")
    assert violations(page) == []


def test_from_the_keyboard_alone(open_as, alice, request_task):
    """The form has the focus, Ctrl+Enter sends it; the tabs are reached with Tab and arrows."""
    page = open_as(alice, f"/tasks/{request_task.pk}/")
    page.locator("#task-form[data-ready]").wait_for()
    expect(page.locator("#task-form")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#task-form').contains(document.activeElement)")
    page.get_by_role("tab", name="Form").focus()
    for name in ("Level change", "Process", "History", "Discussion"):
        page.keyboard.press("ArrowRight")
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        if name == "Process":
            expect(page.locator(".task-map .djs-shape").first).to_be_visible()
        picture(page, f"task-tab-{name.lower().replace(' ', '-')}")
        assert violations(page) == [], name
    page.keyboard.press("Home")
    expect(page.get_by_role("tab", name="Form")).to_be_focused()
    for _step in range(20):  # through the words into the form
        page.keyboard.press("Tab")
        if page.evaluate("document.querySelector('#task-form').contains(document.activeElement)"):
            break
    assert page.evaluate("document.querySelector('#task-form').contains(document.activeElement)")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#task-form .fjs-has-errors").first).to_be_visible()
    request_task.refresh_from_db()
    assert request_task.is_open


def refused(open_as: Any) -> None:
    """The browser reports the refusal as an error."""
    open_as.problems[:] = [each for each in open_as.problems if "409" not in each]


def test_what_changed_is_shown_and_decided_again(open_as, alice, manager, decision):
    page = open_as(manager, f"/tasks/{decision.pk}/")
    page.locator("#task-form[data-ready]").wait_for()
    page.locator("#task-form").get_by_label("Comment").fill("Good customer.")
    edit(decision, alice, justification="They open three houses in May.")
    page.get_by_role("button", name="Approve").press("Enter")
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_text("They open three houses in May.")).to_be_visible()
    expect(refusal.locator("del")).to_have_text("They open a second house in May.")
    again = refusal.get_by_role("button", name="Look at it and decide again")
    expect(again).to_be_focused()
    picture(page, "task-changed")
    refused(open_as)
    assert violations(page) == []
    decision.refresh_from_db()
    assert decision.is_open
    page.keyboard.press("Enter")
    expect(page.get_by_text("Changed since you saw it")).to_be_visible()
    page.locator("#task-form[data-ready]").wait_for()
    expect(page.locator("#task-form").get_by_label("Comment")).to_have_value("Good customer.")
    picture(page, "task-decide-again")
    assert violations(page) == []
    page.get_by_role("button", name="Approve").press("Enter")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    decision.refresh_from_db()
    assert (decision.is_open, decision.answers["comment"]) == (False, "Good customer.")


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "dark"), ("zh-hans", "light"), ("en", "dark")])
def test_on_a_phone_in_both_languages_and_themes(open_as, alice, manager, decision, language, theme):
    User.objects.update(language=language, theme=theme)
    page = open_as(manager, f"/tasks/{decision.pk}/", viewport=PHONE)
    page.locator("#task-form[data-ready]").wait_for()
    expect(page.locator("#task-words")).to_be_visible()
    picture(page, f"task-phone-{language}-{theme}")
    box = page.locator("#task-words").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("tab").nth(2).click()
    expect(page.locator("#task-steps")).to_be_visible()
    expect(page.locator(".task-map")).to_be_hidden()
    picture(page, f"task-phone-process-{language}-{theme}")
    page.get_by_role("tab").nth(0).click()
    edit(decision, alice, justification="They open three houses in May.")
    page.locator(".task-foot .btn-primary").click()
    expect(page.get_by_role("alert").locator("ins")).to_be_visible()
    picture(page, f"task-phone-changed-{language}-{theme}")
    refused(open_as)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
