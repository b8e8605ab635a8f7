"""Delegating: somebody else does the work, the owner finishes it."""

from __future__ import annotations

import pytest

from notifications.models import Notification
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import IsDelegated, NotDelegated, NotYours, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tasks_inbox.queries import View
from tasks_inbox.standing import standing_of

pytestmark = pytest.mark.django_db


def delegate(user, item, to, note=""):
    return commands.delegate_work_item(actor=user, work_item_id=item.pk, delegate=to, note=note)


def hand_back(user, item):
    return commands.hand_back_work_item(actor=user, work_item_id=item.pk)


def fresh(item):
    return WorkItem.objects.in_context().get(pk=item.pk)


def told(user):
    return set(Notification.objects.filter(user=user).values_list("template", flat=True))


def test_it_works(ask, alice, bob):
    item = ask(assignee="alice")
    delegate(alice, item, bob, "Call them first.")
    item = fresh(item)
    assert (item.assignee, item.delegated_by) == (bob, alice)
    assert [row.pk for row in queries.page(bob, View.MINE).items] == [item.pk]
    assert queries.page(alice, View.MINE).items == ()
    assert [row.pk for row in queries.page(alice, View.WATCHING).items] == [item.pk]
    event = WorkItemEvent.objects.get(item=item, kind="delegated")
    assert (event.actor, event.data) == (alice, {"to": "bob", "reason": "Call them first."})
    assert "task-delegated" in told(bob)


def test_the_delegate_finishes_nothing(ask, alice, bob, dora):
    item = ask(assignee="alice", group="sales@HZ")
    delegate(alice, item, bob)
    for act in (
        lambda: commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={}),
        lambda: commands.release_work_item(actor=bob, work_item_id=item.pk),
        lambda: commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=dora),
        lambda: delegate(bob, item, dora),
    ):
        with pytest.raises(IsDelegated):
            act()
    may = standing_of(bob, fresh(item))
    assert not any((may.may_complete, may.may_release, may.may_transfer))
    assert fresh(item).is_open


def test_it_comes_back_with_what_was_typed_and_the_owner_finishes(ask, alice, bob):
    item = ask(assignee="alice")
    commands.save_draft(actor=alice, work_item_id=item.pk, answers={"a": 1, "b": 1})
    delegate(alice, item, bob)
    commands.save_draft(actor=bob, work_item_id=item.pk, answers={"b": 2})
    hand_back(bob, item)
    assert (fresh(item).assignee, fresh(item).delegated_by) == (alice, None)
    assert Draft.objects.get(item=item).answers == {"a": 1, "b": 2}
    assert "task-handed-back" in told(alice)
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    assert fresh(item).ended_by == alice


def test_the_owner_takes_it_back(ask, alice, bob):
    item = ask(assignee="alice")
    delegate(alice, item, bob)
    commands.recall_work_item(actor=alice, work_item_id=item.pk)
    assert (fresh(item).assignee, fresh(item).delegated_by) == (alice, None)
    assert "task-recalled" in told(bob)
    with pytest.raises(NotDelegated):
        commands.recall_work_item(actor=alice, work_item_id=item.pk)


def test_a_second_click_hands_back_once(ask, alice, bob):
    item = ask(assignee="alice")
    delegate(alice, item, bob)
    hand_back(bob, item)
    with pytest.raises((NotDelegated, WorkItemUnknown)):
        hand_back(bob, item)
    assert WorkItemEvent.objects.filter(item=item, kind="handed-back").count() == 1


def test_a_manager_who_hands_it_on_ends_the_delegation(ask, alice, bob, dora, manager):
    item = ask(assignee="alice")
    delegate(alice, item, bob)
    commands.transfer_work_item(actor=manager, work_item_id=item.pk, recipient=dora)
    assert (fresh(item).assignee, fresh(item).delegated_by) == (dora, None)
    commands.complete_work_item(actor=dora, work_item_id=item.pk, answers={})


def test_an_owner_who_left_leaves_it_to_their_manager(ask, alice, bob, manager):
    item = ask(assignee="alice")
    delegate(alice, item, bob)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    hand_back(bob, item)
    assert fresh(item).assignee == manager


def test_who_may_not_have_it(ask, alice, bob):
    item, apart = ask(assignee="alice"), ask(assignee="alice", excluded_people=["bob"])
    for recipient, task in ((alice, item), (bob, apart)):
        with pytest.raises(RecipientUnfit):
            delegate(alice, task, recipient)
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    with pytest.raises(RecipientUnfit):
        delegate(alice, item, bob)


def test_others_may_neither_delegate_nor_hand_back(ask, alice, bob, charlie, manager):
    item = ask(assignee="alice", group="sales@HZ")
    with pytest.raises(NotYours):
        delegate(manager, item, bob)
    with pytest.raises(WorkItemUnknown):
        delegate(charlie, item, bob)
    delegate(alice, item, bob)
    with pytest.raises(NotYours):
        hand_back(manager, item)
    with pytest.raises(NotYours):
        commands.recall_work_item(actor=manager, work_item_id=item.pk)
    with pytest.raises(WorkItemUnknown):
        hand_back(charlie, item)
