"""Call activities: children are instances of their own, moved, cancelled and suspended with the family."""

from __future__ import annotations

import pytest

from tests.support import running
from tests.support.diagrams import boundary, call, diagram, end, service, start, user
from tests.support.people import person
from workflows import commands, operations
from workflows.exceptions import (
    InstanceHasEnded,
    InstanceIsNotSuspended,
    InstanceIsSuspended,
    InstanceNotFound,
    NotPermitted,
    StepIsNotOpen,
)
from workflows.models import ProcessInstance, Timer
from workflows.registry import BpmnError, service_task

pytestmark = pytest.mark.django_db

CHILD = diagram("child", "begin -> work -> done", begin=start(), work=user(), done=end())
PARENT = diagram(
    "parent",
    "begin -> visit -> look -> done",
    "failed -> sorry",
    "late -> gave-up",
    begin=start(),
    visit=call("child"),
    failed=boundary("visit", error="NO_PARTS"),
    late=boundary("visit", timer="PT8H"),
    gave_up=end(),
    sorry=end(),
    look=user(),
    done=end(),
)


def family(child: bytes = CHILD) -> tuple[ProcessInstance, ProcessInstance]:
    running.deploy(PARENT, child)
    root = running.start("parent", number="P-1")
    return root, ProcessInstance.objects.get(parent=root)


def test_it_works(clock):
    root, child = family()
    assert (child.root_id, child.process_key) == (root.pk, "child")
    assert running.variables(child) == {"number": "P-1"}
    running.complete(child, "work", {"hours": 3})
    assert running.reload(child).status == ProcessInstance.Status.COMPLETED
    assert running.waiting_at(root) == ["look"]
    assert running.variables(root)["hours"] == 3


def test_cancelling_the_root_cancels_the_child(clock):
    root, child = family()
    commands.cancel_process(actor=None, instance_id=root.pk, reason="withdrawn")
    assert {running.reload(root).status, running.reload(child).status} == {"cancelled"}
    assert not Timer.objects.exists()


def test_leaving_the_call_cancels_the_child(clock):
    from datetime import timedelta

    root, child = family()
    clock.advance(timedelta(hours=8))
    running.settle()
    assert running.reload(root).outcome == "gave-up"
    assert running.reload(child).status == ProcessInstance.Status.CANCELLED


def test_an_error_nobody_catches_inside_reaches_the_caller(clock):
    @service_task("test.parts")
    def parts(step):
        raise BpmnError("NO_PARTS")

    failing = diagram(
        "child",
        "begin -> work -> parts -> done",
        begin=start(),
        work=user(),
        parts=service("test.parts"),
        done=end(),
    )
    root, child = family(failing)
    running.complete(child, "work")
    assert running.reload(root).outcome == "sorry"
    assert running.reload(child).status == ProcessInstance.Status.CANCELLED
    assert not child.incidents.filter(closed_at=None).exists()


def test_an_error_nobody_catches_at_all_is_an_incident_where_it_was_thrown(clock):
    failing = diagram("child", "begin -> work -> bad", begin=start(), work=user(), bad=end(error="OTHER"))
    root, child = family(failing)
    running.complete(child, "work")
    assert running.open_incident(child).element == "bad"
    assert not root.incidents.exists()


def test_a_called_process_that_is_not_deployed_is_an_incident_at_the_call(clock):
    running.deploy(PARENT)
    root = running.start("parent")
    assert "child" in running.open_incident(root).message
    running.deploy(CHILD)
    commands.retry_incident(actor=None, incident_id=running.open_incident(root).pk)
    assert ProcessInstance.objects.get(parent=root).is_live


def test_a_suspended_family_is_moved_by_nobody(clock):
    from datetime import timedelta

    root, child = family()
    operator = person("olga", is_superuser=True)
    commands.suspend_process(actor=operator, instance_id=child.pk, reason="audit")
    assert {running.reload(root).status, running.reload(child).status} == {"suspended"}
    with pytest.raises(InstanceIsSuspended):
        running.complete(child, "work")
    clock.advance(timedelta(hours=9))
    running.settle()
    assert running.reload(root).status == "suspended"
    commands.resume_process(actor=operator, instance_id=root.pk)
    running.settle()
    assert running.reload(root).outcome == "gave-up"


def test_suspending_twice_and_resuming_what_runs_are_refused(clock):
    root, _child = family()
    with pytest.raises(InstanceIsNotSuspended):
        commands.resume_process(actor=None, instance_id=root.pk)
    commands.suspend_process(actor=None, instance_id=root.pk)
    with pytest.raises(InstanceIsSuspended):
        commands.suspend_process(actor=None, instance_id=root.pk)


def test_a_suspended_family_may_be_cancelled(clock):
    root, child = family()
    commands.suspend_process(actor=None, instance_id=root.pk)
    commands.cancel_process(actor=None, instance_id=root.pk)
    assert running.reload(child).status == ProcessInstance.Status.CANCELLED


def test_completing_twice_is_refused(clock):
    _root, child = family()
    step = running.open_steps(child)["work"]
    running.complete_step(child, step)
    with pytest.raises((StepIsNotOpen, InstanceHasEnded)):
        running.complete_step(child, step)


def test_what_has_ended_takes_no_stimulus(clock):
    root, _child = family()
    commands.cancel_process(actor=None, instance_id=root.pk)
    with pytest.raises(InstanceHasEnded):
        commands.cancel_process(actor=None, instance_id=root.pk)


def test_the_outsider_may_neither_cancel_nor_suspend(clock):
    root, _child = family()
    charlie = person("charlie", is_active=False)
    for command in (commands.cancel_process, commands.suspend_process, commands.resume_process):
        with pytest.raises(NotPermitted):
            command(actor=charlie, instance_id=root.pk)


def test_who_started_it_may_cancel_it(clock):
    running.deploy(CHILD)
    alice = person("alice", is_active=False)
    instance = running.start("child", actor=alice)
    assert commands.cancel_process(actor=alice, instance_id=instance.pk).status == "cancelled"


def test_an_unknown_instance_is_not_found():
    with pytest.raises(InstanceNotFound):
        operations.lock_family("00000000-0000-0000-0000-000000000000")


def test_a_call_bound_at_deploy_keeps_its_version(clock):
    bound = PARENT.replace(b'processId="child"', b'processId="child" bindingType="deployment"')
    running.deploy(bound, CHILD)
    from datetime import timedelta

    clock.advance(timedelta(hours=1))
    running.deploy(diagram("child", "begin -> newer -> done", begin=start(), newer=user(), done=end()))
    root = running.start("parent")
    assert running.waiting_at(ProcessInstance.objects.get(parent=root)) == ["work"]
