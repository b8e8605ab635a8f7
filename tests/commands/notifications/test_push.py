"""News on devices: who may allow one, what a push service gets, when, and what its answers come to."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse

from accounts.exceptions import NobodyThere
from accounts.models import AuditEvent
from notifications import push, sending
from notifications.commands import (
    choose_channels,
    choose_rhythm,
    mark_read,
    subscribe_to_push,
    tell_people,
    unsubscribe_from_push,
)
from notifications.commands.devices import MOST_DEVICES
from notifications.exceptions import DeviceRefused, TooManyDevices
from notifications.jobs import carry_out_due, push_unseen
from notifications.models import Notification, PushSubscription, Sending, Urgency
from tests.commands.notifications.push_service import FakeBrowser, push_service

pytestmark = pytest.mark.django_db
NIGHT = {"quiet_from": time(16), "quiet_until": time(18, 30), "daily_letter": True}  # 08:00 to 10:30 UTC in Shanghai


@pytest.fixture
def service(settings, tmp_path):
    settings.PUSH_KEY_DIR = tmp_path
    with push_service() as running:
        settings.BOT_HOSTS_INSIDE = frozenset({running.host})
        yield running


@pytest.fixture
def browser():
    return FakeBrowser()


@pytest.fixture
def device(service, browser, alice):
    return allow(service, browser, alice)


def allow(service, browser, person, name="alice"):
    return subscribe_to_push(actor=person, endpoint=service.address(name), **browser.keys, browser="Firefox/1 Linux")


def say(person, key="k", template="process-news", urgency=Urgency.NORMAL, about=("", ""), **data):
    told = {"data": {"number": "N-1"} | data, "record_kind": about[0], "record_id": about[1], "key": key}
    return tell_people(usernames=[person.username], template=template, urgency=urgency, **told)


def later(clock, **span):
    clock.advance(timedelta(**span))
    return push_unseen()


def bodies(service, browser):
    return [message["body"] for message in service.read(browser)]


# --- allowing and removing ---


def test_it_works(clock, service, browser, device, alice):
    """Not at once, in case its person reads it; then encrypted, signed, with what push services ask for."""
    say(alice)
    assert later(clock, seconds=19) == 0
    assert later(clock, seconds=2) == 1
    [(path, headers, body)] = service.requests
    [message] = service.read(browser)
    row = Notification.objects.get()
    assert path == "/push/alice"
    assert message["title"] == "1 new task or message"
    assert "News about N-1" in message["body"]
    assert message["url"] == f"/notifications/{row.pk}/"
    assert (headers["Content-Encoding"], headers["Urgency"], headers["Topic"]) == ("aes128gcm", "normal", "news")
    assert int(headers["TTL"]) == timedelta(days=1).total_seconds()
    assert headers["Authorization"].startswith("vapid t=")
    assert b"N-1" not in body
    device.refresh_from_db()
    assert (device.last_used_at, device.failures) == (clock.now(), 0)
    assert later(clock, hours=5) == carry_out_due() == 0


def test_a_second_click_is_the_same_device(service, browser, device, alice):
    """With the keys the browser has now, and one entry in the log."""
    again = allow(service, FakeBrowser(secret=b"another sixteen!"), alice)
    assert again.pk == device.pk
    assert again.auth != device.auth
    assert AuditEvent.objects.filter(event="push.allowed").count() == 1


def test_a_browser_is_one_persons(clock, service, browser, device, alice, bob):
    """Bob allows it where Alice had: she hears nothing there any more, also not what waited."""
    say(alice)
    clock.advance(timedelta(minutes=1))
    assert push.bundle(user_id=alice.pk) == 1
    theirs = allow(service, browser, bob)
    carry_out_due()
    assert service.requests == []
    assert list(PushSubscription.objects.all()) == [theirs]


def test_the_outsider_removes_nothing(device, alice, charlie):
    with pytest.raises(NobodyThere):
        unsubscribe_from_push(actor=charlie, device_id=device.public_id)
    unsubscribe_from_push(actor=alice, device_id=device.public_id)
    with pytest.raises(NobodyThere):  # the second click
        unsubscribe_from_push(actor=alice, device_id=device.public_id)
    assert [event.event for event in AuditEvent.objects.order_by("pk") if event.event.startswith("push.")] == [
        "push.allowed",
        "push.removed",
    ]
    assert "/push/alice" not in str([event.data for event in AuditEvent.objects.all()])


def test_what_waits_for_a_removed_device_is_not_sent(clock, service, device, alice):
    say(alice)
    clock.advance(timedelta(minutes=1))
    push.bundle(user_id=alice.pk)
    unsubscribe_from_push(actor=alice, device_id=device.public_id)
    assert carry_out_due() == 0
    assert service.requests == []


def test_an_eleventh_device_is_refused(service, browser, alice, bob):
    for number in range(MOST_DEVICES):
        allow(service, browser, alice, str(number))
    with pytest.raises(TooManyDevices):
        allow(service, browser, alice, "one-more")
    allow(service, browser, alice, "3")
    allow(service, browser, bob, "his")
    assert PushSubscription.objects.filter(user=alice).count() == MOST_DEVICES


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "nonsense",
        "http://push.example.com/1",
        "ftp://push.example.com/1",
        "https://127.0.0.1/1",
        "https://127.0.0.1:5432/1",
        "https://10.0.0.8/1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1",
        "https://[::ffff:192.168.0.1]/1",
        "https://localhost/1",
        "https://intranet/1",
        "https://db.internal/1",
        "https://user:word@push.example.com/1",
        "https://push.example.com/a b",
        "https://push.example.com/\ud800",
        "https://push.example.com/推",
        "https://push.example.com\r\nX: y/",
        "https://push.example.com/\x00",
        "https://push.example.com/" + "x" * 1500,
    ],
)
def test_hostile_addresses_are_refused(browser, alice, endpoint):
    with pytest.raises(DeviceRefused):
        subscribe_to_push(actor=alice, endpoint=endpoint, **browser.keys)
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("keys", [{"p256dh": "x", "auth": "x"}, {"p256dh": "A" * 87, "auth": "A" * 22}])
def test_keys_no_browser_gives_are_refused(alice, keys):
    with pytest.raises(DeviceRefused):
        subscribe_to_push(actor=alice, endpoint="https://push.example.com/1", **keys)


def test_a_name_that_leads_inside_by_then_is_not_called(clock, service, browser, alice, settings, monkeypatch):
    """What the address was when it was given says nothing of where it leads when it is called."""
    from notifications import outside

    subscribe_to_push(actor=alice, endpoint="https://push.example.com/1", **browser.keys)
    settings.BOT_HOSTS_INSIDE = frozenset()
    found = [(2, 1, 6, "", ("127.0.0.1", int(service.host.rpartition(":")[2])))]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_args, **_more: found)
    say(alice)
    later(clock, minutes=1)
    assert service.requests == []
    assert Sending.objects.get().failure == "inside"


# --- when, and about what ---


def test_a_burst_is_one_push(clock, service, browser, device, alice):
    """What comes within seconds goes together; what comes soon after waits, and its push takes the old one's place."""
    for number in range(3):
        say(alice, key=f"a{number}", number=f"N-{number}")
        clock.advance(timedelta(seconds=5))
    assert later(clock, seconds=6) == 1
    say(alice, key="b", number="N-9")
    assert [later(clock, seconds=30) for _time in range(10)].count(1) == 1
    first, second = service.read(browser)
    assert (first["title"], first["url"]) == ("3 new tasks and messages", "/notifications/")
    assert second["title"] == "4 new tasks and messages"
    assert "N-9" in second["body"]
    assert first["tag"] == second["tag"]


