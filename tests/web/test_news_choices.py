"""What a person wants to hear of: kept, shown, and powerless against broken promises."""

from __future__ import annotations

import pytest
from django.urls import reverse

from notifications.commands import tell_people
from notifications.models import Notification, Preference
from notifications.texts import TEMPLATES

pytestmark = pytest.mark.django_db
ALL = {f"{way}:{name}": "on" for name in TEMPLATES for way in ("app", "mail")} | {"daily_letter": "on"}


def without(*names):
    return {name: value for name, value in ALL.items() if name not in names}


def test_a_choice_is_kept_and_shown(client, alice):
    """What is switched off stays off, and only that is written."""
    client.force_login(alice)
    page = client.get(reverse("profile_news")).content.decode()
    assert 'name="app:level-change-applied" checked' in page
    client.post(reverse("profile_news"), without("app:level-change-applied", "mail:level-change-applied"))
    row = Preference.objects.get()
    assert (row.user, row.template, row.in_app, row.email) == (alice, "level-change-applied", False, False)
    assert 'name="app:level-change-applied" checked' not in client.get(reverse("profile_news")).content.decode()
    about = {"data": {}, "record_kind": "", "record_id": "", "key": "k"}
    assert tell_people(usernames=["alice"], template="level-change-applied", **about) == 0


def test_broken_promises_are_not_up_for_choice(client, alice):
    """Neither the page offers it, nor does a request made by hand change it."""
    client.force_login(alice)
    page = client.get(reverse("profile_news")).content.decode()
    assert 'name="app:complaint-late"' not in page
    client.post(reverse("profile_news"), without("app:complaint-late", "mail:complaint-late"))
    assert not Preference.objects.exists()
    about = {"data": {}, "record_kind": "", "record_id": "", "key": "k"}
    assert tell_people(usernames=["alice"], template="complaint-late", **about) == 1
    assert Notification.objects.get().mail_after is not None


def test_nobody_chooses_for_others(client):
    """Behind the login."""
    assert client.get(reverse("profile_news")).status_code == 302
    client.post(reverse("profile_news"), {})
    assert not Preference.objects.exists()
