"""Beginning an ended process again: alone when nobody called it, else through its caller."""

from __future__ import annotations

import pytest

from tests.support import running
from tests.support.diagrams import call, diagram, end, start, user
from tests.support.people import person
from workflows import commands
from workflows.engine.api import Entry
from workflows.exceptions import ProcessIsSuspended, StartedByItsCaller
from workflows.models import ProcessInstance
from workflows.operating.commands import modify_process, restart_process
from workflows.operating.definitions import suspend_definition

pytestmark = pytest.mark.django_db

INNER = diagram("inner", "begin -> first -> second -> done", begin=start(), first=user(), second=user(), done=end())
OUTER = diagram(
    "outer", "begin -> inner -> after -> done", begin=start(), inner=call("inner"), after=user(), done=end()
)


@pytest.fixture
def olga():
    return person("olga", roles=["operator"])


@pytest.fixture
def family(db):
    running.deploy(INNER, OUTER)
    outer = running.start("outer")
    return outer, ProcessInstance.objects.get(parent=outer)


def child_of(outer):
    return ProcessInstance.objects.get(parent=outer, status=ProcessInstance.Status.RUNNING)


def test_a_called_one_is_refused_and_begins_again_through_its_running_caller(clock, olga, family):
    outer, inner = family
    running.complete(inner, "first")
    running.complete(inner, "second")
    assert running.waiting_at(outer) == ["after"]
    with pytest.raises(StartedByItsCaller):
        restart_process(actor=olga, instance_id=inner.pk, at=[Entry("second")], reason="x")
    assert ProcessInstance.objects.count() == 2
    modify_process(actor=olga, instance_id=outer.pk, start=[Entry("inner")], end=["after"], reason="once more")
    again = child_of(outer)
    assert again.pk != inner.pk
    running.complete(again, "first")
    running.complete(again, "second")
    assert running.waiting_at(outer) == ["after"]


def test_through_its_ended_caller_it_is_called_again(clock, olga, family):
    outer, inner = family
    commands.cancel_process(actor=olga, instance_id=outer.pk, reason="by mistake")
    assert running.reload(inner).status == ProcessInstance.Status.CANCELLED
    with pytest.raises(StartedByItsCaller):
        restart_process(actor=olga, instance_id=inner.pk, at=[Entry("second")], reason="x")
    again = restart_process(actor=olga, instance_id=outer.pk, at=[Entry("inner")], reason="needed after all")
    running.complete(child_of(again), "first")
    running.complete(child_of(again), "second")
    assert running.waiting_at(again) == ["after"]


def test_a_held_process_does_not_begin_again_either(clock, olga, family):
    outer, _inner = family
    commands.cancel_process(actor=olga, instance_id=outer.pk, reason="x")
    suspend_definition(actor=olga, process_key="outer", reason="new prices")
    with pytest.raises(ProcessIsSuspended):
        restart_process(actor=olga, instance_id=outer.pk, at=[Entry("after")], reason="x")
