"""A held act is carried out before anything else moves its process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tasks_inbox import commands
from tasks_inbox.models import HeldAct, WorkItem
from tests.commands.tasks_inbox.held_acts.conftest import hold, is_done
from tests.support import diagrams, running
from workflows.commands import cancel_process, change_variables, resume_process, suspend_process
from workflows.engine.api import Entry
from workflows.migrating.commands import migrate_one, start_migration
from workflows.models import HistoryEvent, ProcessInstance
from workflows.operating.commands import modify_process

pytestmark = pytest.mark.django_db


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
