"""Operators at their dialogs, by keyboard alone: a run, a failed step, many at once, a whole process, a move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.company import drawn
from tests.browser.conftest import picture
from tests.browser.looks import unreadable
from tests.support import running
from tests.support.diagrams import boundary, diagram, end, service, start, user
from workflows import registry
from workflows.migrating import carrying
from workflows.models import Incident, MigrationBatch, ProcessInstance, Timer
from workflows.registry import service_task

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
LOOKS = [("en", "light", DESK), ("zh-hans", "dark", PHONE), ("en", "dark", PHONE), ("zh-hans", "light", DESK)]
HAS_FOCUS = "(selector) => document.querySelector(selector) === document.activeElement"
REASON, SEND = "#dialog [name=reason]", "#dialog button[type=submit]"


def line(*names: str, timer: str = "") -> bytes:
    nodes = {name: user(group="sales") for name in names}
    late = {"late": boundary(names[0], timer=timer), "over": end()} if timer else {}
    flows = [" -> ".join(["begin", *names, "done"]), *(["late -> over"] if timer else [])]
    return drawn(diagram("line", *flows, begin=start(), **nodes, **late, done=end()))


JOB = drawn(diagram("job", "begin -> act -> check -> done", begin=start(), check=user(), done=end(),
                    act=service("test.act", retries="0", inputs={"amount": "amount"})))  # fmt: skip


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    with registry.temporarily():
        yield


class Desk:
    """An operator's browser; every act goes by Tab, Space, Enter and typing."""

    def __init__(self, open_as: Any, operator: Any, look: tuple[str, str, Any]) -> None:
        self.language, self.theme, self.window = look
        operator.language, operator.theme = self.language, self.theme
        operator.save(update_fields=["language", "theme"])
        self.page = open_as(operator, "/processes/", viewport=self.window)
        self.problems = open_as.problems

    def go(self, name: str, *about: Any) -> None:
        self.page.goto(reverse(name, args=about))
        self.page.wait_for_load_state()

    def press(self, selector: str, key: str = "Enter") -> None:
        """Tab to it, as far as that may be, and press a key there."""
        expect(self.page.locator(selector).first).to_be_visible()
        for _ in range(150):
            if self.page.evaluate(HAS_FOCUS, selector):
                self.page.keyboard.press(key)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {selector}")

    def write(self, selector: str, text: str) -> None:
        self.press(selector, "End")
        self.page.keyboard.type(text)

    def ask(self, name: str, *about: Any) -> None:
        """Open a dialog by its button and look at it."""
        self.press(f'[hx-get="{reverse(name, args=about)}"]')
        self.page.locator("#dialog[open]").wait_for()
        self.look(name)

    def look(self, name: str) -> None:
        picture(self.page, f"{name}-{self.language}-{self.theme}-{self.window['width']}")
        assert unreadable(self.page) == [], name
        wide = self.page.evaluate("() => document.body.scrollWidth - document.body.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"

    def send(self) -> None:
        """Send the dialog; it is done when the page has come back without one."""
        self.press(SEND)
        self.page.locator("#dialog[open]").wait_for(state="hidden")
        self.page.wait_for_load_state()


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]['width']}")
def desk(request: Any, open_as: Any, operator: Any) -> Desk:
    return Desk(open_as, operator, request.param)


def status(instance: ProcessInstance) -> str:
    return str(running.reload(instance).status)


def test_a_run_is_held_changed_ended_and_begun_again(desk: Desk) -> None:
    running.deploy(line("first", "second"))
    run = running.start("line", amount=1)
    desk.go("process_instance", run.pk)
    desk.ask("process_suspend", run.pk)
    desk.write(REASON, "prices are checked")
    desk.send()
    assert status(run) == "suspended"
    desk.ask("process_resume", run.pk)
    desk.send()
    assert status(run) == "running"
    desk.ask("process_values", run.pk)
    desk.write("#dialog [name=values]", '{"amount": 5}')
    desk.send()
    assert running.variables(run)["amount"] == 5
    desk.ask("process_modify", run.pk)
    desk.press("#dialog [name=end]", "Space")
    desk.page.select_option("#dialog [name=start]", "second")
    desk.write(REASON, "went wrong")
    desk.press(SEND)
    expect(desk.page.locator("#dialog .error-place")).to_contain_text("first")
    desk.look("process_modify-seen")
    desk.problems.clear()  # the browser notes every 422, this one is the answer we want
    desk.send()
    assert running.waiting_at(run) == ["second"]
    desk.ask("process_cancel", run.pk)
    desk.write(REASON, "not needed")
    desk.send()
    assert status(run) == "cancelled"
    desk.ask("process_restart", run.pk)
    desk.page.select_option("#dialog [name=start]", "second")
    desk.write(REASON, "needed after all")
    desk.send()
    again = ProcessInstance.objects.exclude(pk=run.pk).get()
    assert running.waiting_at(again) == ["second"]
    desk.look("process_instance-again")


