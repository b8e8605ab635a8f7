"""A completion is accepted, waits its seconds, and nobody else can act meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpmn.forms import FormRefused
from tasks_inbox import commands, holding, jobs, queries
from tasks_inbox.exceptions import BeingFinished, FormChanged, NotACandidate, WorkItemUnknown
from tasks_inbox.models import HeldAct
from tasks_inbox.standing import NOTHING, standing_of
from tests.commands.tasks_inbox.held_acts.conftest import SECONDS, hold, is_done, kinds_of, shown
from tests.support import running
from workflows.commands import suspend_process
from workflows.exceptions import InstanceIsSuspended

pytestmark = pytest.mark.django_db


def test_it_works(ask, alice, clock):
    item = ask(assignee="alice", group="sales@HZ")
    accepted = clock.now()
    hold(alice, item)
    assert running.waiting_at(item.instance) == ["first"]
    assert shown(alice) == []
    clock.advance(timedelta(seconds=SECONDS - 1))
    assert jobs.carry_out_held_acts() == 0
    clock.advance(timedelta(seconds=1))
    assert jobs.carry_out_held_acts() == 1
    assert is_done(item)
    assert (item.ended_at, item.ended_by, item.held_by) == (accepted, alice, None)
    assert running.waiting_at(item.instance) == ["second"]
    assert kinds_of(item) == ["created", "completed"]


def test_its_own_job_does_it_at_its_moment_and_not_before(ask, alice, clock):
    held = hold(alice, ask(assignee="alice"))
    jobs.carry_out_held_act(str(held.pk))
    assert HeldAct.objects.exists()
    clock.advance(timedelta(seconds=SECONDS))
    jobs.carry_out_held_act(str(held.pk))
    assert is_done(held.item)


def test_others_see_who_is_finishing_it_and_cannot_act(ask, alice, bob):
    item = ask(group="sales@HZ")
    hold(alice, item)
    assert shown(bob, queries.View.GROUPS) == [item.pk]
    assert shown(alice, queries.View.GROUPS) == []
    item.refresh_from_db()
    assert item.held_by == alice
    assert standing_of(bob, item) == standing_of(alice, item) == NOTHING
    acts = (
        lambda: commands.claim_work_item(actor=bob, work_item_id=item.pk),
        lambda: commands.complete_work_item(actor=bob, work_item_id=item.pk, answers={}),
        lambda: hold(bob, item),
        lambda: commands.take_back(actor=bob, work_item_id=item.pk),
    )
    for act in acts:
        with pytest.raises(BeingFinished) as refused:
            act()
        assert str(refused.value.sentence) == f"{alice.display_name} is finishing this."
    assert commands.confirm_held_act(actor=bob, work_item_id=item.pk) is False
    assert HeldAct.objects.filter(item=item).exists()


def test_nor_can_whoever_leads_its_author(ask, alice, bob, manager):
    item = ask(assignee="alice")
    hold(alice, item)
    with pytest.raises(BeingFinished):
        commands.transfer_work_item(actor=manager, work_item_id=item.pk, recipient=bob)


def test_the_outsider_learns_nothing(ask, alice, charlie):
    item = ask(assignee="alice")
    with pytest.raises(WorkItemUnknown):
        hold(charlie, item)
    hold(alice, item)
    with pytest.raises(WorkItemUnknown):
        commands.take_back(actor=charlie, work_item_id=item.pk)
    assert commands.confirm_held_act(actor=charlie, work_item_id=item.pk) is False


def test_the_second_click_is_told_the_truth(ask, alice):
    item = ask(assignee="alice")
    hold(alice, item)
    with pytest.raises(BeingFinished) as refused:
        hold(alice, item, answers={"other": 1})
    assert "You have finished this" in str(refused.value.sentence)


@pytest.mark.parametrize("answers", [{}, {"note": ""}, {"note": ["x" * 70_000]}])
def test_it_is_checked_like_the_real_one(ask_with_form, alice, answers):
    item = ask_with_form()
    with pytest.raises(FormRefused):
        hold(alice, item, answers=answers)
    with pytest.raises(FormChanged):
        hold(alice, item, answers={"note": "n"}, seen="something else")
    assert not HeldAct.objects.exists()


def test_four_eyes_hold(ask, alice):
    kept_out = (
        '<zeebe:ioMapping><zeebe:input source="=[&quot;alice&quot;]" target="excluded_people"/></zeebe:ioMapping>'
    )
    with pytest.raises(NotACandidate):
        hold(alice, ask(group="sales@HZ", properties=kept_out))


def test_a_suspended_process_holds_nothing(ask, alice):
    item = ask(assignee="alice")
    suspend_process(actor=None, instance_id=item.instance_id)
    with pytest.raises(InstanceIsSuspended):
        hold(alice, item)


def test_no_reminder_while_it_is_held(ask, alice, clock):
    schedule = '<zeebe:taskSchedule dueDate="=now() + duration(&quot;PT4S&quot;)"/>'
    item = ask(assignee="alice", properties=schedule)
    hold(alice, item)
    clock.advance(timedelta(seconds=5))
    assert jobs.climb_ladders() == 0
    assert commands.climb_ladder(work_item_id=item.pk) is False
    commands.take_back(actor=alice, work_item_id=item.pk)
    assert jobs.climb_ladders() == 1


def test_a_completion_without_held_acts_costs_what_it_did(ask, alice, settings):
    counts = []
    for seconds in (0, SECONDS):
        settings.INBOX_UNDO_SECONDS = seconds
        item = ask(assignee="alice", group="sales@HZ")
        with CaptureQueriesContext(connection) as captured:
            commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_nothing_is_held_where_undo_is_switched_off(settings):
    settings.INBOX_UNDO_SECONDS = 0
    assert holding.undo_seconds() == 0
