"""The inbox in a real browser: signing in, working by keyboard, live between two people, and readable by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tasks_inbox.models import WorkItem
from tests.browser.conftest import picture, violations
from tests.crm import customer, deploy
from tests.factories import PASSWORD
from tests.support import diagrams, running


@pytest.fixture
def handover(server: Any) -> Any:
    """A process of two tasks: alice's, then bob's."""
    running.deploy(
        diagrams.diagram(
            "handover",
            "start -> prepare -> check -> end",
            start=diagrams.start(),
            prepare=diagrams.user(assignee="alice"),
            check=diagrams.user(assignee="bob"),
            end=diagrams.end(),
        )
    )
    return lambda: running.start("handover")


@pytest.fixture
def level_request(server: Any, alice: Any) -> WorkItem:
    """Alice's request for another level of her customer, to be completed."""
    from crm_core.levels.commands import request_level_change

    deploy("customer-level-change", "level-review")
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    return WorkItem.objects.get(record_id=str(change.pk))


def test_signing_in_leads_to_the_inbox(open_as, alice):
    alice.set_password(PASSWORD)
    alice.save(update_fields=["password"])
    page = open_as()
    page.get_by_label("Username").or_(page.locator("input[name=login]")).first.fill("alice")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit], form button.btn-primary").first.click()
    page.wait_for_url("**/inbox/mine/**")
    expect(page.get_by_role("heading", name="All done")).to_be_visible()
    picture(page, "inbox-empty")


def test_one_completes_and_the_other_sees_the_next_task_at_once(open_as, alice, bob, handover):
    handover()
    his = open_as(bob)
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    expect(his.locator("[data-live-item]")).to_have_count(0)
    hers = open_as(alice)
    expect(hers.locator("[data-live-mark]")).to_have_text("Live")
    hers.locator("#task-form[data-ready]").wait_for()
    asked: list[str] = []
    # what a later task will need is fetched when there is time, which may be now
    his.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    with hers.expect_response(lambda answer: "/complete/" in answer.url):
        hers.keyboard.press("e")
    expect(his.locator("[data-live-item]")).to_have_count(1)
    assert len(asked) <= 1, f"no reload, no polling: {asked}"
    expect(his.locator(".app-rail [data-count='inbox:mine']")).to_have_text("1")
    expect(hers.locator("[data-live-item]")).to_have_count(0)


def test_a_list_that_has_the_focus_shows_what_is_new(open_as, bob, handover):
    his = open_as(bob)
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    his.locator("#inbox-rows").evaluate("(list) => { list.tabIndex = 0; list.focus(); }")  # as after a click on a row
    running.complete(handover(), "prepare")
    expect(his.locator("[data-live-item]")).to_have_count(1)


def test_a_broken_socket_catches_up(open_as, bob, alice, handover):
    his = open_as(bob)
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    his.context.set_offline(True)
    his.evaluate("() => new Promise((resolve) => setTimeout(resolve, 200))")
    instance = handover()
    running.complete(instance, "prepare")
    his.context.set_offline(False)
    his.evaluate("() => dispatchEvent(new Event('online'))")
    his.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(his.locator("[data-live-item]")).to_have_count(1, timeout=10_000)
    open_as.problems.clear()  # the browser reports what it could not reach


def test_somebody_else_takes_the_row(open_as, alice, bob, server):
    running.deploy(
        diagrams.diagram(
            "queue",
            "start -> call -> end",
            start=diagrams.start(),
            call=diagrams.user(group="sales"),
            end=diagrams.end(),
        )
    )
    running.start("queue")
    his = open_as(bob, "/inbox/groups/")
    expect(his.locator("[data-live-item]")).to_have_count(1)
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    hers = open_as(alice, "/inbox/groups/")
    expect(hers.locator("[data-live-mark]")).to_have_text("Live")
    hers.keyboard.press("c")
    expect(his.locator("[data-gone]")).to_contain_text(f"claimed by {alice.display_name}")
    expect(his.locator("[data-live-item]")).to_have_count(0, timeout=6000)
    expect(hers.get_by_role("button", name="Give back")).to_be_visible()


