"""Following: told of each act, while one may see the item."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import texts
from notifications.models import Notification
from tasks_inbox import audiences, commands, queries
from tasks_inbox.exceptions import WorkItemEnded, WorkItemUnknown
from tasks_inbox.models import Watch, WorkItem, WorkItemEvent
from tasks_inbox.queries import View

pytestmark = pytest.mark.django_db


def follow(user, item):
    return commands.follow_work_item(actor=user, work_item_id=item.pk)


def news(user):
    rows = Notification.objects.filter(user=user).exclude(template="task-assigned")
    return [row.template for row in rows.order_by("created_at", "id")]


def test_it_works(ask, alice, bob, manager):
    item = ask(assignee="alice")
    follow(manager, item)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Called them.")
    commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    assert news(manager) == ["task-followed"] * 3
    rows = Notification.objects.filter(user=manager).order_by("created_at", "id")
    assert {row.data["act"] for row in rows} == {"commented", "transferred", "completed"}
    assert all(row.data["act_in"]["en"] in texts.title(row.template, row.data) for row in rows)


def test_it_is_a_view_of_its_own(ask, alice, manager):
    item, other = ask(assignee="alice"), ask(assignee="alice")
    follow(manager, item)
    assert [row.pk for row in queries.page(manager, View.WATCHING).items] == [item.pk]
    assert queries.capped_count(manager, View.WATCHING) == 1
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert queries.page(manager, View.WATCHING).items == ()
    assert other.pk


def test_ones_own_acts_and_what_others_do_for_themselves_are_no_news(ask, clock, alice, manager):
    item = ask(assignee="alice")
    follow(manager, item)
    follow(alice, item)
    commands.comment_on_work_item(actor=manager, work_item_id=item.pk, text="Hello")
    assert news(manager) == []
    assert news(alice) == ["task-comment"]  # once, as the holder


def test_who_may_see_it_no_longer_is_told_nothing(ask, alice, charlie):
    item = ask(assignee="charlie")
    follow(charlie, item)
    WorkItem.objects.filter(pk=item.pk).update(assignee=alice)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Secret")
    assert news(charlie) == []
    assert queries.page(charlie, View.WATCHING).items == ()
    assert queries.capped_count(charlie, View.WATCHING) == 0


def test_no_hint_goes_to_who_may_see_it_no_longer(ask, alice, charlie, manager, monkeypatch):
    item = ask(assignee="charlie")
    follow(charlie, item)
    WorkItem.objects.filter(pk=item.pk).update(assignee=alice)
    follow(manager, item)
    told: list[str] = []
    monkeypatch.setattr(audiences, "nudge_all", lambda hints: told.extend(name for names, _ in hints for name in names))
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Secret")
    assert audiences.user_group(manager.pk) in told
    assert audiences.user_group(charlie.pk) not in told


def test_a_second_click_changes_nothing(ask, alice):
    item = ask(assignee="alice")
    follow(alice, item)
    follow(alice, item)
    assert Watch.objects.count() == 1
    assert WorkItemEvent.objects.filter(item=item, kind="followed").count() == 1


def test_it_can_end(ask, alice, manager):
    item = ask(assignee="alice")
    follow(manager, item)
    commands.unfollow_work_item(actor=manager, work_item_id=item.pk)
    commands.unfollow_work_item(actor=manager, work_item_id=item.pk)
    commands.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Called them.")
    assert news(manager) == []
    assert WorkItemEvent.objects.filter(item=item, kind="unfollowed").count() == 1


def test_the_outsider_does_not_even_see_it(ask, alice, charlie):
    item = ask(assignee="alice")
    with pytest.raises(WorkItemUnknown):
        follow(charlie, item)


def test_an_ended_item_is_refused(ask, alice):
    item = ask(assignee="alice")
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    with pytest.raises(WorkItemEnded):
        follow(alice, item)


def test_what_nobody_follows_costs_no_statement(ask, alice):
    """Completing asks neither for followers, nor for questions, nor for copies."""
    item = ask(assignee="alice")
    with CaptureQueriesContext(connection) as captured:
        commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    asked = " ".join(query["sql"] for query in captured)
    tables = ("tasks_inbox_watch", "tasks_inbox_consultation", "tasks_inbox_copy", "tasks_inbox_snooze")
    assert not [table for table in tables if table in asked]
