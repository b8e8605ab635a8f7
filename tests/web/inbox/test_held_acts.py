"""Completing from the page where it can be undone: what is answered, what others see, what asks first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from tasks_inbox import commands
from tasks_inbox.models import Draft, HeldAct, WorkItem

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _undo(settings: Any, clock: Any) -> None:
    """The suite runs without undo; here it is what is looked at."""
    settings.INBOX_UNDO_SECONDS = 8


def send(client, name, item, body=None, query=""):
    url = reverse(name, args=[item.pk]) + query
    return client.post(url, json.dumps(body or {}), "application/json", **SCRIPT)


def rows(client, user, view="mine"):
    client.force_login(user)
    return client.get(reverse("inbox_rows", args=[view])).content.decode()


def test_it_works(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    answer = send(client, "task_complete", item, {"answers": {}})
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["undo_url"] == reverse("task_undo", args=[item.pk])
    assert toast["confirm_url"] == reverse("task_finish", args=[item.pk])
    assert toast["seconds"] == 8
    item.refresh_from_db()
    assert (item.status, item.held_by) == ("open", alice)
    assert str(item.pk) not in rows(client, alice)


def test_undo_gives_task_and_answers_back(client, alice, level_task):
    answers = {"proposed_level": "silver", "reason": "strategic", "justification": "They open a second house in May."}
    client.force_login(alice)
    assert send(client, "task_complete", level_task, {"answers": answers}).status_code == 200
    answer = send(client, "task_undo", level_task)
    assert answer.json() == {"items": [str(level_task.pk)], "url": reverse("task", args=[level_task.pk])}
    assert Draft.objects.get(item=level_task, user=alice).answers == answers
    page = client.get(reverse("task_pane", args=[level_task.pk])).content.decode()
    assert "They open a second house in May." in page
    again = send(client, "task_undo", level_task)
    assert (again.status_code, again.json()) == (409, {"detail": "There is nothing to undo: the task is open."})


def test_others_read_who_is_finishing_it(client, alice, bob, ask):
    item = ask(group="sales")
    commands.hold_completion(actor=alice, work_item_id=item.pk, answers={})
    sentence = f"{alice.display_name} is finishing this"
    assert sentence in rows(client, bob, "groups")
    pane = client.get(reverse("task_pane", args=[item.pk])).content.decode()
    assert f"{sentence}." in pane
    assert "data-submits-form" not in pane
    for name in ("task_claim", "task_complete"):
        answer = send(client, name, item, {"answers": {}})
        assert (answer.status_code, answer.json()) == (409, {"detail": f"{sentence}."})


def test_the_author_sees_that_it_can_still_be_undone(client, alice, ask):
    item = ask(assignee="alice")
    commands.hold_completion(actor=alice, work_item_id=item.pk, answers={})
    client.force_login(alice)
    page = client.get(reverse("task", args=[item.pk])).content.decode()
    assert reverse("task_undo", args=[item.pk]) in page
    assert reverse("task_finish", args=[item.pk]) in page


def test_confirming_and_seeing_how_it_goes_on(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    send(client, "task_complete", item, {"answers": {}})
    answer = send(client, "task_finish", item, query="?then=see")
    assert answer["HX-Redirect"] == reverse("task", args=[item.pk])
    item.refresh_from_db()
    assert item.status == "completed"
    assert send(client, "task_finish", item).status_code == 200
    late = send(client, "task_undo", item)
    assert (late.status_code, late.json()) == (409, {"detail": "This is done and can no longer be undone."})


def test_what_turned_out_impossible_is_not_said_to_be_done(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    send(client, "task_complete", item, {"answers": {}})
    WorkItem.objects.filter(pk=item.pk).update(assignee=None)
    assert send(client, "task_finish", item).status_code in {200, 409}
    assert not HeldAct.objects.exists()
    item.refresh_from_db()
    assert item.status == "open"


def test_what_cannot_be_undone_asks_first(client, alice, ask):
    header = '<zeebe:taskHeaders><zeebe:header key="undo" value="none"/></zeebe:taskHeaders>'
    item = ask(assignee="alice", properties=header)
    client.force_login(alice)
    answer = send(client, "task_complete", item, {"answers": {}})
    assert answer.status_code == 409
    assert answer.json()["ask"].endswith("?")
    item.refresh_from_db()
    assert (item.status, item.held_by) == ("open", None)
    assert send(client, "task_complete", item, {"answers": {}, "asked": True}).status_code == 200
    item.refresh_from_db()
    assert item.status == "completed"


def test_an_approval_goes_on_to_the_next_and_can_be_undone_there(client, manager, approval):
    client.force_login(manager)
    answers = {"outcome": "approve"}
    answer = send(client, "task_complete", approval, {"answers": answers}, "?from=approvals")
    assert answer.status_code == 204, answer.content
    assert answer["HX-Redirect"] == reverse("approvals")
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo_url"]
    assert client.get(reverse("approvals")).status_code == 200
    assert client.post(undo, **SCRIPT).json()["url"] == reverse("approval", args=[approval.pk])


def test_the_interface_never_waits(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    url = f"/api/v1/tasks/{item.pk}/complete/"
    assert client.post(url, json.dumps({"answers": {}}), "application/json").status_code == 200
    item.refresh_from_db()
    assert item.status == "completed"
    assert not HeldAct.objects.exists()
