"""Undo in a real browser: act, go on with the next task, take it back with Z, do it again, confirm with Ctrl+Enter."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import RoleAssignment
from tasks_inbox import commands, jobs
from tasks_inbox.models import HeldAct, WorkItem
from tests.browser.conftest import picture, violations
from tests.support import diagrams, running

FORM = {"id": "note", "type": "default", "components": [{"type": "textfield", "key": "note", "label": "Note"}]}


@pytest.fixture(autouse=True)
def _undo(settings: Any, clock: Any) -> None:
    """The suite acts at once; here acts are held, and the clock stands until the test moves it."""
    settings.INBOX_UNDO_SECONDS = 8


@pytest.fixture
def tasks(server: Any, alice: Any) -> Any:
    """Some tasks of alice with a note to write, each followed by one of bob's."""

    def run(number: int, properties: str = "") -> list[WorkItem]:
        first = diagrams.user(assignee="alice", properties=f'<zeebe:formDefinition formId="note"/>{properties}')
        nodes = {"start": diagrams.start(), "write": first, "read": diagrams.user(assignee="bob")}
        running.deploy(
            diagrams.diagram("notes", "start -> write -> read -> end", **nodes, end=diagrams.end()),
            **{"note.form": json.dumps(FORM).encode()},
        )
        started = [running.start("notes") for _ in range(number)]
        return [WorkItem.objects.get(instance=instance) for instance in started]

    return run


def ready(page: Any, item: Any = None) -> None:
    if item is not None:
        page.locator(f"#task-pane [data-shows='{item.pk}']").wait_for()
    page.locator("#task-form[data-ready]").wait_for()


def shown(page: Any) -> str:
    return str(page.locator("#task-pane [data-shows]").get_attribute("data-shows"))


def test_act_undo_act_again_and_confirm(open_as, alice, bob, tasks):
    tasks(2)
    page = open_as(alice)
    ready(page)
    first = WorkItem.objects.get(pk=shown(page))
    other = WorkItem.objects.exclude(pk=first.pk).get(element="write")
    page.get_by_label("Note").fill("kept words")
    page.get_by_label("Note").press("Control+Enter")
    ready(page, other)
    toast = page.locator("[data-toast]").filter(has_text="Completed")
    expect(toast).to_be_visible()
    expect(page.locator("[data-live-item]")).to_have_count(1)
    picture(page, "held-toast")
    assert violations(page) == []
    first.refresh_from_db()
    assert (first.status, first.held_by) == ("open", alice)

    page.keyboard.press("z")
    ready(page, first)
    expect(page.get_by_label("Note")).to_have_value("kept words")
    expect(page.locator("[data-live-item]")).to_have_count(2)
    assert not HeldAct.objects.exists()

    page.get_by_label("Note").press("Control+Enter")
    ready(page, other)
    with page.expect_response(lambda answer: "/finish/" in answer.url) as answered:
        page.keyboard.press("Control+Enter")
    assert answered.value.status == 200
    expect(page.locator("[data-toast]").filter(has_text="Done:")).to_be_visible()
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.status, first.answers["note"]) == ("completed", "kept words")
    assert (other.status, other.held_by) == ("open", None), "the key that confirms must not send the next form"
    assert running.waiting_at(first.instance) == ["read"]


def test_once_the_next_form_is_touched_the_key_sends_it(open_as, alice, tasks, clock):
    tasks(2)
    page = open_as(alice)
    ready(page)
    before = shown(page)
    page.get_by_label("Note").press("Control+Enter")
    ready(page, WorkItem.objects.exclude(pk=before).get(element="write"))
    page.get_by_label("Note").fill("the next one")
    page.get_by_label("Note").press("Control+Enter")
    expect(page.get_by_role("heading", name="All done")).to_be_visible(timeout=8000)
    assert HeldAct.objects.count() == 2
    clock.advance(timedelta(seconds=8))
    assert jobs.carry_out_held_acts() == 2


def test_once_the_next_form_is_touched_a_late_answer_does_not_take_the_key(open_as, alice, tasks):
    """The next task is there before the server has answered; what is typed in it is not about the one on its way."""
    tasks(2)
    page = open_as(alice)
    ready(page)
    before, waiting = shown(page), []
    page.wait_for_timeout(1500)  # the next task is fetched ahead

    def keep(route: Any) -> None:
        waiting.append(route)

    page.route("**/complete/", keep, times=1)
    page.get_by_label("Note").press("Control+Enter")
    ready(page, WorkItem.objects.exclude(pk=before).get(element="write"))
    page.get_by_label("Note").fill("the next one")
    waiting.pop().continue_()
    expect(page.locator("[data-toast-undo]:visible")).to_be_visible()
    page.get_by_label("Note").press("Control+Enter")
    expect(page.get_by_role("heading", name="All done")).to_be_visible(timeout=8000)
    assert HeldAct.objects.count() == 2


