"""Open screens in a real browser: hints that get lost, connections that break, and who else is looking."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from notifications import consumers
from tests.browser.conftest import picture, violations
from tests.support import diagrams, running
from workflows import nudge

SOCKETS = """() => {
  const Real = window.WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Real { constructor(...words) { super(...words); window.sockets.push(this); } };
  window.marks = [];
  document.addEventListener('DOMContentLoaded', () => {
    const mark = document.querySelector('[data-live-mark]');
    const note = () => window.marks.push(`${mark.dataset.state ?? 'on'}: ${mark.textContent}`);
    new MutationObserver(note).observe(mark, {childList: true, attributes: true, characterData: true, subtree: true});
  });
}"""


@pytest.fixture
def queue(server: Any) -> Any:
    """A task on offer to sales, each time one is asked for."""
    nodes = {"start": diagrams.start(), "call": diagrams.user(group="sales"), "end": diagrams.end()}
    running.deploy(diagrams.diagram("queue", "start -> call -> end", **nodes))
    return lambda: running.start("queue")


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody is told of any change."""
    monkeypatch.setattr(nudge, "_notify", lambda payloads: None)


def live(page: Any) -> Any:
    """The page, once its connection stands."""
    expect(page.locator("[data-live-mark]")).to_have_text("Live")
    return page


def test_the_heartbeat_makes_good_what_nobody_was_told_of(open_as, alice, queue, deaf, monkeypatch):
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 1)
    page = live(open_as(alice, "/inbox/groups/"))
    page.wait_for_timeout(1500)  # the fetch after joining is over
    queue()
    expect(page.locator("[data-live-item]")).to_have_count(1, timeout=15_000)


def test_a_broken_connection_comes_back_and_fetches_what_it_missed(open_as, alice, queue, deaf):
    page = live(open_as(alice, "/inbox/groups/", script=f"({SOCKETS})()"))
    page.wait_for_timeout(1500)
    queue()
    page.evaluate("() => window.sockets.at(-1).close()")
    expect(page.locator("[data-live-item]")).to_have_count(1, timeout=10_000)
    live(page)
    assert page.evaluate("() => window.sockets.length") == 2
    assert "wait: Reconnecting" in page.evaluate("() => window.marks")


def test_two_people_at_one_task_see_each_other(open_as, alice, bob, queue):
    queue()
    hers = live(open_as(alice, "/inbox/groups/"))
    his = live(open_as(bob, "/inbox/groups/"))
    expect(hers.locator(".presence")).to_have_text(f"{bob.display_name} is looking at this too")
    expect(his.locator(".presence")).to_have_text(f"{alice.display_name} is looking at this too")
    picture(hers, "presence")
    assert violations(hers) == []
    his.goto("/requests/mine/")
    expect(hers.locator(".presence")).to_be_hidden(timeout=20_000)
    his.go_back()
    expect(hers.locator(".presence")).to_be_visible()
    his.close()
    expect(hers.locator(".presence")).to_be_hidden(timeout=20_000)
