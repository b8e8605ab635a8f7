"""Allowing a device on the page of choices, by keys alone, and what its worker does with the news that come.

The push service of the browser is the outside: a page of the tests is given an address and keys, and what was sent to
that address is handed to the worker as the browser would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Worker, expect, sync_playwright

from notifications.commands import tell_people
from notifications.jobs import push_unseen
from notifications.models import Notification, PushSubscription
from tests.browser import looks
from tests.browser.conftest import CHROMIUM, PROGRAMS, picture, violations
from tests.commands.notifications.push_service import FakeBrowser, PushService, push_service

SHOWS_MESSAGES = PROGRAMS[-1] if PROGRAMS[-1].exists() else CHROMIUM  # the headless shell allows no notifications
GIVES = """(() => {
  const kept = (name, value) => value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
  const made = () => ({
    endpoint: kept("given"),
    unsubscribe: async () => { localStorage.removeItem("given"); return true; },
    toJSON: () => ({ endpoint: kept("given"), expirationTime: null, keys: KEYS }),
  });
  PushManager.prototype.subscribe = async function (options) {
    kept("asked", JSON.stringify(options));
    if (!kept("given")) kept("given", ADDRESS);
    return made();
  };
  PushManager.prototype.getSubscription = async () => kept("given") ? made() : null;
})();"""
FORBIDS = "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
CANNOT = "delete window.PushManager;"
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map((each) => ({ title: each.title, body: each.body, tag: each.tag, data: each.data }))"""
CLICK = """async (data) => {
  const done = [];
  self.clients.openWindow = async (url) => void done.push(["opened", url]);
  WindowClient.prototype.focus = async function () { done.push(["focused", new URL(this.url).pathname]); return this; };
  const [shown] = await self.registration.getNotifications();
  const click = new NotificationEvent("notificationclick", { notification: shown });
  const waited = [];
  click.waitUntil = (promise) => waited.push(promise);
  self.dispatchEvent(click);
  await Promise.all(waited);
  return { done, left: (await self.registration.getNotifications()).length };
}"""


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """A Chromium that shows notifications."""
    from django.db import connections

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(SHOWS_MESSAGES), args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()
    connections.close_all()


@pytest.fixture
def service(settings: Any, tmp_path: Any) -> Iterator[PushService]:
    settings.PUSH_KEY_DIR = tmp_path
    with push_service() as running:
        settings.BOT_HOSTS_INSIDE = frozenset({running.host})
        yield running


@pytest.fixture
def choices(clock: Any, service: PushService, open_as: Any) -> Any:
    """The page of choices of a person, in a browser whose push service gives it these keys; all on one clock."""

    def opened(person: Any, receiver: FakeBrowser, **more: Any) -> Page:
        script = GIVES.replace("KEYS", json.dumps(receiver.keys)).replace("ADDRESS", json.dumps(service.address("a")))
        allowed = {"service_workers": "allow", "permissions": ["notifications"]}
        return open_as(person, "/profile/news/", script=script + more.pop("script", ""), **(allowed | more))

    return opened


def press_to(page: Page, name: str) -> None:
    """By the Tab key alone to the button of this name, and press it."""
    button = page.get_by_role("button", name=re.compile(f"^{name}"))
    expect(button).to_be_visible()
    for _step in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("(each) => each === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key does not reach {name}")


def worker_of(page: Page) -> Worker:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    [worker] = page.context.service_workers
    return worker


def deliver(page: Page, text: str) -> None:
    """As the browser does with what its push service sent, decrypted."""
    session = page.context.new_cdp_session(page)
    known: list[Any] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    for _wait in range(100):
        if known:
            break
        page.wait_for_timeout(50)
    origin = page.evaluate("location.origin")
    more = {"origin": origin, "registrationId": known[0]["registrationId"], "data": text}
    session.send("ServiceWorker.deliverPushMessage", more)
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")


@pytest.mark.parametrize(
    "window", [{"width": 1440, "height": 900}, {"width": 375, "height": 812}], ids=["desk", "phone"]
)
def test_a_device_is_allowed_and_removed_by_keys(choices: Any, alice: Any, service: PushService, window: Any) -> None:
    receiver = FakeBrowser()
    page = choices(alice, receiver, viewport=window)
    picture(page, f"devices-none-{window['width']}")
    press_to(page, "Allow on this device")
    expect(page.get_by_text("this device", exact=True)).to_be_visible()
    expect(page.get_by_text("This device gets news now.")).to_be_visible()
    device = PushSubscription.objects.get()
    assert (device.user, device.endpoint, device.p256dh) == (alice, service.address("a"), receiver.keys["p256dh"])
    asked = json.loads(page.evaluate("localStorage.asked"))
    assert asked["userVisibleOnly"] is True
    assert len(asked["applicationServerKey"]) == 87
    expect(page.get_by_role("columnheader", name="On devices").first).to_be_visible()
    assert [*violations(page), *looks.too_wide(page), *looks.clipped(page)] == []
    picture(page, f"devices-one-{window['width']}")
    press_to(page, "Remove")
    expect(page.get_by_text("No more news go to that device.")).to_be_visible()
    expect(page.get_by_role("button", name="Allow on this device")).to_be_visible()
    assert not PushSubscription.objects.exists()
    page.wait_for_function("localStorage.given === undefined && localStorage['baton-push'] === undefined")


