"""Putting an item off: out of one person's lists until a moment, never out of another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Notification
from tasks_inbox import approvals, commands, jobs, queries
from tasks_inbox.exceptions import MomentUnfit, WorkItemEnded, WorkItemUnknown
from tasks_inbox.models import Snooze, WorkItem, WorkItemEvent
from tasks_inbox.queries import View

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def listed(user, view):
    return [item.pk for item in queries.page(user, view).items]


def put_off(user, item, clock, by=DAY):
    return commands.snooze_work_item(actor=user, work_item_id=item.pk, until=clock.now() + by)


def test_it_works(ask, clock, alice):
    item = ask(assignee="alice")
    WorkItem.objects.filter(pk=item.pk).update(due_at=clock.now() - timedelta(hours=1))
    assert [listed(alice, view) for view in (View.MINE, View.OVERDUE, View.TODAY)] == [[item.pk]] * 3
    put_off(alice, item, clock)
    assert [listed(alice, view) for view in (View.MINE, View.OVERDUE, View.TODAY)] == [[], [], []]
    assert listed(alice, View.SNOOZED) == [item.pk]
    assert queries.capped_count(alice, View.MINE) == 0
    event = WorkItemEvent.objects.get(item=item, kind="snoozed")
    assert (event.actor, event.data) == (alice, {"until": (clock.now() + DAY).isoformat()})


def test_nobody_elses_list_changes(ask, clock, alice, bob):
    item = ask(group="sales@HZ")
    put_off(alice, item, clock)
    assert listed(alice, View.GROUPS) == []
    assert listed(bob, View.GROUPS) == [item.pk]
    assert listed(bob, View.SNOOZED) == []


def test_at_its_moment_it_is_back_without_any_job(ask, clock, alice):
    item = ask(assignee="alice")
    put_off(alice, item, clock)
    clock.advance(DAY - timedelta(seconds=1))
    assert listed(alice, View.MINE) == []
    clock.advance(timedelta(seconds=1))
    assert listed(alice, View.MINE) == [item.pk]
    assert listed(alice, View.SNOOZED) == []


def test_the_job_says_so_once(ask, clock, alice):
    item = ask(assignee="alice")
    put_off(alice, item, clock)
    assert jobs.wake_snoozed() == 0
    clock.advance(DAY)
    assert [jobs.wake_snoozed(), jobs.wake_snoozed()] == [1, 0]
    assert Notification.objects.get(template="task-woke").user == alice
    assert not Snooze.objects.exists()
    assert WorkItemEvent.objects.get(item=item, kind="woke").data == {"for": "alice"}


def test_nobody_is_told_of_what_is_done_or_no_longer_theirs_to_see(ask, clock, alice, charlie):
    done, gone = ask(assignee="alice"), ask(assignee="charlie")
    put_off(alice, done, clock)
    put_off(charlie, gone, clock)
    commands.complete_work_item(actor=alice, work_item_id=done.pk, answers={})
    WorkItem.objects.filter(pk=gone.pk).update(assignee=alice)
    clock.advance(DAY)
    assert jobs.wake_snoozed() == 0
    assert not Notification.objects.filter(template="task-woke").exists()


def test_what_went_to_somebody_else_is_not_among_ones_own_put_off(ask, clock, charlie, alice):
    item = ask(assignee="charlie")
    put_off(charlie, item, clock)
    WorkItem.objects.filter(pk=item.pk).update(assignee=alice)
    assert listed(charlie, View.SNOOZED) == []
    assert queries.capped_count(charlie, View.SNOOZED) == 0


def test_another_moment_takes_the_place_of_the_first_and_the_same_is_nothing(ask, clock, alice):
    item = ask(assignee="alice")
    put_off(alice, item, clock)
    put_off(alice, item, clock)
    put_off(alice, item, clock, by=2 * DAY)
    assert Snooze.objects.get().until == clock.now() + 2 * DAY
    assert WorkItemEvent.objects.filter(item=item, kind="snoozed").count() == 2


def test_it_can_be_put_back(ask, clock, alice):
    item = ask(assignee="alice")
    put_off(alice, item, clock)
    commands.unsnooze_work_item(actor=alice, work_item_id=item.pk)
    commands.unsnooze_work_item(actor=alice, work_item_id=item.pk)
    assert listed(alice, View.MINE) == [item.pk]
    assert WorkItemEvent.objects.filter(item=item, kind="woke").count() == 1


@pytest.mark.parametrize(
    "until",
    [
        datetime(2025, 12, 31, tzinfo=UTC),
        datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 6, 9, 0),  # noqa: DTZ001 - without a zone
    ],
)
def test_moments_that_are_none_are_refused(ask, clock, alice, until):
    item = ask(assignee="alice")
    with pytest.raises(MomentUnfit):
        commands.snooze_work_item(actor=alice, work_item_id=item.pk, until=until)
    assert not Snooze.objects.exists()


def test_the_outsider_does_not_even_see_it(ask, clock, alice, charlie):
    item = ask(assignee="alice")
    with pytest.raises(WorkItemUnknown):
        put_off(charlie, item, clock)
    with pytest.raises(WorkItemUnknown):
        commands.unsnooze_work_item(actor=charlie, work_item_id=item.pk)


def test_an_ended_item_is_refused(ask, clock, alice):
    item = ask(assignee="alice")
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    with pytest.raises(WorkItemEnded):
        put_off(alice, item, clock)


def test_lists_ask_no_more_because_something_is_put_off(ask, clock, alice):
    first = ask(group="sales@HZ")
    ask(assignee="alice")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            queries.page(alice, View.MINE)
            queries.page(alice, View.GROUPS)
            approvals.waiting_for(alice)
        return len(captured)

    asked()  # rights are read once
    before = asked()
    put_off(alice, first, clock)
    assert asked() <= before