def test_a_task_is_done_by_keyboard_alone(open_as, alice, manager, level_request):
    page = open_as(alice)
    page.locator("#task-form[data-ready]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    _choose(page, "Proposed level", "Silver")
    _choose(page, "Reason", "Strategic")
    page.get_by_label("Justification").focus()
    page.keyboard.type("They open a second house in May.")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved", timeout=5000)
    picture(page, "task-form")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="All done")).to_be_visible(timeout=8000)
    level_request.refresh_from_db()
    assert (level_request.status, level_request.answers["proposed_level"]) == ("completed", "silver")
    boss = open_as(manager, "/approvals/")
    expect(boss.get_by_role("heading", name="Lanting Hotels: level Silver")).to_be_visible()
    boss.locator("#task-form[data-ready]").wait_for()
    assert violations(boss) == []
    picture(boss, "approval")
    boss.keyboard.press("r")
    expect(boss.get_by_label("Reason for the decision")).to_be_focused(timeout=5000)
    boss.keyboard.type("Wait for the orders of spring.")
    picture(boss, "approval-reject")
    boss.keyboard.press("Control+Enter")
    expect(boss.get_by_role("heading", name="Nothing waits for your decision")).to_be_visible(timeout=8000)
    assert WorkItem.objects.get(element="approve").answers["outcome"] == "reject"


def test_who_goes_on_before_the_answer_came_stays_where_they_are(open_as, alice, handover, level_request):
    handover()
    page = open_as(alice)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/complete/", hold)  # the answer takes its time
    done = page.locator("[data-live-item]").filter(has_text="prepare")
    done.click()
    expect(page.get_by_role("heading", name="prepare")).to_be_visible()
    page.locator("#task-form[data-ready]").wait_for(state="attached")
    with page.expect_request("**/complete/"):
        page.keyboard.press("e")
    mine = page.locator(f"#row-{level_request.pk}")
    mine.click()
    _choose(page, "Proposed level", "Silver")
    words = page.get_by_label("Justification")
    words.fill("They open a second house in May.")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    mine.click()  # again: what is shown already is not drawn a second time
    held[0].continue_()
    expect(done).to_have_count(0)
    expect(words).to_have_value("They open a second house in May.")
    assert [url for url in asked if "/pane/" in url] == []
    running.settle()


def _choose(page: Any, label: str, option: str) -> None:
    """Pick an option of a form-js select without a mouse: it opens when the focus comes."""
    page.get_by_label(label).first.focus()
    item = page.locator(".fjs-dropdownlist-item.focused")
    for _ in range(8):
        item.first.wait_for()
        if option in item.first.inner_text():
            break
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)
    page.keyboard.press("Enter")
    expect(page.locator(".fjs-select-display").filter(has_text=option).first).to_be_visible()


def test_the_server_names_the_field_it_does_not_accept(open_as, alice, level_request):
    page = open_as(alice, f"/tasks/{level_request.pk}/")
    page.locator("#task-form[data-ready]").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#task-form .fjs-has-errors").first).to_be_visible()
    level_request.refresh_from_db()
    assert level_request.is_open


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_inbox_and_task_are_readable_by_everybody(open_as, alice, manager, level_request, language, theme):
    alice.language, alice.theme = language, theme
    alice.save(update_fields=["language", "theme"])
    page = open_as(alice)
    page.locator("#task-form[data-ready]").wait_for()
    picture(page, f"inbox-{theme}-{language}")
    assert violations(page) == []
    tabs = page.locator("[role=tab]")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        if number == 2:
            page.locator("[data-diagram][data-ready]").wait_for()
        picture(page, f"task-tab-{number}-{theme}-{language}")
        assert violations(page) == [], tabs.nth(number).inner_text()


def test_on_a_phone_list_and_task_take_turns(open_as, alice, level_request):
    page = open_as(alice, "/inbox/mine/", viewport={"width": 390, "height": 844})
    expect(page.locator("[data-live-item]")).to_be_visible()
    expect(page.locator("#task-pane")).to_be_hidden()
    picture(page, "inbox-phone")
    page.locator("[data-live-item]").click()
    expect(page.get_by_role("heading", name="Complete the request")).to_be_visible()
    page.locator("#task-form[data-ready]").wait_for()
    picture(page, "task-phone")
    assert violations(page) == []
    page.locator("[data-back]").click()
    expect(page.locator("[data-live-item]")).to_be_visible()
