"""Sending back and taking back in a real browser: the path, what will be closed, and the act, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tests.browser.conftest import picture, violations
from tests.support import diagrams, running


@pytest.fixture
def plan(server: Any, alice: Any, bob: Any, dora: Any) -> Any:
    running.deploy(
        diagrams.diagram(
            "plan",
            "start -> write -> split -> check -> join -> end",
            "split -> count -> join",
            start=diagrams.start(),
            write=diagrams.user(assignee="alice"),
            split=diagrams.parallel(),
            check=diagrams.user(assignee="bob"),
            count=diagrams.user(assignee="dora"),
            join=diagrams.parallel(),
            end=diagrams.end(),
        )
    )
    instance = running.start("plan", actor=alice)
    commands.complete_work_item(actor=alice, work_item_id=task(instance, "write").pk, answers={})
    return instance


def task(instance: Any, element: str) -> WorkItem:
    return WorkItem.objects.filter(instance=instance, element=element).latest("created_at", "loop")


def test_a_task_is_sent_back_and_the_sender_sees_what_closes(open_as, alice, bob, dora, plan):
    page = open_as(bob, f"/tasks/{task(plan, 'check').pk}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Send back…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="write")).to_be_checked()
    expect(dialog.get_by_role("status")).to_contain_text(dora.display_name)
    picture(page, "return-dialog")
    assert violations(page) == []
    dialog.get_by_label("Straight back to me").check()
    expect(dialog.get_by_role("status")).not_to_contain_text(dora.display_name)
    dialog.get_by_label("Straight back to me").uncheck()
    expect(dialog.get_by_role("status")).to_contain_text(dora.display_name)
    dialog.get_by_label("Why?").fill("The figures are missing.")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 375, "height": 812})
    picture(page, "return-dialog-phone-dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_role("button", name="Send back").press("Enter")
    expect(page.locator("[data-toast]").filter(has_text="Sent back to")).to_be_visible()
    assert running.waiting_at(plan) == ["write"]
    other = open_as(alice, f"/tasks/{task(plan, 'write').pk}/")
    expect(other.get_by_text("sent this back to you")).to_be_visible()
    picture(other, "sent-back")
    assert violations(other) == []


def test_a_completion_and_a_request_are_taken_back(open_as, alice, plan):
    page = open_as(alice, f"/tasks/{task(plan, 'write').pk}/")
    done = page.url
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Take my completion back…").click()
    picture(page, "withdraw-dialog")
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page).not_to_have_url(done)
    assert running.waiting_at(plan) == ["write"]
    page.goto(page.url.split("/tasks/")[0] + "/requests/mine/")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_label("Why?").fill("Not needed.")
    picture(page, "recall-dialog")
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Take the request back").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert running.reload(plan).status == "cancelled"
