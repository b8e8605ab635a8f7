"""Taking a held act back, and what happens when it turned out impossible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import RoleAssignment
from notifications.models import Notification
from tasks_inbox import commands, jobs, operations
from tasks_inbox.exceptions import NothingToTakeBack
from tasks_inbox.models import Draft, HeldAct, WorkItem, WorkItemEvent
from tests.commands.tasks_inbox.held_acts.conftest import SECONDS, hold, is_done, kinds_of, marked, shown

pytestmark = pytest.mark.django_db


def test_undo_gives_it_back_exactly_as_it_was(ask_with_form, alice):
    item = ask_with_form()
    before: dict[str, Any] = dict(WorkItem.objects.values().get(pk=item.pk))
    hold(alice, item, answers={"note": "typed"}, seen=str(operations.shown_mark(item)))
    commands.take_back(actor=alice, work_item_id=item.pk)
    after: dict[str, Any] = dict(WorkItem.objects.values().get(pk=item.pk))
    assert {name for name in before if before[name] != after[name]} == {"version"}
    assert Draft.objects.get(item=item, user=alice).answers == {"note": "typed"}
    assert shown(alice) == [item.pk]
    assert not HeldAct.objects.exists()
    assert not marked(item)
    assert kinds_of(item) == ["created", "taken-back"]


def test_the_second_undo_says_there_is_nothing(ask, alice):
    item = ask(assignee="alice")
    hold(alice, item)
    commands.take_back(actor=alice, work_item_id=item.pk)
    with pytest.raises(NothingToTakeBack) as refused:
        commands.take_back(actor=alice, work_item_id=item.pk)
    assert "open" in str(refused.value.sentence)


def test_undo_after_the_time_has_lapsed_says_so(ask, alice):
    item = ask(assignee="alice")
    hold(alice, item)
    assert commands.confirm_held_act(actor=alice, work_item_id=item.pk) is True
    assert is_done(item)
    with pytest.raises(NothingToTakeBack) as refused:
        commands.take_back(actor=alice, work_item_id=item.pk)
    assert "can no longer be undone" in str(refused.value.sentence)
    assert commands.confirm_held_act(actor=alice, work_item_id=item.pk) is False


def test_after_an_undo_it_can_be_done_again(ask, alice, clock):
    item = ask(assignee="alice")
    hold(alice, item)
    commands.take_back(actor=alice, work_item_id=item.pk)
    hold(alice, item)
    clock.advance(timedelta(seconds=SECONDS))
    assert jobs.carry_out_held_acts() == 1
    assert is_done(item)


def test_a_batch_is_taken_back_together(ask, alice, bob):
    import uuid

    batch = uuid.uuid4()
    items = [ask(assignee="alice") for _ in range(3)]
    for item in items:
        hold(alice, item, batch=batch)
    commands.confirm_held_act(actor=alice, work_item_id=items[0].pk)
    assert commands.take_back_batch(actor=bob, batch=batch) == {}
    assert commands.take_back_batch(actor=alice, batch=batch) == {items[1].pk: None, items[2].pk: None}
    assert is_done(items[0])
    assert sorted(shown(alice)) == sorted(item.pk for item in items[1:])


def test_rights_lost_meanwhile_make_it_impossible(ask_with_form, alice, clock):
    item = ask_with_form(group="sales@HZ")
    hold(alice, item, answers={"note": "kept"})
    RoleAssignment.objects.filter(user=alice).delete()
    clock.advance(timedelta(seconds=SECONDS))
    assert jobs.carry_out_held_acts() == 0
    item.refresh_from_db()
    assert (item.status, item.held_by) == ("open", None)
    assert not HeldAct.objects.exists()
    assert not marked(item)
    assert Draft.objects.get(item=item, user=alice).answers == {"note": "kept"}
    event = WorkItemEvent.objects.get(item=item, kind="not-carried-out")
    assert event.data["author"] == "alice"
    told = Notification.objects.get(user=alice, template="task-not-finished")
    assert told.data["reason"] == event.data["reason"] != ""


def test_a_defect_loses_nothing_either(ask, alice, clock, monkeypatch):
    item = ask(assignee="alice")
    hold(alice, item, answers={"typed": "x"})

    def broken(*_rest, **_words):
        raise RuntimeError("broken")

    monkeypatch.setattr(operations, "complete", broken)
    clock.advance(timedelta(seconds=SECONDS))
    assert jobs.carry_out_held_acts() == 0
    assert Draft.objects.get(item=item, user=alice).answers == {"typed": "x"}
