"""The acts beside the work from the keyboard: keys, dialogs, what they leave beside the task, and who else sees it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from crm_core.levels.commands import request_level_change
from notifications.models import Notification
from scripts.programs import wait_for
from tasks_inbox.models import Copy, Label, Snooze, WorkItem
from tests.browser.conftest import picture, violations
from tests.crm import customer, deploy

PHONE = {"width": 375, "height": 812}


@pytest.fixture
def level_tasks(server: Any, alice: Any) -> list[WorkItem]:
    """Two requests of alice's about customers of hers."""
    deploy("customer-level-change", "level-review")
    names = ("Lanting Hotels", "Hengtai Textiles")
    changes = [request_level_change(actor=alice, customer_id=customer(alice, name).pk) for name in names]
    return [WorkItem.objects.get(record_id=str(change.pk)) for change in changes]


def dialog_of(page: Page) -> Any:
    return page.locator("#dialog[open]")


def test_snooze_and_labels_by_their_keys(open_as, alice, level_tasks):
    page = open_as(alice)
    expect(page.locator("[data-live-item]")).to_have_count(2)
    page.keyboard.press("l")
    dialog = dialog_of(page)
    dialog.get_by_label("New label").fill("VIP")
    dialog.get_by_label("Colour").select_option("danger")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("checkbox", name="VIP")).to_be_checked()
    picture(page, "verbs-labels")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#task-aside .tag").filter(has_text="VIP")).to_be_visible()
    expect(page.locator(".row .tag").filter(has_text="VIP")).to_be_visible()
    assert Label.objects.get().owner == alice

    page.keyboard.press("s")
    expect(dialog.get_by_role("button", name="Tomorrow morning")).to_be_visible()
    picture(page, "verbs-snooze")
    assert violations(page) == []
    dialog.get_by_role("button", name="Tomorrow morning").press("Enter")
    expect(page.locator("[data-live-item]")).to_have_count(1)
    wait_for("the row that left at once is snoozed", lambda: Snooze.objects.count() == 1)
    page.goto(page.url.replace("/mine/", "/snoozed/").split("?")[0])
    expect(page.locator("[data-live-item]")).to_have_count(1)
    page.keyboard.press("s")
    expect(page.locator("[data-live-item]")).to_have_count(0)
    wait_for("it is not any more", lambda: not Snooze.objects.exists())


def test_the_menu_by_keyboard_and_several_people_at_once(open_as, alice, bob, manager, level_tasks):
    page = open_as(alice, f"/tasks/{level_tasks[0].pk}/")
    page.locator("#task-form[data-ready]").wait_for()  # it takes the focus when it is there
    page.get_by_role("button", name="More").press("Enter")
    expect(page.get_by_role("menuitem", name="Snooze")).to_be_visible()
    picture(page, "verbs-menu")
    assert violations(page) == []
    page.get_by_role("menuitem", name="Send to read").press("Enter")
    dialog = dialog_of(page)
    field = dialog.get_by_role("combobox")
    for person in (bob, manager):
        field.fill(person.username)
        dialog.get_by_role("option").first.wait_for()
        field.press("Enter")
        expect(field).to_have_value("")
    expect(dialog.locator(".chip")).to_have_count(2)
    picture(page, "verbs-copy")
    assert violations(page) == []
    dialog.get_by_role("button", name="Send").click()
    expect(page.locator("#task-aside")).to_contain_text("not read yet")
    his = open_as(bob, "/inbox/cc/")
    expect(his.locator("#task-aside")).to_contain_text("sent you this to read")
    expect(his.get_by_role("button", name="Complete task")).to_have_count(0)
    wait_for("the page has said that it was read", lambda: Copy.objects.get(user=bob).read_at)
    picture(his, "verbs-cc")


def test_an_opinion_is_asked_for_and_given_live(open_as, alice, bob, level_tasks):
    page = open_as(alice, f"/tasks/{level_tasks[0].pk}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Ask for an opinion").click()
    dialog = dialog_of(page)
    dialog.get_by_role("combobox").fill("bob")
    dialog.get_by_role("option").first.wait_for()
    dialog.get_by_role("combobox").press("Enter")
    dialog.get_by_label("What do you want to know?").fill("Would you?")
    dialog.get_by_label("What do you want to know?").press("Control+Enter")
    expect(page.locator("#task-aside")).to_contain_text("Would you?")
    his = open_as(bob, "/inbox/asked/")
    picture(his, "verbs-asked")
    assert violations(his) == []
    his.get_by_label("Your opinion").fill("I would.")
    his.get_by_role("button", name="Send").first.click()
    expect(his.locator("[data-live-item]")).to_have_count(0)
    page.reload()
    expect(page.locator("#task-aside")).to_contain_text("I would.")
    picture(page, "verbs-answered")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, "verbs-answered-phone")


def test_a_person_is_named_while_writing(open_as, alice, manager, level_tasks):
    page = open_as(alice, f"/tasks/{level_tasks[0].pk}/")
    page.locator("#task-form[data-ready]").wait_for()
    page.keyboard.press("m")
    text = dialog_of(page).get_by_label("What do you want to say?")
    text.press_sequentially("Look at this, @mana")
    option = dialog_of(page).get_by_role("option")
    expect(option).to_have_count(1)
    picture(page, "verbs-mention")
    assert violations(page) == []
    text.press("Enter")
    expect(text).to_have_value("Look at this, @manager ")
    text.press("Control+Enter")
    expect(dialog_of(page)).to_have_count(0)
    assert Notification.objects.get(template="task-mention").user == manager
