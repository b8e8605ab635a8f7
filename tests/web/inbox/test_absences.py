"""Standing in, on the pages: rows say for whom, pickers say who is away, and who is back is asked about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks_inbox import commands, jobs
from tasks_inbox.queries import View
from tests.commands.tasks_inbox.test_absences import away

pytestmark = pytest.mark.django_db


def inbox(client, person):
    client.force_login(person)
    return client.get(reverse("inbox", args=[View.MINE])).content.decode()


def test_rows_and_the_task_say_for_whom(client, ask, clock, alice, bob):
    away(alice, bob)
    item = ask(assignee="alice")
    assert f"for {alice.display_name}" in inbox(client, bob)
    page = client.get(reverse("task", args=[item.pk])).content.decode()
    assert "On behalf of" in page
    assert f"for {alice.display_name}" not in inbox(client, alice)


def test_work_that_was_open_already_says_so_too(client, ask, clock, alice, bob):
    ask(assignee="alice")
    away(alice, bob)
    assert f"for {alice.display_name}" in inbox(client, bob)
    assert f"for {alice.display_name}" not in inbox(client, alice)


def test_chain_and_history_say_who_did_it_for_whom(client, ask, clock, alice, bob):
    away(alice, bob)
    item = ask(assignee="alice", actor=alice)
    commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    client.force_login(alice)
    page = client.get(reverse("task", args=[item.pk])).content.decode()
    assert f"{bob.display_name}, for {alice.display_name}" in page
    assert f"completed the task, for {alice.display_name}" in page


def test_a_picker_says_who_is_away(client, clock, alice, bob, dora):
    away(bob, dora)
    client.force_login(alice)
    found = client.get(reverse("people_search"), {"q": "bob"}).json()["results"]
    assert found[0]["hint"].startswith("away until ")
    assert found[0]["hint"].endswith(f"; {dora.display_name} stands in")
    (other,) = client.get(reverse("people_search"), {"q": "dora"}).json()["results"]
    assert "away" not in other["hint"]


def test_a_transfer_says_who_got_it(client, ask, clock, alice, bob, dora):
    away(bob, dora)
    item = ask(assignee="alice")
    client.force_login(alice)
    answer = client.post(reverse("task_transfer", args=[item.pk]), {"recipient": bob.pk})
    assert answer.status_code == 204
    assert "is away" in answer["HX-Trigger"]


def test_the_substitute_is_asked_and_answers(client, ask, clock, alice, bob):
    away(alice, bob, lasting=timedelta(days=2))
    item = ask(assignee="alice")
    commands.save_draft(actor=bob, work_item_id=item.pk, answers={})
    client.force_login(bob)
    task = reverse("task", args=[item.pk])
    assert "is back" not in client.get(task).content.decode()
    clock.advance(timedelta(days=2))
    jobs.hand_back()
    assert f"{alice.display_name} is back" in client.get(task).content.decode()
    assert client.post(reverse("task_keep", args=[item.pk])).status_code == 200
    assert "is back" not in client.get(task).content.decode()
    assert client.post(reverse("task_restore", args=[item.pk])).status_code == 400


def test_an_outsider_is_told_nothing(client, ask, clock, alice, bob, charlie):
    away(alice, bob)
    item = ask(assignee="alice")
    client.force_login(charlie)
    for name in ("task_keep", "task_restore"):
        assert client.post(reverse(name, args=[item.pk])).status_code == 404


def test_an_inbox_asks_no_more_for_who_stands_in_for_nobody(client, ask, clock, alice, bob):
    ask(assignee="alice")
    inbox(client, alice)
    with CaptureQueriesContext(connection) as before:
        inbox(client, alice)
    away(alice, bob)
    with CaptureQueriesContext(connection) as after:
        inbox(client, alice)
    assert len(after) == len(before)
