"""Devices for news: allowed and removed on the page of choices, and ended with the login they belong to."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from notifications.commands import subscribe_to_push
from notifications.devices import COOKIE
from notifications.models import Preference, PushSubscription
from notifications.push_key import KEY_FILE
from notifications.texts import TEMPLATES
from tests.commands.notifications.push_service import FakeBrowser
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
AT = "https://push.example.com/"


@pytest.fixture(autouse=True)
def _own_key_and_fresh_limits(settings, tmp_path):
    settings.PUSH_KEY_DIR = tmp_path
    cache.clear()


def signed_in(person, client=None):
    """Through the page people sign in by: what a login ends or takes up again hangs on its request."""
    client = client or Client(headers={"User-Agent": LINUX})
    if not person.has_usable_password():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    answer = client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def allow(client, name="a", **more):
    body = {"endpoint": AT + name, "expirationTime": None, "keys": FakeBrowser().keys} | more
    return client.post(reverse("device_allow"), json.dumps(body), "application/json", headers={"Accept": "*/*"})


def page(client):
    return client.get(reverse("profile_news")).content.decode()


def ends_login(client):
    return client.post(reverse("account_logout"))


def test_a_device_is_allowed_and_removed(alice):
    client = signed_in(alice)
    before = page(client)
    assert 'data-push-allowed="no"' in before
    assert "data-push-key=" in before
    assert 'name="push:' not in before
    assert allow(client).status_code == 201
    after = page(client)
    assert 'data-push-allowed="yes"' in after
    assert "Chrome on Linux" in after
    assert "this device" in after
    assert "This device gets news now." in after
    assert 'name="push:level-change-applied" checked' in after
    assert 'name="push:complaint-late"' not in after
    device = PushSubscription.objects.get()
    assert client.post(reverse("device_remove", args=[device.public_id])).status_code == 302
    assert 'data-push-allowed="no"' in page(client)


def test_others_devices_are_not_found(alice, bob):
    allow(signed_in(alice))
    device = PushSubscription.objects.get()
    assert "Chrome on Linux" not in page(signed_in(bob))
    assert signed_in(bob).post(reverse("device_remove", args=[device.public_id])).status_code == 404
    assert Client().post(reverse("device_remove", args=[device.public_id])).status_code == 302
    assert allow(Client()).status_code == 302
    assert PushSubscription.objects.get() == device


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"endpoint": "http://127.0.0.1/"},
        {"endpoint": None},
        {"endpoint": ["x"], "keys": "x"},
        {"endpoint": AT, "keys": {"p256dh": 1, "auth": None}},
        {"endpoint": AT, "keys": []},
        [],
        "x",
    ],
)
def test_nonsense_is_refused_with_a_sentence(alice, body):
    url, headers = reverse("device_allow"), {"X-Requested-With": "XMLHttpRequest"}
    answer = signed_in(alice).post(url, json.dumps(body), "application/json", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("This browser cannot be reached")


def test_choices_for_devices_are_kept(alice):
    client = signed_in(alice)
    allow(client)
    everything = {f"{way}:{name}": "on" for name in TEMPLATES for way in ("app", "mail", "push")}
    wanted = everything | {"daily_letter": "on", "devices": "shown"}
    del wanted["push:level-change-applied"]
    client.post(reverse("profile_news"), wanted)
    row = Preference.objects.get()
    assert (row.template, row.in_app, row.email, row.push) == ("level-change-applied", True, True, False)
    assert 'name="push:level-change-applied" checked' not in page(client)


def test_a_page_without_devices_says_nothing_of_them(alice):
    """Opened before the device was allowed, kept afterwards: it must not switch all of them off."""
    client = signed_in(alice)
    allow(client)
    known = {f"{way}:{name}": "on" for name in TEMPLATES for way in ("app", "mail")}
    client.post(reverse("profile_news"), known | {"daily_letter": "on"})
    assert not Preference.objects.exists()


def test_a_key_that_cannot_be_read_breaks_no_page(alice, tmp_path):
    (tmp_path / KEY_FILE).write_text("nonsense")
    assert "data-push-key" not in page(signed_in(alice))


# --- logins ---


def test_signing_out_ends_it(alice):
    client = signed_in(alice)
    allow(client)
    other = subscribe_to_push(actor=alice, endpoint=AT + "phone", **FakeBrowser().keys)
    ends_login(client)
    assert list(PushSubscription.objects.all()) == [other]


def test_signing_out_after_the_cookies_of_the_login_went_ends_it_too(alice):
    """Signed in again, in a new session: the device is still known."""
    client = signed_in(alice)
    allow(client)
    del client.cookies["sessionid"]
    signed_in(alice, client)
    assert 'data-push-allowed="yes"' in page(client)
    ends_login(client)
    assert not PushSubscription.objects.exists()


def test_signing_out_elsewhere_ends_nothing_here(alice):
    here, there = signed_in(alice), signed_in(alice)
    allow(here)
    ends_login(there)
    assert PushSubscription.objects.exists()


def test_the_next_person_gets_nothing_of_the_former(alice, bob):
    """Alice only closed the window; Bob signs in at the same computer."""
    client = signed_in(alice)
    allow(client)
    del client.cookies["sessionid"]
    signed_in(bob, client)
    assert not PushSubscription.objects.exists()


def test_a_cookie_of_nonsense_hurts_nobody(alice, bob):
    allow(signed_in(alice))
    client = Client()
    client.cookies[COOKIE] = "nonsense"
    signed_in(bob, client)
    assert client.get(reverse("profile_news")).status_code == 200
    ends_login(client)
    assert PushSubscription.objects.exists()


def test_a_login_that_lay_unused_keeps_its_device(alice, clock, settings):
    """News are for who is not looking; they come again after the next login, and signing out still ends them."""
    settings.SESSION_IDLE_MINUTES = 60
    client = signed_in(alice)
    page(client)
    allow(client)
    clock.advance(timedelta(hours=2))
    assert client.get(reverse("profile_news")).status_code == 302
    assert PushSubscription.objects.exists()
    signed_in(alice, client)
    clock.advance(timedelta(hours=2))
    ends_login(client)
    assert not PushSubscription.objects.exists()


def test_signing_out_everywhere_else_ends_the_others(alice, django_capture_on_commit_callbacks):
    here, there = signed_in(alice), signed_in(alice)
    for client, name in ((here, "here"), (there, "there")):
        allow(client, name)
        page(client)
    with django_capture_on_commit_callbacks(execute=True):
        here.post(reverse("usersessions_list"))
    assert [device.endpoint for device in PushSubscription.objects.all()] == [AT + "here"]
