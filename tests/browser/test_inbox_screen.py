"""The inbox screen in a real browser: the filter line, saved views, orders, long lists, and going on at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from config import clock as clocks
from tasks_inbox.models import Candidate, SavedView, WorkItem
from tests.browser.conftest import picture, violations
from tests.crm import customer
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


def many(first: WorkItem, count: int, holder: User) -> None:
    """As many more tasks like the first, in a fixed order."""
    now = clocks.now()
    WorkItem.objects.bulk_create(
        [
            WorkItem(
                instance=first.instance,
                step=f"s{number}",
                element="prepare",
                loop=number,
                name=f"task {number:04}",
                process_key=first.process_key,
                assignee=holder,
                created_at=now,
                due_at=now.replace(year=now.year + 1) + clocks_step(number),
            )
            for number in range(2, count + 2)
        ],
        batch_size=1000,
    )


def clocks_step(number: int) -> Any:
    from datetime import timedelta

    return timedelta(minutes=number)


def test_a_filter_is_typed_completed_and_taken_away_by_keyboard(open_as, alice, handover):
    handover()
    customer(alice)
    page = open_as(alice)
    expect(page.locator("[data-live-item]")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("pro")
    expect(page.locator("#query-offers [role=option]").first).to_contain_text("Process")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#query-input")).to_have_value("process:")
    page.keyboard.type("hand")
    expect(page.locator("#query-offers [role=option]").first).to_contain_text("handover", ignore_case=True)
    picture(page, "query-offers")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():  # keys act once the next page is there
        page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=process%3Ahandover"))
    expect(page.locator("[data-live-item]")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("is:nice ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#query-troubles")).to_contain_text("A task can be")
    expect(page.locator("#query-input")).to_have_value("is:nice")
    picture(page, "query-trouble")
    assert violations(page) == []
    page.locator("#query-input").fill("")
    with page.expect_navigation():
        page.keyboard.press("Backspace")
    expect(page.locator(".chip")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query-input")).to_have_value("process:handover")


def test_letters_are_text_while_composing_chinese(open_as, alice, handover):
    handover()
    handover()
    page = open_as(alice)
    expect(page.locator("[data-live-item]")).to_have_count(2)
    before = page.locator("[aria-current=true][data-live-item]").get_attribute("id")
    page.evaluate(
        """() => document.body.dispatchEvent(new KeyboardEvent('keydown',
            {key: 'j', keyCode: 229, isComposing: true, bubbles: true}))"""
    )
    assert page.locator("[aria-current=true][data-live-item]").get_attribute("id") == before
    page.keyboard.press("j")
    expect(page.locator(f"#{before}")).not_to_have_attribute("aria-current", "true")


def test_a_filter_is_built_by_mouse_and_kept_as_a_view(open_as, alice, handover):
    handover()
    page = open_as(alice)
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_role("menuitem", name="State").click()
    page.locator("#query-offers [role=option]").filter(has_text="unread").click()
    expect(page.locator(".chip")).to_contain_text("unread")
    page.get_by_role("button", name=re.compile("^Sorted")).click()
    page.get_by_role("menuitemradio", name="Next best").click()
    expect(page).to_have_url(re.compile(r"q=is%3Aunread&sort=best"))
    page.get_by_role("button", name="Save this view").first.click()
    page.get_by_label("Name").fill("Not looked at")
    page.get_by_label("Pin it to the rail").check()
    picture(page, "save-view")
    assert violations(page) == []
    page.get_by_role("button", name="Save the view").click()
    expect(page.locator(".view-line [aria-current=page]")).to_have_text("Not looked at")
    expect(page.locator(".app-rail")).to_contain_text("Not looked at")
    picture(page, "inbox-with-views")
    assert violations(page) == []
    assert SavedView.objects.get().query == "is:unread"
    page.goto("/requests/mine/")
    page.locator(".app-rail a").filter(has_text="Not looked at").click()
    expect(page).to_have_url(re.compile(r"/inbox/mine/\?q=is%3Aunread&sort=best&saved="))


def test_five_thousand_rows_are_never_on_the_page_at_once(open_as, alice, handover):
    first = WorkItem.objects.get(instance=handover())
    many(first, 4_999, alice)
    page = open_as(alice)
    expect(page.locator("[data-live-mark]")).to_have_text("Live")
    expect(page.locator("[data-live-item]").first).to_be_visible()
    most, last = 0, 0
    for _turn in range(400):  # how far a turn leads depends on how soon the rows come
        page.locator("#inbox-rows").evaluate("(list) => list.scrollBy(0, 2400)")
        page.wait_for_timeout(50)
        most = max(most, page.locator("[data-live-item]").count())
        last = int(re.search(r"task (\d+)", page.locator("[data-live-item]").last.inner_text())[1])
        if last > 1_000:
            break
    assert most <= 200
    assert last > 1_000
    page.locator("#inbox-rows").evaluate("(list) => list.scrollTo(0, 0)")
    expect(page.locator("[data-live-item]").first).to_contain_text("task 0002", timeout=5000)
    assert page.locator("[data-live-item]").count() <= 200


def test_what_is_picked_stays_picked_far_away(open_as, alice, handover):
    first = WorkItem.objects.get(instance=handover())
    many(first, 400, alice)
    page = open_as(alice)
    rows = page.locator("[data-live-item]")
    expect(rows).to_have_count(50)
    page.keyboard.press("x")
    page.keyboard.press("Shift+j")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    for _turn in range(12):
        page.locator("#inbox-rows").evaluate("(list) => list.scrollBy(0, 2600)")
        page.wait_for_timeout(150)
    expect(page.locator("[data-live-item][aria-selected=true]")).to_have_count(0)
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    assert page.locator("input[name=items]").count() == 2
    page.locator("#inbox-rows").evaluate("(list) => list.scrollTo(0, 0)")
    expect(page.locator("[data-live-item][aria-selected=true]")).to_have_count(2, timeout=5000)


def test_the_next_task_is_there_before_the_server_has_answered(open_as, alice, handover):
    for _number in range(3):
        handover()
    page = open_as(alice)
    page.locator("#task-form[data-ready], .task-foot .btn-primary").first.wait_for()
    first = page.locator("[data-shows]").get_attribute("data-shows")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/complete/", hold)  # there is no answer until the test gives it
    page.wait_for_timeout(1500)  # the next one is fetched
    page.locator(".task-foot .btn-primary").click()
    other = page.locator(f"[data-shows]:not([data-shows='{first}'])")
    expect(other).to_be_visible()
    second = other.get_attribute("data-shows")
    page.keyboard.press("Control+Enter")  # pressed twice: must not complete the next one
    page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("[data-live-item]")).to_have_count(2, timeout=8000)
    assert page.locator("[data-shows]").get_attribute("data-shows") == second
    running.settle()


def test_a_refused_act_comes_back_with_its_reason(open_as, alice, handover):
    for _number in range(2):
        handover()
    page = open_as(alice)
    page.locator(".task-foot .btn-primary").wait_for()
    first = page.locator("[data-shows]").get_attribute("data-shows")
    page.wait_for_timeout(600)
    page.route("**/complete/", lambda route: route.fulfill(status=409, json={"detail": "The record has changed."}))
    page.keyboard.press("e")
    expect(page.locator("#task-pane")).to_contain_text("The record has changed.")
    assert page.locator("[data-shows]").get_attribute("data-shows") == first
    expect(page.locator("[aria-current=true][data-live-item]")).to_have_attribute("data-live-item", first)
    page.unroute("**/complete/")
    page.keyboard.press("e")
    expect(page.locator("[data-live-item]")).to_have_count(1, timeout=8000)
    open_as.problems.clear()  # the browser reports the refusal
    running.settle()


def test_an_empty_inbox_says_how_the_day_went_and_where_there_is_more(open_as, alice, bob, server):
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
    assert Candidate.objects.filter(available=True).count() == 1
    page = open_as(alice)
    expect(page.locator(".zero")).to_contain_text("Free in my groups")
    expect(page.locator(".zero dd").last).to_have_text("1")
    picture(page, "inbox-zero")
    assert violations(page) == []
    page.get_by_role("link", name="See what my groups have").click()
    expect(page.locator("[data-live-item]")).to_have_count(1)