def test_the_next_page_still_offers_to_undo(open_as, alice, tasks):
    (item,) = tasks(1)
    page = open_as(alice, f"/tasks/{item.pk}/")
    ready(page)
    page.get_by_label("Note").fill("again")
    page.get_by_label("Note").press("Control+Enter")
    expect(page.locator("[data-toast-undo]:visible")).to_be_visible()
    page.goto("/inbox/done/")
    with page.expect_navigation(url=f"**/tasks/{item.pk}/"):
        page.locator("[data-toast-undo]:visible").click()
    ready(page)
    expect(page.get_by_label("Note")).to_have_value("again")


def test_what_cannot_be_undone_asks(open_as, alice, tasks):
    (item,) = tasks(1, '<zeebe:taskHeaders><zeebe:header key="undo" value="none"/></zeebe:taskHeaders>')
    page = open_as(alice)
    ready(page)
    page.get_by_label("Note").press("Control+Enter")
    expect(page.locator("#confirm")).to_contain_text("This cannot be undone.")
    picture(page, "held-ask")
    page.keyboard.press("Escape")
    item.refresh_from_db()
    assert item.status == "open"
    page.get_by_label("Note").press("Control+Enter")
    page.locator("#confirm [data-confirm-yes]").click()
    expect(page.get_by_role("heading", name="All done")).to_be_visible(timeout=8000)
    item.refresh_from_db()
    assert item.status == "completed"
    open_as.problems.clear()  # the browser reports the answer that asked as an error


def test_others_see_it_live_and_the_author_hears_of_a_failure(open_as, alice, bob, server, clock):
    running.deploy(
        diagrams.diagram(
            "queue",
            "start -> call -> end",
            start=diagrams.start(),
            call=diagrams.user(group="sales@HZ"),
            end=diagrams.end(),
        )
    )
    running.start("queue")
    his = open_as(bob, "/inbox/groups/")
    expect(his.locator("[data-live-mark]")).to_have_text("Live")
    hers = open_as(alice, "/inbox/mine/")
    expect(hers.locator("[data-live-mark]")).to_have_text("Live")
    item = WorkItem.objects.get()
    commands.hold_completion(actor=alice, work_item_id=item.pk, answers={})
    expect(his.locator("[data-live-item]")).to_contain_text(f"{alice.display_name} is finishing this")
    picture(his, "held-by-other")
    RoleAssignment.objects.filter(user=alice).delete()
    clock.advance(timedelta(seconds=8))
    jobs.carry_out_held_acts()
    expect(hers.locator("[data-toast]").filter(has_text="Not completed")).to_be_visible()
    expect(his.locator("[data-live-item]")).not_to_contain_text("is finishing this")


def test_many_are_completed_and_undone_together(open_as, alice, tasks):
    items = tasks(7)
    page = open_as(alice)
    ready(page)
    expect(page.locator("[data-live-item]")).to_have_count(7)
    page.keyboard.press("x")
    for _ in range(5):
        page.keyboard.press("Shift+J")
    expect(page.locator("[data-bulk-count]")).to_have_text("6 selected")
    picture(page, "bulkbar")
    page.keyboard.press("Shift+E")
    expect(page.locator("[data-toast]").filter(has_text="6 done")).to_be_visible()
    expect(page.locator("[data-live-item]")).to_have_count(1)
    assert HeldAct.objects.count() == 6
    page.keyboard.press("z")
    expect(page.locator("[data-live-item]")).to_have_count(7)
    assert not HeldAct.objects.exists()
    assert {item.status for item in WorkItem.objects.filter(pk__in=[each.pk for each in items])} == {"open"}


def test_what_was_refused_is_listed_and_stays_picked(open_as, alice, bob, server):
    call = diagrams.user(group="sales@HZ")
    running.deploy(
        diagrams.diagram("queue", "start -> call -> end", start=diagrams.start(), call=call, end=diagrams.end())
    )
    for _ in range(3):
        running.start("queue")
    page = open_as(alice, "/inbox/groups/")
    expect(page.locator("[data-live-item]")).to_have_count(3)
    page.keyboard.press("x")
    for _ in range(2):
        page.keyboard.press("Shift+J")
    taken = WorkItem.objects.order_by("created_at").last()
    commands.hold_completion(actor=bob, work_item_id=taken.pk, answers={})
    page.keyboard.press("Shift+C")
    failed = page.locator("[data-bulk-failed]")
    expect(failed).to_contain_text("1 not done, still selected")
    expect(failed).to_contain_text(f"{bob.display_name} is finishing this")
    expect(page.locator("[data-live-item][aria-selected=true]")).to_have_count(1)
    picture(page, "bulk-failed")
    assert WorkItem.objects.filter(assignee=alice).count() == 2
