"""Work of people who are away: who gets it, who sees it, and for whom what is done with it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import operations as accounts
from accounts.queries import covers_of, stands_in
from accounts.rights import forget_rights
from config import clock as time
from notifications.screens import look_up
from tasks_inbox import acting, audiences, commands, queries
from tasks_inbox.exceptions import NotACandidate, NotYours, RecipientAway, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import Candidate, WorkItem, WorkItemEvent
from tasks_inbox.queries import View
from workflows.models import HistoryEvent

pytestmark = pytest.mark.django_db


def away(absent, stand_in, *, after=timedelta(0), lasting=timedelta(days=7), **more):
    """``stand_in`` stands in for ``absent`` from now on."""
    from django.db import transaction

    starts = time.now() + after
    with transaction.atomic():
        row = accounts.add_substitution(
            actor=None, substituted=absent, substitute=stand_in, starts=starts, ends=starts + lasting, **more
        )
    for person in (absent, stand_in):
        forget_rights(person)
    return row


def mine(person):
    forget_rights(person)
    return [item.pk for item in queries.page(person, View.MINE).items]


def last_event(item, kind):
    return WorkItemEvent.objects.filter(item=item, kind=kind).latest("pk")


def test_it_works(ask, clock, alice, bob):
    """What is meant for alice opens with bob, and what he does with it he does for her."""
    away(alice, bob)
    item = ask(assignee="alice")
    assert (item.assignee, item.on_behalf_of) == (bob, alice)
    assert last_event(item, "created").on_behalf_of == alice
    commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    item.refresh_from_db()
    done = last_event(item, "completed")
    assert (item.ended_by, item.on_behalf_of, done.actor, done.on_behalf_of) == (bob, alice, bob, alice)
    (told,) = HistoryEvent.objects.filter(kind=HistoryEvent.Kind.TASK, data__act="completed")
    assert (told.actor, told.data["on_behalf_of"]) == (bob, "alice")


def test_work_that_was_open_already_is_seen_by_both(ask, clock, alice, bob, dora):
    item = ask(assignee="alice")
    away(alice, bob)
    assert mine(alice) == mine(bob) == [item.pk]
    assert mine(dora) == []
    shown = queries.page(bob, View.MINE).items[0]
    assert acting.for_whom(bob, shown) == alice
    assert acting.for_whom(alice, queries.page(alice, View.MINE).items[0]) is None
    commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    item.refresh_from_db()
    assert (item.assignee, item.ended_by, item.on_behalf_of) == (alice, bob, alice)
    assert last_event(item, "completed").on_behalf_of == alice


def test_an_outsider_neither_sees_nor_acts(ask, clock, alice, bob, charlie):
    item = ask(assignee="alice")
    away(alice, bob)
    assert mine(charlie) == []
    for act in (commands.keep_work_item, commands.restore_work_item):
        with pytest.raises(WorkItemUnknown):
            act(actor=charlie, work_item_id=item.pk)
    with pytest.raises(WorkItemUnknown):
        commands.complete_work_item(actor=charlie, work_item_id=item.pk, answers={})


def test_a_chain_is_followed_for_new_and_for_open_work(ask, clock, alice, bob, dora):
    before = ask(assignee="alice")
    away(alice, bob)
    away(bob, dora)
    after = ask(assignee="alice")
    assert (after.assignee, after.on_behalf_of) == (dora, alice)
    assert set(mine(dora)) == {before.pk, after.pk}
    assert stands_in(dora, alice.pk)
    assert {cover.person for cover in covers_of(dora)} == {alice.pk, bob.pk}
    commands.complete_work_item(actor=dora, work_item_id=before.pk, answers={})
    assert last_event(before, "completed").on_behalf_of == alice


def test_only_for_its_process_and_place(ask, clock, alice, bob, dora, units):
    item = ask(assignee="alice")
    away(alice, bob, process_keys=["another"])
    away(alice, dora, branch=units["SH"])
    assert mine(bob) == mine(dora) == []
    away(alice, bob, process_keys=["asking"])
    assert mine(bob) == [item.pk]


def test_what_is_offered_by_name_reaches_the_substitute(ask, clock, alice, bob, dora):
    item = ask(assignee="alice")
    WorkItem.objects.filter(pk=item.pk).update(assignee=None)
    Candidate.objects.create(item=item, user=alice, sort_at=item.created_at, created_at=item.created_at)
    with pytest.raises((NotACandidate, WorkItemUnknown)):
        commands.claim_work_item(actor=bob, work_item_id=item.pk)
    away(alice, bob)
    assert [row.pk for row in queries.page(bob, View.GROUPS).items] == [item.pk]
    taken = commands.claim_work_item(actor=bob, work_item_id=item.pk)
    assert (taken.assignee, taken.on_behalf_of_id) == (bob, alice.pk)
    assert last_event(item, "claimed").on_behalf_of == alice
    with pytest.raises((NotACandidate, WorkItemUnknown)):
        commands.claim_work_item(actor=dora, work_item_id=item.pk)


def test_a_queue_is_not_lent(ask, clock, alice, charlie):
    """The others of the queue are there; standing in gives nobody a role."""
    item = ask(group="sales@HZ")
    away(alice, charlie)
    with pytest.raises(WorkItemUnknown):
        commands.claim_work_item(actor=charlie, work_item_id=item.pk)
    taken = commands.claim_work_item(actor=alice, work_item_id=item.pk)
    assert (taken.assignee, taken.on_behalf_of) == (alice, None)


def test_four_eyes_hold_for_the_substitute(ask, clock, alice, bob, dora, manager):
    """Whoever asked cannot approve as somebody's substitute: the next substitute gets it, else it waits."""
    away(manager, alice)
    waits = ask(assignee="manager", excluded_people=["alice"])
    assert (waits.assignee, waits.on_behalf_of) == (manager, None)
    with pytest.raises((NotYours, WorkItemUnknown)):
        commands.complete_work_item(actor=alice, work_item_id=waits.pk, answers={})
    away(manager, dora)
    given = ask(assignee="manager", excluded_people=["alice"])
    assert (given.assignee, given.on_behalf_of) == (dora, manager)


