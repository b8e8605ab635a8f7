"""Priority and due date: changed by somebody above the holder, or as the model says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.models import Notification
from tasks_inbox import commands, jobs, queries
from tasks_inbox.exceptions import MomentUnfit, NotYoursToPlan, PriorityUnfit, ReasonMissing, WorkItemUnknown
from tasks_inbox.models import Candidate, WorkItem, WorkItemEvent

pytestmark = pytest.mark.django_db
HEADERS = '<zeebe:taskHeaders><zeebe:header key="{}" value="{}"/></zeebe:taskHeaders>'
DAY = timedelta(days=1)


def due(user, item, moment, reason="The customer asked for it."):
    return commands.set_due_date(actor=user, work_item_id=item.pk, due_at=moment, reason=reason)


def priority(user, item, number=75):
    return commands.set_priority(actor=user, work_item_id=item.pk, priority=number)


def test_priority_works(ask, alice, manager):
    item = ask(assignee="alice")
    before = item.version
    priority(manager, item)
    item.refresh_from_db()
    assert (item.priority, item.version) == (75, before + 1)
    assert WorkItemEvent.objects.get(item=item, kind="prioritised").data == {"from": 50, "to": 75}
    assert Notification.objects.get(template="task-prioritised").user == alice


def test_a_due_date_is_changed_with_its_reason(ask, clock, alice, manager):
    item = ask(assignee="alice")
    moment = clock.now() + 3 * DAY
    due(manager, item, moment)
    item.refresh_from_db()
    assert item.due_at == moment
    event = WorkItemEvent.objects.get(item=item, kind="rescheduled")
    assert event.data == {"from": None, "until": moment.isoformat(), "reason": "The customer asked for it."}
    assert Notification.objects.get(template="task-rescheduled").user == alice


def test_the_queue_is_sorted_by_the_new_date(ask, clock, alice, director, units):
    late, soon = ask(group="sales@HZ"), ask(group="sales@HZ")
    WorkItem.objects.update(org_unit=units["HZ-SALES"])
    due(director, late, clock.now() + 5 * DAY)
    due(director, soon, clock.now() + DAY)
    assert [item.pk for item in queries.page(alice, queries.View.GROUPS).items] == [soon.pk, late.pk]


def test_the_ladder_is_planned_again_and_nobody_above_has_it_any_more(ask, clock, alice, manager):
    item = ask(assignee="alice")
    due(manager, item, clock.now() + timedelta(hours=10))
    clock.advance(timedelta(hours=60))
    while jobs.climb_ladders():
        pass
    item.refresh_from_db()
    assert Candidate.objects.filter(item=item, escalated=True, user=manager).exists()
    assert item.reminded_percent == 100
    due(manager, item, clock.now() + 10 * DAY)
    item.refresh_from_db()
    assert not Candidate.objects.filter(item=item, escalated=True).exists()
    assert item.reminded_percent < 80
    assert clock.now() < item.next_reminder_at < item.due_at


def test_the_holder_may_not_unless_the_model_says_so(ask, clock, alice):
    plain, own = ask(assignee="alice"), ask(assignee="alice", properties=HEADERS.format("due-date-by", "holder"))
    with pytest.raises(NotYoursToPlan):
        due(alice, plain, clock.now() + DAY)
    with pytest.raises(NotYoursToPlan):
        priority(alice, plain)
    due(alice, own, clock.now() + DAY)
    with pytest.raises(NotYoursToPlan):
        priority(alice, own)


def test_a_holder_who_leads_others_does_not_move_their_own_date(ask, clock, manager):
    item = ask(assignee="manager")
    with pytest.raises(NotYoursToPlan):
        due(manager, item, clock.now() + DAY)


def test_the_model_can_keep_it_from_everybody(ask, clock, alice, manager):
    item = ask(assignee="alice", properties=HEADERS.format("due-date-by", "nobody"))
    with pytest.raises(NotYoursToPlan):
        due(manager, item, clock.now() + DAY)


def test_a_second_click_changes_nothing(ask, clock, alice, manager):
    item = ask(assignee="alice")
    moment = clock.now() + DAY
    for _click in (1, 2):
        due(manager, item, moment)
        priority(manager, item)
    assert WorkItemEvent.objects.filter(item=item, kind__in=["rescheduled", "prioritised"]).count() == 2


@pytest.mark.parametrize("moment", [datetime(9999, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)])
def test_moments_that_are_none_are_refused(ask, clock, alice, manager, moment):
    item = ask(assignee="alice")
    with pytest.raises(MomentUnfit):
        due(manager, item, moment)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_a_reason_is_needed(ask, clock, alice, manager, reason):
    item = ask(assignee="alice")
    with pytest.raises(ReasonMissing):
        due(manager, item, clock.now() + DAY, reason)


@pytest.mark.parametrize("number", [-1, 101, 10**12])
def test_a_priority_is_within_its_bounds(ask, alice, manager, number):
    item = ask(assignee="alice")
    with pytest.raises(PriorityUnfit):
        priority(manager, item, number)


def test_the_outsider_does_not_even_see_it(ask, clock, alice, charlie):
    item = ask(assignee="alice")
    for act in (lambda: due(charlie, item, clock.now() + DAY), lambda: priority(charlie, item)):
        with pytest.raises(WorkItemUnknown):
            act()
    assert WorkItem.objects.get(pk=item.pk).due_at is None
