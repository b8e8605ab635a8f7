"""When somebody is back, what reached others only because of the absence goes back; what was begun is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.commands import end_substitution
from accounts.models import Substitution
from notifications.models import Notification
from tasks_inbox import commands, jobs
from tasks_inbox.exceptions import NotHeldForAnother, NotYours, RecipientAway
from tasks_inbox.models import WorkItemEvent
from tests.commands.tasks_inbox.test_absences import away, last_event, mine

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_it_works(ask, clock, alice, bob):
    """The absence ends by itself."""
    row = away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    assert jobs.hand_back() == 0
    clock.advance(WEEK)
    assert jobs.hand_back() == 1
    item.refresh_from_db()
    row.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (alice, None)
    assert mine(bob) == []
    assert row.settled_at is not None
    back = last_event(item, "restored")
    assert (back.actor, back.data) == (None, {"to": "alice", "from": "bob"})
    assert Notification.objects.filter(user=alice, template="task-restored").count() == 1
    assert jobs.hand_back() == 0


def test_ended_early(ask, clock, alice, bob):
    row = away(alice, bob)
    item = ask(assignee="alice")
    end_substitution(actor=alice, substitution_id=row.pk)
    assert jobs.hand_back() == 1
    item.refresh_from_db()
    assert item.assignee == alice


def test_what_was_begun_is_asked_for_once(ask, clock, alice, bob):
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    commands.save_draft(actor=bob, work_item_id=item.pk, answers={})
    clock.advance(WEEK)
    assert jobs.hand_back() == 0
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (bob, alice)
    assert Notification.objects.filter(user=bob, template="task-asked-back").count() == 1
    Substitution.objects.update(settled_at=None)
    jobs.hand_back()
    assert WorkItemEvent.objects.filter(item=item, kind="asked-back").count() == 1


def test_the_substitute_keeps_it(ask, clock, alice, bob):
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    commands.comment_on_work_item(actor=bob, work_item_id=item.pk, text="I have called them.")
    clock.advance(WEEK)
    jobs.hand_back()
    kept = commands.keep_work_item(actor=bob, work_item_id=item.pk)
    assert (kept.assignee, kept.on_behalf_of) == (bob, None)
    with pytest.raises(NotHeldForAnother):
        commands.keep_work_item(actor=bob, work_item_id=item.pk)


def test_the_substitute_hands_it_back(ask, clock, alice, bob):
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    with pytest.raises(RecipientAway):
        commands.restore_work_item(actor=bob, work_item_id=item.pk)
    clock.advance(WEEK)
    given = commands.restore_work_item(actor=bob, work_item_id=item.pk)
    assert (given.assignee, given.on_behalf_of_id) == (alice, None)
    with pytest.raises(NotHeldForAnother):
        commands.restore_work_item(actor=alice, work_item_id=item.pk)


def test_the_person_takes_it_back_before_the_end(ask, clock, alice, bob):
    away(alice, bob)
    item = ask(assignee="alice")
    assert commands.restore_work_item(actor=alice, work_item_id=item.pk).assignee == alice


def test_only_the_substitute_keeps(ask, clock, alice, bob):
    away(alice, bob)
    item = ask(assignee="alice")
    with pytest.raises(NotYours):
        commands.keep_work_item(actor=alice, work_item_id=item.pk)


def test_by_setting_the_begun_is_kept(ask, clock, alice, bob, settings):
    settings.INBOX_BEGUN_FOR_ABSENT = "kept"
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    commands.save_draft(actor=bob, work_item_id=item.pk, answers={})
    clock.advance(WEEK)
    assert jobs.hand_back() == 0
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (bob, None)
    assert last_event(item, "kept").actor is None


def test_a_link_of_the_chain_is_back(ask, clock, alice, bob, dora):
    """Bob is back, alice is not: her work goes from dora to bob, and from him to her in the end."""
    away(alice, bob, lasting=2 * WEEK)
    away(bob, dora, lasting=WEEK)
    item = ask(assignee="alice")
    clock.advance(WEEK)
    assert jobs.hand_back() == 1
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (bob, alice)
    clock.advance(WEEK)
    jobs.hand_back()
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (alice, None)


def test_what_was_transferred_for_good_stays(ask, clock, alice, bob, dora):
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=dora)
    clock.advance(WEEK)
    assert jobs.hand_back() == 0
    item.refresh_from_db()
    assert item.assignee == dora


def test_who_has_left_gets_nothing_back(ask, clock, alice, bob):
    away(alice, bob, lasting=WEEK)
    item = ask(assignee="alice")
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    clock.advance(WEEK)
    jobs.hand_back()
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (bob, None)
