"""Filters, paging, headings, the bell and one's own settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock as clocks
from notifications.models import Notification
from tasks_inbox.models import WorkItem
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def rows(client, view="mine", **query):
    return client.get(reverse("inbox_rows", args=[view]), query).content.decode()


def test_it_works(client, alice, level_task, ask):
    other = ask(assignee="alice")
    client.force_login(alice)
    for query in (
        "customer:lanting",
        'customer:"Lanting Hotels"',
        "process:level",
        level_task.record_number,
        "request",
    ):
        page = rows(client, q=query)
        assert str(level_task.pk) in page, query
        assert str(other.pk) not in page, query


def test_the_filter_understands_the_names_of_the_language(client, alice, level_task, ask):
    other = ask(assignee="alice")
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    client.force_login(alice)
    for query in ("填写申请", "流程：级别变更", "客户:Lanting"):
        page = rows(client, q=query)
        assert str(level_task.pk) in page, query
        assert str(other.pk) not in page, query


@pytest.mark.parametrize(
    "query", ["due:late", "due:today", "due:week", "due:none", "due:nonsense", '"', "a:b:c", "%_\\'"]
)
def test_every_line_is_answered(client, alice, level_task, query):
    client.force_login(alice)
    assert client.get(reverse("inbox", args=["mine"]), {"q": query}).status_code == 200
    assert client.get(reverse("inbox", args=["groups"]), {"q": query}).status_code == 200


def test_due_words_and_headings(client, alice, ask, clock):
    late, week, never = (ask(assignee="alice") for _ in range(3))
    WorkItem.objects.filter(pk=late.pk).update(due_at=clocks.now() - timedelta(hours=1))
    WorkItem.objects.filter(pk=week.pk).update(due_at=clocks.now() + timedelta(days=3))
    client.force_login(alice)
    page = rows(client)
    assert [page.index(f'id="group-{key}"') for key in ("late", "week", "none")] == sorted(
        page.index(f'id="group-{key}"') for key in ("late", "week", "none")
    )
    assert str(late.pk) in rows(client, q="due:late")
    assert str(week.pk) not in rows(client, q="due:late")
    assert str(week.pk) in rows(client, q="due:week")
    assert str(never.pk) in rows(client, q="due:none")
    assert str(late.pk) in rows(client, "overdue")


def test_fifty_on_a_page(client, alice, ask):
    first = ask(assignee="alice")
    WorkItem.objects.bulk_create(
        WorkItem(
            instance=first.instance,
            step=f"s{number}",
            element="first",
            loop=number,
            name="first",
            process_key=first.process_key,
            assignee=alice,
            created_at=clocks.now(),
        )
        for number in range(2, 121)
    )
    client.force_login(alice)
    page = client.get(reverse("inbox", args=["mine"])).content.decode()
    assert page.count("data-live-item=") == 50
    assert "99+" in page
    assert client.get(reverse("inbox", args=["mine"]), {"page": 3}).content.decode().count("data-live-item=") == 20
    for nonsense in ("0", "-1", "x", "9" * 40):
        assert client.get(reverse("inbox", args=["mine"]), {"page": nonsense}).status_code == 200


def test_the_fingerprint_of_the_page_is_the_one_of_the_heartbeat(client, alice, ask):
    from tasks_inbox import queries

    ask(assignee="alice")
    client.force_login(alice)
    expected = queries.page(alice, queries.View.MINE).fingerprint
    assert f'data-fingerprint="{expected}"' in rows(client)


def test_the_bell_leads_to_the_task(client, alice, bob, ask):
    item = ask(assignee="alice")
    entry = Notification.objects.get(user=alice)
    client.force_login(bob)
    assert client.get(reverse("notification", args=[entry.pk])).status_code == 404
    client.force_login(alice)
    assert "New task" in client.get(reverse("notifications"), HTTP_HX_REQUEST="true").content.decode()
    assert client.get(reverse("notification", args=[entry.pk]))["Location"] == reverse("task", args=[item.pk])
    entry.refresh_from_db()
    assert entry.read_at is not None


def test_everything_is_marked_as_read_at_once(client, alice, ask):
    ask(assignee="alice")
    client.force_login(alice)
    assert client.post(reverse("notifications_read"))["Location"] == reverse("notifications")
    assert not Notification.objects.filter(user=alice, read_at=None).exists()


def test_the_profile_keeps_what_was_chosen(client, alice):
    client.force_login(alice)
    chosen = {"language": "zh-hans", "theme": "dark", "density": "dense", "zone": "Europe/Berlin"}
    assert client.post(reverse("profile"), chosen).status_code == 302
    alice.refresh_from_db()
    assert (alice.language, alice.theme, alice.density, alice.zone) == ("zh-hans", "dark", "dense", "Europe/Berlin")
    assert alice.letter_keys is False
    assert client.post(reverse("profile"), chosen | {"zone": "Mars/Olympus"}).status_code == 200
    alice.refresh_from_db()
    assert alice.zone == "Europe/Berlin"


def test_a_new_password_needs_the_old_one(client, alice):
    alice.set_password(PASSWORD)
    alice.save(update_fields=["password"])
    client.force_login(alice)
    address, new = reverse("profile_password"), "entirely another horse"
    wrong = client.post(address, {"current": "no", "new": new, "again": new})
    assert "The present password is not right." in wrong.content.decode()
    weak = client.post(address, {"current": PASSWORD, "new": "12345", "again": "12345"})
    assert weak.status_code == 200
    differs = client.post(address, {"current": PASSWORD, "new": new, "again": new + "!"})
    assert "differ" in differs.content.decode()
    assert client.post(address, {"current": PASSWORD, "new": new, "again": new}).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(new)
    assert client.get(address).status_code == 200


def test_records_are_found_by_their_subject(client, alice, agent, charlie, db):
    """Nobody remembers numbers: a request is found by what it is about, and only by who may see it."""
    from crm_core.service.commands import create_request
    from tests import crm

    made = create_request(actor=agent, kind="fault", subject="Chiller stops", customer_id=crm.customer(alice).pk)
    client.force_login(agent)
    page = client.get(reverse("search"), {"q": "chiller"}).content.decode()
    assert "Chiller stops" in page
    assert f"Service request {made.number}" in page
    client.force_login(charlie)
    assert "Chiller stops" not in client.get(reverse("search"), {"q": "chiller"}).content.decode()


def test_the_bell_names_tasks_in_the_readers_language(client, alice, level_task):
    """A Chinese sentence around an English task name reads like a defect."""
    for language, name in (("en", "Complete the request"), ("zh-hans", "填写申请")):
        alice.language = language
        alice.save(update_fields=["language"])
        client.force_login(alice)
        texts_shown = client.get(reverse("notifications")).content.decode()
        assert name in texts_shown
