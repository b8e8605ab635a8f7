"""The acts beside the work from the page: each has its entry and its dialog, does what it says, and says so."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock as clocks
from tasks_inbox import approvals, commands, queries
from tasks_inbox.models import Consultation, Copy, Label, Snooze, WorkItem
from tasks_inbox.standing import standing_of
from web.components import icon_shapes
from web.views import task_verb_words
from web.views.task_history import history_of
from web.views.task_menu import menu_of

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def entries(user, item):
    found = queries.visible_item(user, item.pk)
    return {entry.url: entry for family in menu_of(user, found, standing_of(user, found)) for entry in family}


def post(client, act, item, *more, **values):
    return client.post(reverse(act, args=[item.pk, *more]), values, **SCRIPT)


def triggered(answer):
    assert answer.status_code in {200, 204}, answer.content
    return json.loads(answer["HX-Trigger"])


def test_the_menu_holds_what_a_person_may_do(ask, alice, manager):
    item = ask(assignee="alice")
    names = {url.rstrip("/").rsplit("/", 1)[1] for url in entries(alice, item)}
    assert {"snooze", "follow", "labels", "delegate", "consult", "copy"} <= names
    assert not names & {"priority", "due", "urge", "recall", "hand-back"}
    above = {url.rstrip("/").rsplit("/", 1)[1] for url in entries(manager, item)}
    assert {"priority", "due", "urge", "follow"} <= above
    assert not above & {"delegate", "consult", "recall"}


def test_every_dialog_opens_and_every_icon_exists(client, ask, alice, manager):
    item = ask(assignee="alice")
    for person in (alice, manager):
        client.force_login(person)
        for url, entry in entries(person, item).items():
            assert entry.icon in icon_shapes()
            if not entry.posts:
                answer = client.get(url, **SCRIPT)
                assert answer.status_code == 200, url
                assert "dialog-head" in answer.content.decode()
    assert set(task_verb_words.ICONS.values()) <= icon_shapes().keys()


def test_snooze(client, ask, clock, alice):
    item = ask(assignee="alice")
    client.force_login(alice)
    until = (clock.now() + timedelta(days=1)).astimezone(alice.time_zone)
    answer = post(client, "task_snooze", item, until=until.strftime("%Y-%m-%dT%H:%M"))
    assert {"close-dialog", "refresh-lists", "advance", "toast"} <= set(triggered(answer))
    assert Snooze.objects.get().until == until
    assert str(item.pk) in client.get(reverse("inbox", args=["snoozed"])).content.decode()
    assert f'id="row-{item.pk}"' not in client.get(reverse("inbox_rows", args=["mine"])).content.decode()
    triggered(post(client, "task_unsnooze", item))
    assert not Snooze.objects.exists()


@pytest.mark.parametrize(
    "until", ["", "tomorrow", "2020-01-01T09:00", "9999-12-31T23:59", "10000-01-01", "0001-01-01T00:00"]
)
def test_moments_that_are_none(client, ask, clock, alice, until):
    item = ask(assignee="alice")
    client.force_login(alice)
    assert post(client, "task_snooze", item, until=until).status_code == 400


def test_a_preset_counts_although_the_field_is_empty(client, ask, clock, alice):
    item = ask(assignee="alice")
    client.force_login(alice)
    until = clock.now() + timedelta(hours=3)
    triggered(client.post(reverse("task_snooze", args=[item.pk]), {"until": ["", until.isoformat()]}, **SCRIPT))
    assert Snooze.objects.get().until == until


def test_follow(client, ask, alice):
    item = ask(assignee="alice")
    client.force_login(alice)
    triggered(post(client, "task_follow", item))
    assert reverse("task_unfollow", args=[item.pk]) in entries(alice, item)
    triggered(post(client, "task_unfollow", item))
    assert reverse("task_follow", args=[item.pk]) in entries(alice, item)


def test_labels(client, ask, alice, bob):
    item = ask(assignee="alice")
    client.force_login(alice)
    answer = post(client, "task_new_label", item, name="VIP <b>", colour="danger")
    assert "VIP &lt;b&gt;" in answer.content.decode()
    label = Label.objects.get()
    aside = client.get(reverse("task_aside", args=[item.pk])).content.decode()
    assert "VIP &lt;b&gt;" in aside
    triggered(post(client, "task_labels", item))
    assert not label.labellings.exists()
    triggered(post(client, "task_labels", item, labels=str(label.pk)))
    assert label.labellings.exists()
    client.force_login(bob)
    assert post(client, "task_forget_label", item, label.pk).status_code == 404
    client.force_login(alice)
    assert post(client, "task_forget_label", item, label.pk).status_code == 200
    assert not Label.objects.exists()


def test_priority_and_due_date(client, ask, clock, alice, manager):
    item = ask(assignee="alice")
    client.force_login(manager)
    triggered(post(client, "task_priority", item, priority="100"))
    triggered(post(client, "task_due", item, due_at="2026-01-09T18:00", reason="They asked."))
    item.refresh_from_db()
    assert item.priority == 100
    assert item.due_at.astimezone(manager.time_zone).hour == 18
    aside = client.get(reverse("task_aside", args=[item.pk])).content.decode()
    assert "hx-swap-oob" in aside
    assert "Urgent" in aside
    assert post(client, "task_priority", item, priority="9" * 30).status_code == 400
    client.force_login(alice)
    assert post(client, "task_due", item, due_at="2026-01-09T18:00", reason="Please").status_code == 403


def test_delegate_and_back(client, ask, alice, bob):
    item = ask(assignee="alice")
    client.force_login(alice)
    triggered(post(client, "task_delegate", item, recipient=str(bob.pk), note="Numbers first"))
    owner = client.get(reverse("task", args=[item.pk])).content.decode()
    assert reverse("task_recall", args=[item.pk]) in owner
    client.force_login(bob)
    pane = client.get(reverse("task_pane", args=[item.pk])).content.decode()
    assert reverse("task_hand_back", args=[item.pk]) in pane
    assert 'data-submits-form="task-form"' not in pane
    triggered(post(client, "task_hand_back", item, note="Done"))
    item.refresh_from_db()
    assert item.assignee == alice


def test_take_back_shows_the_task_again(client, ask, alice, bob):
    item = ask(assignee="alice")
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    client.force_login(alice)
    answer = post(client, "task_recall", item)
    assert answer["HX-Retarget"] == "#task-pane"
    assert 'data-submits-form="task-form"' in answer.content.decode()


def test_a_copy_is_read_when_it_is_looked_at(client, level_task, alice, bob, charlie):
    client.force_login(alice)
    address = reverse("task_copy", args=[level_task.pk])
    assert client.post(address, {"people": [charlie.pk]}, **SCRIPT).status_code == 403
    assert client.post(address, {"people": ["", "x", "9" * 40]}, **SCRIPT).status_code == 400
    triggered(client.post(address, {"people": [bob.pk], "note": "See"}, **SCRIPT))
    client.force_login(bob)
    listed = client.get(reverse("inbox", args=["cc"])).content.decode()
    assert reverse("task_copy_read", args=[level_task.pk]) in listed
    assert post(client, "task_copy_read", level_task).status_code == 204
    assert Copy.objects.get().read_at is not None
    assert (
        reverse("task_copy_read", args=[level_task.pk])
        not in client.get(reverse("task_pane", args=[level_task.pk])).content.decode()
    )


def test_an_opinion_from_asking_to_answering(client, level_task, alice, bob):
    client.force_login(alice)
    triggered(post(client, "task_consult", level_task, person=str(bob.pk), question="Is it <wise>?"))
    asked = Consultation.objects.get()
    client.force_login(bob)
    page = client.get(reverse("inbox", args=["asked"])).content.decode()
    assert "Is it &lt;wise&gt;?" in page
    assert reverse("task_advise", args=[level_task.pk, asked.pk]) in page
    triggered(post(client, "task_advise", level_task, asked.pk, answer="Very."))
    client.force_login(alice)
    assert "Very." in client.get(reverse("task_aside", args=[level_task.pk])).content.decode()
    assert post(client, "task_unask", level_task, asked.pk).status_code == 409


def test_urge_twice(client, ask, alice, manager):
    item = ask(assignee="alice")
    client.force_login(manager)
    triggered(post(client, "task_urge", item, text="Please"))
    assert post(client, "task_urge", item).status_code == 409


def test_outsiders_find_nothing(client, ask, charlie):
    item = ask(assignee="alice")
    client.force_login(charlie)
    for name in ("task_aside", "task_snooze", "task_labels", "task_priority", "task_due", "task_delegate", "task_copy"):
        assert client.get(reverse(name, args=[item.pk]), **SCRIPT).status_code == 404, name
    for name in ("task_follow", "task_recall", "task_urge", "task_consult", "task_hand_back", "task_copy_read"):
        answer = post(client, name, item)
        assert answer.status_code in {204, 404}, name
    assert not Copy.objects.exists()


def test_the_history_tells_every_act_but_nobody_elses_own(ask, clock, alice, bob, manager):
    item = ask(assignee="alice")
    tomorrow = clocks.now() + timedelta(days=1)
    commands.snooze_work_item(actor=alice, work_item_id=item.pk, until=tomorrow)
    commands.set_due_date(actor=manager, work_item_id=item.pk, due_at=tomorrow, reason="They asked.")
    commands.set_priority(actor=manager, work_item_id=item.pk, priority=75)
    commands.urge_work_item(actor=manager, work_item_id=item.pk)
    commands.delegate_work_item(actor=alice, work_item_id=item.pk, delegate=bob)
    commands.hand_back_work_item(actor=bob, work_item_id=item.pk)
    item = WorkItem.objects.in_context().get(pk=item.pk)
    mine = " | ".join(event["what"] for event in history_of(item, alice))
    theirs = " | ".join(event["what"] for event in history_of(item, manager))
    assert "put the task off until" in mine
    assert "put the task off" not in theirs
    for words in ("delegated the work to", "handed the task back to", "urged", "50 → 75", "changed the due date to"):
        assert words in theirs


def test_the_pane_asks_no_more_for_a_task_nobody_was_brought_into(client, ask, alice, django_assert_max_num_queries):
    item = ask(assignee="alice")
    client.force_login(alice)
    client.get(reverse("task_pane", args=[item.pk]))
    with django_assert_max_num_queries(30) as captured:
        client.get(reverse("task_pane", args=[item.pk]))
    asked = " ".join(query["sql"] for query in captured.captured_queries)
    assert "tasks_inbox_consultation" not in asked
    assert "tasks_inbox_copy" not in asked


def test_an_approval_that_is_put_off_waits_elsewhere(client, approval, clock, manager):
    assert [item.pk for item in approvals.waiting_for(manager)] == [approval.pk]
    until = clock.now() + timedelta(days=1)
    commands.snooze_work_item(actor=manager, work_item_id=approval.pk, until=until)
    assert approvals.waiting_for(manager) == []
    clock.advance(timedelta(days=1))
    assert [item.pk for item in approvals.waiting_for(manager)] == [approval.pk]
    client.force_login(manager)
    page = client.get(reverse("approval", args=[approval.pk])).content.decode()
    assert reverse("task_snooze", args=[approval.pk]) in page
    assert 'id="task-aside"' in page