def test_every_device_has_its_push(clock, service, browser, device, alice):
    allow(service, browser, alice, "phone")
    say(alice)
    assert later(clock, minutes=1) == 2
    assert sorted(path for path, _headers, _body in service.requests) == ["/push/alice", "/push/phone"]


def test_what_was_read_is_not_pushed(clock, service, device, alice):
    say(alice)
    mark_read(actor=alice)
    assert later(clock, minutes=1) == 0
    say(alice, key="again")
    clock.advance(timedelta(minutes=1))
    assert push.bundle(user_id=alice.pk) == 1
    mark_read(actor=alice)
    carry_out_due()
    assert service.requests == []
    assert Sending.objects.get().status == Sending.Status.NOTHING


def test_what_was_said_before_the_device_was_allowed_stays_unsaid(clock, service, browser, alice):
    say(alice)
    clock.advance(timedelta(minutes=1))
    allow(service, browser, alice)
    assert later(clock, minutes=1) == 0


def test_who_allowed_nothing_costs_nothing(clock, alice):
    say(alice)
    assert later(clock, minutes=1) == 0
    assert not Sending.objects.exists()


def test_quiet_hours_hold(clock, service, browser, device, alice):
    """Nine in the morning UTC is five in the afternoon in Shanghai, within them."""
    choose_rhythm(actor=alice, **NIGHT)
    say(alice)
    assert [later(clock, minutes=10) for _time in range(8)] == [0] * 8
    assert later(clock, minutes=11) == 1
    assert "N-1" in bodies(service, browser)[0]


