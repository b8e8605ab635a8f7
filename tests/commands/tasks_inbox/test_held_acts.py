"""A completion in the inbox waits some seconds for its author to take it back, and goes before everything else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import RoleAssignment
from bpmn.forms import FormRefused
from notifications.models import Notification
from tasks_inbox import commands, holding, jobs, operations, queries
from tasks_inbox.exceptions import (
    BeingFinished,
    CannotBeUndone,
    FormChanged,
    NotACandidate,
    NothingToTakeBack,
    WorkItemUnknown,
)
from tasks_inbox.models import Draft, HeldAct, WorkItem, WorkItemEvent
from tasks_inbox.standing import NOTHING, standing_of
from tests.support import diagrams, running
from workflows.commands import cancel_process, change_variables, resume_process, suspend_process
from workflows.engine.api import Entry
from workflows.exceptions import InstanceIsSuspended
from workflows.migrating.commands import migrate_one, start_migration
from workflows.models import HistoryEvent, ProcessInstance
from workflows.operating.commands import modify_process
from workflows.registry import effect

pytestmark = pytest.mark.django_db
SECONDS = 8
FORM = {
    "id": "note",
    "components": [
        {"type": "textfield", "key": "shown", "readonly": True},
        {"type": "textfield", "key": "note", "validate": {"required": True}},
    ],
}
WITH_FORM = '<zeebe:formDefinition formId="note"/>'


@pytest.fixture(autouse=True)
def _undo(settings: Any, clock: Any) -> None:
    """The suite runs without undo; here it is what is looked at."""
    settings.INBOX_UNDO_SECONDS = SECONDS


def hold(actor, item, **words):
    return commands.hold_completion(actor=actor, work_item_id=item.pk, **({"answers": {}} | words))


def shown(user, view=queries.View.MINE):
    return [item.pk for item in queries.page(user, view).items]


def kinds_of(item):
    return list(WorkItemEvent.objects.filter(item=item).order_by("pk").values_list("kind", flat=True))


def is_done(item):
    item.refresh_from_db()
    return item.status == WorkItem.Status.COMPLETED and not HeldAct.objects.exists() and not marked(item)


def marked(item):
    return ProcessInstance.objects.get(pk=item.instance.root_id).has_held_acts


# --- accepting ------------------------------------------------------------------------------------------------------


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


# --- what cannot be undone ------------------------------------------------------------------------------------------


def test_a_model_may_say_that_nothing_is_undone(ask, alice):
    header = '<zeebe:taskHeaders><zeebe:header key="undo" value="none"/></zeebe:taskHeaders>'
    item = ask(assignee="alice", properties=header)
    with pytest.raises(CannotBeUndone):
        hold(alice, item)
    assert commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={}).status == "completed"


def paying(*, irreversible: bool) -> WorkItem:
    @effect("test.pay", irreversible=irreversible)
    def pay(step):
        return None

    running.deploy(
        diagrams.diagram(
            "paying",
            'start -> decide -> ways -[outcome = "approve"]-> pay -> end',
            "ways -> refused",
            start=diagrams.start(),
            decide=diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="decision"/>'),
            ways=diagrams.exclusive(default="ways-to-refused"),
            pay=diagrams.service("test.pay"),
            end=diagrams.end(),
            refused=diagrams.end(),
        ),
        **{
            "decision.form": json.dumps(
                {"id": "decision", "components": [{"type": "textfield", "key": "outcome"}]}
            ).encode()
        },
    )
    return WorkItem.objects.get(instance=running.start("paying"), status="open")


def test_an_irreversible_effect_next_asks_and_another_way_does_not(alice):
    item = paying(irreversible=True)
    with pytest.raises(CannotBeUndone):
        hold(alice, item, answers={"outcome": "approve"})
    hold(alice, item, answers={"outcome": "reject"})


def test_an_effect_that_can_be_made_good_is_held(alice):
    assert hold(alice, paying(irreversible=False), answers={"outcome": "approve"})


# --- undo and confirm -----------------------------------------------------------------------------------------------


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


# --- turned out impossible ------------------------------------------------------------------------------------------


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


# --- before everything else -----------------------------------------------------------------------------------------


@pytest.fixture
def beside(db: None, alice: Any) -> Any:
    """A process of two tasks side by side, alice's "mine" and bob's "other" with a timer and a message on "other"."""

    def run() -> ProcessInstance:
        running.deploy(
            diagrams.diagram(
                "beside",
                "start -> fork -> mine -> after -> end",
                "fork -> other -> end-2",
                "late -> end-3",
                "told -> end-4",
                start=diagrams.start(),
                fork=diagrams.parallel(),
                mine=diagrams.user(assignee="alice"),
                after=diagrams.user(group="sales@HZ"),
                other=diagrams.user(assignee="bob"),
                late=diagrams.boundary("other", timer="PT5S"),
                told=diagrams.boundary("other", message="news", key="key"),
                **{"end": diagrams.end(), "end-2": diagrams.end(), "end-3": diagrams.end(), "end-4": diagrams.end()},
            )
        )
        instance = running.start("beside", key="k")
        hold(alice, WorkItem.objects.get(instance=instance, element="mine"))
        return instance

    return run


def order_of(instance):
    """What moved the process, in the order in which it did."""
    rows = HistoryEvent.objects.filter(instance=instance, kind="stimulus").order_by("sequence")
    return [data["type"] for data in rows.values_list("data", flat=True)]


def mine_of(instance):
    return WorkItem.objects.get(instance=instance, element="mine")


def test_before_a_timer(beside, clock, bob):
    instance = beside()
    accepted = clock.now()
    clock.advance(timedelta(seconds=6))
    running.settle()
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "FireTimer"]
    assert mine_of(instance).ended_at == accepted


def test_before_a_message(beside, bob):
    from workflows.commands import send_message

    instance = beside()
    send_message(actor=None, name="news", correlation_key="k")
    running.settle()
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "Receive"]


def test_before_another_completion(beside, bob):
    instance = beside()
    commands.complete_work_item(
        actor=bob, work_item_id=WorkItem.objects.get(instance=instance, element="other").pk, answers={}
    )
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "CompleteStep"]
    assert running.waiting_at(instance) == ["after"]


def test_before_another_act_is_held_in_the_same_process(beside, bob):
    instance = beside()
    hold(bob, WorkItem.objects.get(instance=instance, element="other"))
    mine = mine_of(instance)
    assert mine.status == WorkItem.Status.COMPLETED
    assert HeldAct.objects.get().author == bob


def test_before_a_cancel(beside, bob):
    instance = beside()
    cancel_process(actor=None, instance_id=instance.pk, reason="x")
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "Cancel"]


def test_before_operators(beside, bob, operator):
    instance = beside()
    change_variables(actor=operator, instance_id=instance.pk, variables={"x": 1}, reason="x")
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "SetVariables"]


def test_before_a_modification(beside, bob, operator):
    instance = beside()
    modify_process(actor=operator, instance_id=instance.pk, start=[Entry("other")], reason="x")
    assert is_done(mine_of(instance))
    assert order_of(instance) == ["StartInstance", "CompleteStep", "Modify"]


def test_before_it_is_suspended(beside, bob, operator):
    instance = beside()
    suspend_process(actor=operator, instance_id=instance.pk)
    assert is_done(mine_of(instance))
    resume_process(actor=operator, instance_id=instance.pk)
    assert running.waiting_at(instance) == ["after", "other"]


def test_before_it_goes_over_to_another_version(ask, alice, bob):
    item = ask(assignee="alice")
    hold(alice, item)
    running.deploy(
        diagrams.diagram(
            "asking",
            "start -> first -> second -> third -> end",
            start=diagrams.start(),
            first=diagrams.user(assignee="alice"),
            second=diagrams.user(),
            third=diagrams.user(),
            end=diagrams.end(),
        )
    )
    batch = start_migration(actor=None, process_key="asking", source=1, target=2)
    migrate_one(batch.results.get().pk)
    assert is_done(item)
    assert running.waiting_at(item.instance) == ["second"]
    assert running.reload(item.instance).version_id == batch.target_id


def test_before_its_caller_is_moved(alice, bob):
    """The family is one: an act held in a called process goes before what moves the caller."""
    called = diagrams.user(assignee="alice")
    running.deploy(
        diagrams.diagram("called", "start -> mine -> end", start=diagrams.start(), mine=called, end=diagrams.end()),
        diagrams.diagram(
            "calling",
            "start -> sub -> last -> end",
            start=diagrams.start(),
            sub=diagrams.call("called"),
            last=diagrams.user(),
            end=diagrams.end(),
        ),
    )
    root = running.start("calling")
    item = WorkItem.objects.get(element="mine")
    hold(alice, item)
    change_variables(actor=None, instance_id=root.pk, variables={"x": 1})
    assert is_done(item)
    assert running.waiting_at(root) == ["last"]


def test_what_is_impossible_stands_in_nobodys_way(beside, clock, bob, alice):
    instance = beside()
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    cancel_process(actor=None, instance_id=instance.pk, reason="x")
    mine = mine_of(instance)
    assert mine.status == WorkItem.Status.CANCELLED
    assert not HeldAct.objects.exists()


def test_comments_and_claims_beside_it_leave_it_held(beside, bob, dora):
    instance = beside()
    other = WorkItem.objects.get(instance=instance, element="other")
    commands.comment_on_work_item(actor=bob, work_item_id=other.pk, text="Hello")
    commands.transfer_work_item(actor=bob, work_item_id=other.pk, recipient=dora)
    assert HeldAct.objects.filter(item=mine_of(instance)).exists()


# --- costs ----------------------------------------------------------------------------------------------------------


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


@pytest.fixture
def ask_with_form(db: None, alice: Any) -> Any:
    """A task with a required note."""

    def run(group: str = "") -> WorkItem:
        running.deploy(
            diagrams.diagram(
                "noting",
                "start -> first -> end",
                start=diagrams.start(),
                first=diagrams.user(assignee="" if group else "alice", group=group, properties=WITH_FORM),
                end=diagrams.end(),
            ),
            **{"note.form": json.dumps(FORM).encode()},
        )
        return WorkItem.objects.get(instance=running.start("noting", shown="s"))

    return run
