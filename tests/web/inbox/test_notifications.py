"""The bell's own page: narrowed, counted, read, in the reader's language, and leading to the exact task after login."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications import live_lists
from notifications.commands import tell_people
from notifications.models import Notification, Urgency
from notifications.queries import BELL_LIMIT

pytestmark = pytest.mark.django_db


def say(person, template="process-news", key="", number="N-1", **data):
    about = {
        "data": {"number": number} | data,
        "record_kind": "",
        "record_id": "",
        "key": key or f"{template} {number}",
    }
    tell_people(usernames=[person.username], template=template, **about)
    return Notification.objects.get(user=person, template=template, data__number=number)


def texts(client, query=""):
    return client.get(reverse("notifications") + query).content.decode()


def test_it_is_narrowed(client, alice):
    client.force_login(alice)
    say(alice, number="N-1")
    say(alice, "plan-rejected", number="MP-1", title="Fair")
    late = say(alice, "request-late", number="SR-1", subject="Stopped")
    assert late.urgency == Urgency.BREACH
    assert all(number in texts(client) for number in ("N-1", "MP-1", "SR-1"))
    assert "MP-1" not in texts(client, "?show=late")
    assert "SR-1" in texts(client, "?show=late")
    assert "SR-1" not in texts(client, "?area=plan")
    assert "MP-1" in texts(client, "?area=plan")
    client.get(reverse("notification", args=[late.pk]))
    assert "SR-1" not in texts(client, "?show=unread")
    client.post(reverse("notifications_read"))
    assert "Nothing matches" in texts(client, "?show=unread")
    assert "N-1" in texts(client, "?show=nonsense&area=nonsense&page=nonsense")


def test_older_ones_follow(client, alice, clock):
    client.force_login(alice)
    for number in range(BELL_LIMIT + 2):
        say(alice, number=f"N-{number:03}")
        clock.advance(timedelta(minutes=1))
    assert "N-001" not in texts(client)
    assert "N-001" in texts(client, "?page=2")


def test_the_page_is_in_the_language_of_who_reads_it(client, alice, approval):
    """The very same rows: names of tasks and of people, codes, and the sentence around them."""
    row = Notification.objects.exclude(data__task=None).select_related("user").first()
    client.force_login(row.user)
    row.user.language = "zh-hans"
    row.user.save(update_fields=["language"])
    chinese = texts(client)
    assert row.data["task_in"]["zh-hans"] in chinese
    assert row.data["task"] not in chinese


def test_page_and_socket_agree(client, alice):
    client.force_login(alice)
    say(alice)
    for name, query in (("news:all", ""), ("news:unread", "?show=unread"), ("news:all?area=plan", "?area=plan")):
        [fingerprint] = live_lists.fingerprints(alice, [name]).values()
        assert f'data-live-list="{name}"' in texts(client, query)
        assert f'data-fingerprint="{fingerprint}"' in texts(client, query)
    assert live_lists.fingerprints(alice, ["news:nonsense"]) == {}


def test_a_link_from_a_letter_asks_for_the_login_and_then_opens_the_exact_task(client, approval, manager):
    """Nothing is approved by opening a link: it leads to the task, where the person decides."""
    row = Notification.objects.filter(user=manager, subject_kind="work_item").first()
    address = reverse("notification", args=[row.pk])
    answer = client.get(address)
    assert answer.status_code == 302
    assert address in answer["Location"]
    client.force_login(manager)
    assert client.get(address)["Location"] == reverse("task", args=[row.subject_id])


def test_nobody_opens_what_was_told_to_others(client, alice, bob):
    row = say(alice)
    client.force_login(bob)
    assert client.get(reverse("notification", args=[row.pk])).status_code == 404
    client.post(reverse("notifications_read"))
    row.refresh_from_db()
    assert row.read_at is None
