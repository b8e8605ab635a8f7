"""What I started: where it stands, who has it, when it is likely done, and what I can do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock as clocks
from tasks_inbox.models import WorkItem
from workflows.durations import ENOUGH, usual_durations
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db


def page(client, **query):
    return client.get(reverse("requests_mine"), query).content.decode()


def test_it_works(client, alice, ask):
    item = ask(assignee="bob", actor=alice)
    client.force_login(alice)
    shown = page(client)
    assert reverse("task", args=[item.pk]) in shown
    assert reverse("task_urge", args=[item.pk]) in shown
    assert reverse("request_recall", args=[item.instance_id]) in shown


def test_nobody_urges_themselves(client, alice, ask):
    item = ask(assignee="alice", actor=alice)
    client.force_login(alice)
    assert reverse("task_urge", args=[item.pk]) not in page(client)


def test_running_and_ended_ones_are_told_apart(client, alice, ask):
    item = ask(assignee="bob", actor=alice)
    client.force_login(alice)
    assert reverse("task", args=[item.pk]) in page(client, show="running")
    assert "None of your requests is in this state" in page(client, show="ended")
    assert reverse("task", args=[item.pk]) in page(client, show="nonsense")


def test_others_see_nothing_of_it(client, alice, charlie, ask):
    item = ask(assignee="bob", actor=alice)
    client.force_login(charlie)
    assert str(item.pk) not in page(client)


def test_it_is_likely_done_when_it_usually_is(client, alice, ask, clock):
    items = [ask(assignee="bob", actor=alice) for _number in range(ENOUGH + 1)]
    done = [item.instance_id for item in items[:-1]]
    client.force_login(alice)
    assert "likely done" not in page(client)
    now = clocks.now()
    WorkItem.objects.filter(instance__in=done).update(status="completed")
    ProcessInstance.objects.filter(pk__in=done).update(status="completed", ended_at=now + timedelta(hours=3))
    assert usual_durations({items[0].process_key}) == {items[0].process_key: timedelta(hours=3)}
    assert "likely done in 3 h" in page(client)
