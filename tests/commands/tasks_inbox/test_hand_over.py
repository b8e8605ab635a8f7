"""Somebody leaves: all their open work goes to others, piece by piece, and nothing is left with nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import NotAllowed
from accounts.models import Substitution
from accounts.queries import stand_in_for
from tasks_inbox import commands, jobs, leaving
from tasks_inbox.exceptions import HandOverUnderWay, NobodyToReceive, WorkLeftBehind
from tasks_inbox.models import Candidate, HandOverPart, WorkItem
from tests.commands.tasks_inbox.test_absences import away, last_event, mine

pytestmark = pytest.mark.django_db


def hand_over(admin, person, *receivers):
    row = commands.start_hand_over(
        actor=admin, person_id=person.public_id, receiver_ids=[each.public_id for each in receivers]
    )
    jobs.hand_over()
    row.refresh_from_db()
    return row


def outcomes(row):
    return [(part.kind, part.status, part.receiver) for part in row.parts.order_by("pk")]


def test_it_works(ask, clock, admin, alice, bob, dora):
    """What is in hand goes to the receivers in turn, each with an event."""
    items = [ask(assignee="alice") for _number in range(3)]
    row = hand_over(admin, alice, bob, dora)
    assert row.ended_at is not None
    assert sorted((len(mine(bob)), len(mine(dora)))) == [1, 2]
    assert mine(alice) == []
    event = last_event(items[0], "handed-over")
    assert (event.actor, event.data["from"]) == (admin, "alice")
    commands.let_go(actor=admin, person_id=alice.public_id)
    alice.refresh_from_db()
    assert not alice.is_active


def test_the_account_stays_open_while_work_would_be_left(ask, clock, admin, alice):
    ask(assignee="alice")
    with pytest.raises(WorkLeftBehind) as refusal:
        commands.let_go(actor=admin, person_id=alice.public_id)
    assert refusal.value.count == 1


def test_only_who_may_close_the_account(ask, clock, alice, bob, charlie, manager):
    ask(assignee="alice")
    for actor in (charlie, manager, bob):
        with pytest.raises(NotAllowed):
            commands.start_hand_over(actor=actor, person_id=alice.public_id, receiver_ids=[bob.public_id])
        with pytest.raises(NotAllowed):
            commands.let_go(actor=actor, person_id=alice.public_id)


def test_receivers_are_others_who_are_here(ask, clock, admin, alice, bob):
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    for receivers in ([], [alice], [bob], [bob, alice]):
        with pytest.raises(NobodyToReceive):
            commands.start_hand_over(
                actor=admin, person_id=alice.public_id, receiver_ids=[each.public_id for each in receivers]
            )


def test_a_second_one_waits_for_the_first(ask, clock, admin, alice, bob):
    ask(assignee="alice")
    commands.start_hand_over(actor=admin, person_id=alice.public_id, receiver_ids=[bob.public_id])
    with pytest.raises(HandOverUnderWay):
        commands.start_hand_over(actor=admin, person_id=alice.public_id, receiver_ids=[bob.public_id])


def test_four_eyes_pass_over_a_receiver_and_refuse_where_nobody_is_left(ask, clock, admin, alice, bob, dora):
    passed = ask(assignee="alice", excluded_people=["bob"])
    row = hand_over(admin, alice, bob, dora)
    passed.refresh_from_db()
    assert passed.assignee == dora
    stays = ask(assignee="alice", excluded_people=["bob", "dora"])
    row = hand_over(admin, alice, bob, dora)
    (part,) = row.parts.all()
    assert (part.status, part.refusal) == (HandOverPart.Status.REFUSED, "recipient-unfit")
    stays.refresh_from_db()
    assert stays.assignee == alice
    assert leaving.left_behind(alice) == 1


def test_offers_by_name_and_queues_of_one(ask, clock, admin, agent, handler):
    """The only service agent leaves: what waits in that queue is offered to the receiver by name."""
    queued = ask(group="service-agent@HZ")
    named = ask(assignee="handler")
    WorkItem.objects.filter(pk=named.pk).update(assignee=None)
    Candidate.objects.create(item=named, user=agent, sort_at=named.created_at, created_at=named.created_at)
    assert leaving.left_behind(agent) == 2
    row = hand_over(admin, agent, handler)
    assert {(kind, status) for kind, status, _receiver in outcomes(row)} == {("offered", "done"), ("queue", "done")}
    for item in (queued, named):
        assert commands.claim_work_item(actor=handler, work_item_id=item.pk).assignee == handler
    assert leaving.left_behind(agent) == 0


def test_substitutions_go_on_with_the_receiver(ask, clock, admin, alice, bob, dora, charlie):
    away(dora, alice, lasting=timedelta(days=9))
    away(alice, charlie)
    held = ask(assignee="alice")
    assert held.assignee == charlie
    row = hand_over(admin, alice, bob)
    assert {(kind, status) for kind, status, _receiver in outcomes(row)} == {
        ("covered", "done"),
        ("stands-in", "done"),
        ("stood-in", "done"),
    }
    assert stand_in_for(dora) == bob
    assert stand_in_for(alice) == alice
    assert Substitution.objects.get(substitute=bob).ends == clock.now() + timedelta(days=9)
    held.refresh_from_db()
    assert (held.assignee, held.on_behalf_of) == (charlie, None)
    jobs.hand_back()
    held.refresh_from_db()
    assert held.assignee == charlie


def test_a_receiver_who_is_away_is_stood_in_for(ask, clock, admin, alice, bob, dora):
    away(bob, dora)
    item = ask(assignee="alice")
    hand_over(admin, alice, bob)
    item.refresh_from_db()
    assert (item.assignee, item.on_behalf_of) == (dora, bob)


def test_what_was_done_meanwhile_needs_nothing(ask, clock, admin, alice, bob):
    item = ask(assignee="alice")
    row = commands.start_hand_over(actor=admin, person_id=alice.public_id, receiver_ids=[bob.public_id])
    commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    jobs.hand_over()
    row.refresh_from_db()
    ((kind, status, receiver),) = outcomes(row)
    assert (kind, status, receiver) == ("held", "done", None)
    assert row.ended_at is not None
    assert jobs.hand_over() == 0