@pytest.mark.parametrize(
    ("script", "words"),
    [(FORBIDS, "This browser blocks messages of Baton."), (CANNOT, "Messages are not possible in this browser")],
)
def test_plain_words_where_it_is_not_possible(choices: Any, alice: Any, script: str, words: str) -> None:
    page = choices(alice, FakeBrowser(), script=script)
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("button", name="Allow on this device")).to_be_hidden()
    assert violations(page) == []


def test_a_refusal_of_the_server_is_said(choices: Any, open_as: Any, alice: Any, settings: Any) -> None:
    """An address inside is none, whatever the browser says."""
    settings.BOT_HOSTS_INSIDE = frozenset()
    page = choices(alice, FakeBrowser())
    press_to(page, "Allow on this device")
    expect(page.get_by_role("status").filter(has_text="This browser cannot be reached")).to_be_visible()
    expect(page.get_by_role("button", name="Allow on this device")).to_be_enabled()
    assert page.evaluate("localStorage.given === undefined")
    assert len(open_as.problems) == 1  # the browser itself reports the status 400
    open_as.problems.clear()


def test_news_are_shown_and_opened(choices: Any, alice: Any, service: PushService, clock: Any) -> None:
    """From the row of what happened to the message on the screen; a click opens it, and says so to the bell."""
    receiver = FakeBrowser()
    page = choices(alice, receiver)
    press_to(page, "Allow on this device")
    expect(page.get_by_text("this device", exact=True)).to_be_visible()
    about = {"data": {"number": "N-1"}, "record_kind": "", "record_id": "", "key": "k"}
    tell_people(usernames=["alice"], template="process-news", **about)
    clock.advance(timedelta(minutes=1))
    assert push_unseen() == 1
    [body] = [body for _path, _headers, body in service.requests]
    deliver(page, receiver.read(body).decode())
    row = Notification.objects.get()
    [shown] = page.evaluate(SHOWN)
    assert shown["title"] == "1 new task or message"
    assert "News about N-1" in shown["body"]
    assert shown["tag"] == "news"
    assert shown["data"]["url"] == f"/notifications/{row.pk}/"
    clicked = worker_of(page).evaluate(CLICK)
    assert clicked == {"done": [["opened", f"/notifications/{row.pk}/"]], "left": 0}


def test_an_open_tab_is_used(choices: Any, alice: Any) -> None:
    """It is brought to the front as it is, and the news count as read."""
    page = choices(alice, FakeBrowser())
    about = {"data": {"number": "N-1"}, "record_kind": "", "record_id": "", "key": "k"}
    tell_people(usernames=["alice"], template="process-news", **about)
    row = Notification.objects.get()
    worker = worker_of(page)
    news = {"title": "1 new", "body": "x", "tag": "news", "url": f"/notifications/{row.pk}/", "page": "/profile/news/"}
    deliver(page, json.dumps(news))
    clicked = worker.evaluate(CLICK)
    assert clicked == {"done": [["focused", "/profile/news/"]], "left": 0}
    row.refresh_from_db()
    assert row.read_at is not None


def test_the_newer_takes_the_place_of_the_older(choices: Any, alice: Any) -> None:
    page = choices(alice, FakeBrowser())
    worker_of(page)
    for title in ("1 new", "2 new"):
        deliver(page, json.dumps({"title": title, "body": "x", "tag": "news", "url": "/", "page": "/"}))
        page.wait_for_function(f"async () => (await ({SHOWN})())[0].title === '{title}'")
    assert [each["title"] for each in page.evaluate(SHOWN)] == ["2 new"]


def test_another_address_of_the_browser_is_told(choices: Any, alice: Any, service: PushService) -> None:
    """Browsers change it when they like; the next page says where the device is now."""
    page = choices(alice, FakeBrowser())
    press_to(page, "Allow on this device")
    expect(page.get_by_text("this device", exact=True)).to_be_visible()
    page.evaluate(f"localStorage.given = {json.dumps(service.address('b'))}")
    with page.expect_response("**/profile/devices/"):
        page.goto("/notifications/")
    assert PushSubscription.objects.filter(user=alice, endpoint=service.address("b")).exists()


def test_signing_out_ends_it_in_the_browser_too(choices: Any, alice: Any) -> None:
    page = choices(alice, FakeBrowser())
    press_to(page, "Allow on this device")
    expect(page.get_by_text("this device", exact=True)).to_be_visible()
    page.goto("/notifications/")
    page.evaluate("document.querySelector('form[data-clears-drafts]').requestSubmit()")
    page.wait_for_url("**/login/**")
    assert not PushSubscription.objects.exists()
    assert page.evaluate("localStorage['baton-push'] === undefined")