def test_a_failed_step_is_tried_again_with_other_values_and_another_is_left(desk: Desk) -> None:
    stuck = _failing(2)
    first, second = (running.open_incident(run) for run in stuck)
    desk.go("process_instance", stuck[0].pk)
    desk.look("process_instance-stuck")
    desk.ask("incident_retry", first.pk)
    desk.write("#dialog [name=values]", '{"amount": 7}')
    desk.send()
    assert running.waiting_at(stuck[0]) == ["check"]
    desk.go("process_instance", stuck[1].pk)
    desk.ask("incident_resolve", second.pk)
    desk.write(REASON, "counted by hand")
    desk.send()
    assert running.waiting_at(stuck[1]) == ["check"]


def test_everything_with_one_cause_is_tried_again_and_followed_live(desk: Desk) -> None:
    _failing(3)
    desk.go("incidents")
    desk.look("incidents")
    desk.ask("cause_retry", Incident.objects.values_list("cause", flat=True).distinct().get())
    desk.write("#dialog [name=reason]", "there is paper")
    desk.send()
    desk.page.wait_for_url("**/many/**")
    progress = desk.page.locator("#batch [role=progressbar]")
    expect(progress).to_have_attribute("aria-valuenow", "0")
    desk.look("bulk_act-running")
    running.settle()
    expect(progress).to_have_attribute("aria-valuenow", "100", timeout=6_000)
    desk.look("bulk_act-done")
    desk.go("batches")
    desk.look("batches")
    desk.go("stuck")
    desk.look("stuck")


def test_a_whole_process_is_held_and_goes_on(desk: Desk) -> None:
    running.deploy(line("first"))
    run = running.start("line")
    desk.go("process", "line")
    desk.ask("process_hold", "line")
    desk.write(REASON, "new prices")
    desk.press("#dialog [name=families]", "Space")
    desk.send()
    running.settle()
    assert status(run) == "suspended"
    desk.ask("process_go_on", "line")
    desk.write(REASON, "they are there")
    desk.press("#dialog [name=families]", "Space")
    desk.send()
    running.settle()
    assert status(run) == "running"


def test_running_processes_are_moved_followed_and_taken_back(desk: Desk) -> None:
    running.deploy(line("one", "two", timer="PT5H"))
    first, second = running.start("line"), running.start("line")
    running.complete(second, "one")
    running.deploy(line("one", "three", timer="PT2H"))
    due = Timer.objects.get().due
    desk.go("process", "line")
    desk.press(f'a[href="{reverse("process_move", args=["line"])}"]')
    desk.page.wait_for_url("**/move/")
    desk.look("process_move")
    desk.page.select_option("[name^='at/'][name$='/two']", "three")
    desk.press("[name^='again/']", "Space")
    desk.write("main [name=reason]", "simpler")
    desk.press("button[value=look]")
    desk.page.wait_for_load_state()
    expect(desk.page.locator("[name^='again/']")).to_be_checked()
    desk.look("process_move-chosen")
    desk.press("button[value=move]")
    desk.page.wait_for_url("**/moves/**")
    batch = MigrationBatch.objects.get()
    desk.look("move-running")
    assert carrying.carry_on(batch.pk)
    expect(desk.page.locator("#batch [role=progressbar]")).to_have_attribute("aria-valuenow", "100", timeout=6_000)
    desk.look("move-done")
    assert [running.waiting_at(run) for run in (first, second)] == [["one"], ["three"]]
    assert Timer.objects.get().due < due
    desk.ask("move_undo", batch.pk)
    desk.send()
    assert [running.waiting_at(run) for run in (first, second)] == [["one"], ["two"]]
    assert Timer.objects.get().due == due
    desk.look("move-undone")


def _failing(number: int) -> list[ProcessInstance]:
    """Runs that stop until ``amount`` is large enough."""

    @service_task("test.act")
    def act(step: Any, *, amount: int) -> None:
        if amount < 5:
            raise ValueError("there is too little paper for this order")

    running.deploy(JOB)
    return [running.start("job", amount=1) for _ in range(number)]