def test_a_breach_does_not_wait(clock, service, browser, device, alice):
    """Neither for quiet hours, nor for company, nor because of the last burst; and the rest is not told with it."""
    choose_rhythm(actor=alice, **NIGHT)
    say(alice, key="calm")
    say(alice, key="loud", template="request-late", subject="Stopped")
    assert later(clock, seconds=1) == 1
    [message] = service.read(browser)
    assert "Stopped" in message["body"]
    assert message["title"] == "1 new task or message"
    assert service.requests[0][1]["Urgency"] == "high"
    assert later(clock, minutes=91) == 1
    assert service.read(browser)[1]["title"] == "2 new tasks and messages"


def test_a_breach_takes_the_rest_along(clock, service, browser, device, alice):
    say(alice, key="calm")
    say(alice, key="loud", template="request-late", subject="Stopped")
    assert later(clock, seconds=1) == 1
    [message] = service.read(browser)
    assert (message["title"], "Stopped" in message["body"]) == ("2 new tasks and messages", True)
    say(alice, key="louder", template="request-late", subject="Again")
    assert later(clock, seconds=1) == 1


def test_a_push_that_is_late_does_not_fall_into_the_night(clock, service, browser, device, alice):
    """Asked for before the person chose quiet hours, or tried again within them."""
    say(alice)
    clock.advance(timedelta(minutes=1))
    assert push.bundle(user_id=alice.pk) == 1
    choose_rhythm(actor=alice, **NIGHT)
    carry_out_due()
    assert service.requests == []
    waiting = Sending.objects.get()
    assert (waiting.status, waiting.attempts) == (Sending.Status.WAITING, 0)
    choose_rhythm(actor=alice, quiet_from=None, quiet_until=None, daily_letter=True)
    assert carry_out_due() == 1


def test_a_kind_of_news_can_be_kept_from_devices(clock, service, browser, device, alice):
    choose_channels(actor=alice, template="process-news", in_app=True, email=True, push=False)
    say(alice, key="calm")
    assert later(clock, minutes=1) == 0
    say(alice, key="loud", urgency=Urgency.BREACH, number="N-2")
    assert later(clock, minutes=1) == 1
    assert service.read(browser)[0]["title"] == "1 new task or message"
    assert "N-2" in bodies(service, browser)[0]
    assert Notification.objects.filter(mail_after__isnull=False).count() == 2


def test_only_on_devices(clock, client, service, browser, device, alice):
    """Not in the bell, not by mail; opened by its link it counts as read."""
    choose_channels(actor=alice, template="process-news", in_app=False, email=False, push=True)
    say(alice)
    assert later(clock, minutes=1) == 1
    client.force_login(alice)
    assert "News about" not in client.get(reverse("notifications")).content.decode()
    row = Notification.objects.get()
    assert row.mail_after is None
    client.get(service.read(browser)[0]["url"])
    row.refresh_from_db()
    assert row.read_at is not None


def test_silenced_everywhere_is_silenced_on_devices(clock, device, alice):
    """Also by who was not asked about devices, as before there were any."""
    choose_channels(actor=alice, template="process-news", in_app=False, email=False)
    assert say(alice) == 0


def test_each_reads_in_their_language(clock, service, browser, device, alice):
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    say(alice, template="complaint-critical", severity="critical", subject="停机")
    later(clock, minutes=1)
    [message] = service.read(browser)
    assert message["lang"] == "zh-hans"
    assert "停机" in message["body"]
    assert "critical" not in message["body"]


def test_a_task_is_opened_exactly(clock, service, browser, device, bob, ask):
    """By the link that counts as reading; an open tab is found by the task's own page."""
    item = ask(assignee="alice", actor=bob)
    later(clock, minutes=1)
    [message] = service.read(browser)
    assert message["page"] == reverse("task", args=[item.pk])
    assert message["url"] == reverse("notification", args=[Notification.objects.get(user=item.assignee).pk])


def test_a_very_long_sentence_fits(clock, service, browser, device, alice):
    say(alice, number="长" * 5000)
    later(clock, minutes=1)
    assert len(service.requests[0][2]) <= 4096


def test_who_left_hears_nothing(clock, service, device, alice):
    say(alice)
    clock.advance(timedelta(minutes=1))
    push.bundle(user_id=alice.pk)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    carry_out_due()
    say(alice, key="again")
    assert later(clock, minutes=10) == 0
    assert service.requests == []


def test_yesterdays_news_is_none(clock, service, device, alice):
    say(alice)
    clock.advance(timedelta(minutes=1))
    push.bundle(user_id=alice.pk)
    clock.advance(timedelta(days=1))
    assert carry_out_due() == push_unseen() == 0
    assert service.requests == []