def test_every_act_says_for_whom(ask, clock, alice, bob, dora):
    away(alice, bob)
    item = ask(assignee="alice")
    commands.comment_on_work_item(actor=bob, work_item_id=item.pk, text="Waiting for the customer.")
    assert last_event(item, "commented").on_behalf_of == alice
    commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=dora)
    item.refresh_from_db()
    assert last_event(item, "transferred").on_behalf_of == alice
    assert (item.assignee, item.on_behalf_of) == (dora, None)
    commands.comment_on_work_item(actor=dora, work_item_id=item.pk, text="Mine now.")
    assert last_event(item, "commented").on_behalf_of is None


def test_a_manager_acts_in_their_own_name(ask, clock, alice, bob, manager):
    item = ask(assignee="alice")
    commands.transfer_work_item(actor=manager, work_item_id=item.pk, recipient=bob)
    assert last_event(item, "transferred").on_behalf_of is None


def test_giving_to_somebody_absent_reaches_who_stands_in(ask, clock, alice, bob, dora):
    away(bob, dora)
    item = ask(assignee="alice")
    given = commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    assert (given.assignee, given.on_behalf_of_id) == (dora, bob.pk)
    assert last_event(item, "transferred").data["stands_in"] == "dora"


def test_giving_to_somebody_absent_may_let_it_wait(ask, clock, alice, bob, dora):
    away(bob, dora)
    item = ask(assignee="alice")
    given = commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob, although_away=True)
    assert (given.assignee, given.on_behalf_of_id) == (bob, None)


def test_giving_to_whom_one_stands_in_for_is_refused(ask, clock, alice, bob):
    away(bob, alice)
    item = ask(assignee="alice")
    with pytest.raises(RecipientAway):
        commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)


def test_giving_to_who_is_kept_out_is_refused_also_by_way_of_a_substitute(ask, clock, alice, bob, dora):
    """Dora stands in for bob and may not decide: it waits for bob himself."""
    away(bob, dora)
    item = ask(assignee="alice", excluded_people=["dora"])
    given = commands.transfer_work_item(actor=alice, work_item_id=item.pk, recipient=bob)
    assert (given.assignee, given.on_behalf_of_id) == (bob, None)
    with pytest.raises(RecipientUnfit):
        commands.transfer_work_item(actor=bob, work_item_id=item.pk, recipient=dora)


def test_screens_hear_of_what_they_show(ask, clock, alice, bob, dora, charlie, monkeypatch):
    """Who stands in everywhere hears at once; who does for one process only learns at the next heartbeat."""
    away(alice, bob)
    away(alice, dora, process_keys=["asking"])
    told: list[str] = []
    monkeypatch.setattr(audiences, "nudge_all", lambda hints: told.extend(name for names, _ in hints for name in names))
    item = ask(assignee="alice")
    commands.restore_work_item(actor=alice, work_item_id=item.pk)
    cover = audiences.cover_group(alice.pk)
    assert cover in told
    heard = {person.username for person in (alice, bob, dora, charlie) if cover in look_up(person.pk, [], None)[1]}
    assert heard == {"bob"}