# --- what push services answer ---


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(clock, service, device, alice, status):
    service.answer = (status, {})
    say(alice)
    later(clock, minutes=1)
    assert not PushSubscription.objects.exists()
    assert not Sending.objects.exists()
    assert Notification.objects.get().read_at is None
    say(alice, key="again")
    assert later(clock, minutes=10) == 0
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("120", timedelta(seconds=120)), ("Mon, 05 Jan 2026 09:11:00 GMT", timedelta(minutes=10)), ("1", push.SHORTEST)],
)
def test_a_push_service_that_asks_for_time_gets_it(clock, service, device, alice, asked, waits):
    """Monday 09:00 UTC is when the test begins."""
    service.answer = (429, {"Retry-After": asked})
    say(alice)
    later(clock, minutes=1)
    row = Sending.objects.get()
    assert (row.status, row.next_attempt_at, row.failure) == (Sending.Status.WAITING, clock.now() + waits, "http-429")
    service.answer = (201, {})
    clock.advance(waits - timedelta(seconds=1))
    assert carry_out_due() == 0
    clock.advance(timedelta(seconds=1))
    assert carry_out_due() == 1
    assert len(service.requests) == 2


def test_nobody_waits_for_ever(clock, service, device, alice):
    service.answer = (503, {"Retry-After": "99999999"})
    say(alice)
    later(clock, minutes=1)
    assert Sending.objects.get().next_attempt_at == clock.now() + push.LONGEST
    for _attempt in range(sending.MOST_ATTEMPTS + 2):
        service.answer = (503, {"Retry-After": "10"})
        clock.advance(push.LONGEST if _attempt == 0 else timedelta(minutes=1))
        carry_out_due()
    row = Sending.objects.get()
    assert (row.status, row.failure, len(service.requests)) == (
        Sending.Status.FAILED,
        "http-503",
        sending.MOST_ATTEMPTS,
    )


@pytest.mark.parametrize("status", [500, 429, 403, 302])
def test_what_is_not_taken_is_tried_again(clock, service, browser, device, alice, status):
    service.answer = (status, {})
    say(alice)
    later(clock, minutes=1)
    device.refresh_from_db()
    assert (Sending.objects.get().status, device.failures) == (Sending.Status.WAITING, 1)
    service.answer = (201, {})
    clock.advance(sending.FIRST_PAUSE)
    assert carry_out_due() == 1
    device.refresh_from_db()
    assert device.failures == 0


def test_a_device_nothing_reaches_is_given_up(clock, service, device, alice):
    PushSubscription.objects.update(failures=push.MOST_FAILURES - 1)
    service.answer = (500, {})
    say(alice)
    later(clock, minutes=1)
    assert not PushSubscription.objects.exists()


def test_a_dead_push_service_is_not_waited_for_by_each(clock, service, browser, device, alice, bob, monkeypatch):
    """Ten seconds for each device would keep letters from leaving."""
    allow(service, browser, bob, "bob")
    say(alice, key="a")
    say(bob, key="b")
    tried = []

    def dead(address, *_args):
        tried.append(address)
        raise sending.NotTaken("no-answer")

    monkeypatch.setattr(push.outside, "post", dead)
    later(clock, minutes=1)
    carry_out_due()
    assert len(tried) == 1


def test_the_newer_push_takes_the_place_of_one_that_waits(clock, service, browser, device, alice):
    service.answer = (500, {})
    say(alice, key="one", number="N-1")
    later(clock, minutes=1)
    service.answer = (201, {})
    say(alice, key="two", number="N-2")
    later(clock, minutes=6)
    clock.advance(timedelta(hours=1))
    carry_out_due()
    assert [message["title"] for message in service.read(browser)] == [
        "1 new task or message",
        "2 new tasks and messages",
    ]


# --- crashes ---


class Died(BaseException):
    """The worker ended here."""


def test_a_worker_that_dies_while_sending_loses_nothing(clock, service, browser, device, alice, monkeypatch):
    say(alice)
    clock.advance(timedelta(minutes=1))

    def dies(*_args):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(push.outside, "post", dies)
        with pytest.raises(Died):
            push_unseen()
    assert carry_out_due() == 0
    clock.advance(sending.LEASE)
    assert carry_out_due() == 1
    assert len(bodies(service, browser)) == 1


def test_two_workers_make_one_burst(clock, device, alice):
    say(alice)
    clock.advance(timedelta(minutes=1))
    assert push.bundle(user_id=alice.pk) == 1
    assert push.bundle(user_id=alice.pk) == 0
