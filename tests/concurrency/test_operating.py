"""Operators at the same moment: as each other, as a start under way, and as a second worker of the same batch."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from bpmn.models import ProcessDefinition
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import call, diagram, end, service, start, user
from workflows import commands
from workflows.engine.api import Entry
from workflows.exceptions import (
    BulkActUnderWay,
    InstanceHasEnded,
    InstanceIsSuspended,
    ModificationImpossible,
    ProcessIsSuspended,
)
from workflows.models import BulkAct, HistoryEvent, Incident, ProcessInstance
from workflows.operating import bulk
from workflows.operating import commands as operating
from workflows.operating.bulk import Kind, start_bulk_act
from workflows.operating.definitions import suspend_definition
from workflows.registry import service_task

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3
SECONDS = 10

HELD = diagram("held", "begin -> slow -> look -> done", begin=start(), slow=service("test.slow"), look=user(),
               done=end())  # fmt: skip
CALLER = diagram("caller", "begin -> ask -> held -> done", begin=start(), ask=user(), held=call("held"), done=end())
LINE = diagram("line", "begin -> first -> second -> done", begin=start(), first=user(), second=user(), done=end())


class Slow:
    """A service task in the midst of a start, until it is let go on."""

    def __init__(self):
        self.reached, self.free = threading.Event(), threading.Event()

        @service_task("test.slow")
        def slow(step):
            self.reached.set()
            assert self.free.wait(SECONDS)

    def hold_meanwhile(self):
        """Hold the process while a start of it is under way; whether the hold was over before the start was."""
        assert self.reached.wait(SECONDS)
        holder = threading.Thread(target=lambda: race(_hold))
        holder.start()
        holder.join(0.7)
        early = ProcessDefinition.objects.get(key="held").suspended_at is not None
        self.free.set()
        holder.join(SECONDS)
        return early


def _hold():
    return suspend_definition(actor=None, process_key="held", reason="new prices")


@pytest.mark.parametrize("called", [False, True])
def test_a_hold_waits_for_the_start_that_is_under_way_and_nothing_starts_after_it(called):
    """A start that had looked before the hold would else appear after the operator was told that nothing starts."""
    slow = Slow()
    running.deploy(HELD, CALLER)
    begin: Any = partial(running.start, "held")
    if called:
        begin = partial(running.complete, running.start("caller"), "ask")
    early, outcome = race(slow.hold_meanwhile, begin)
    assert early is False
    assert not isinstance(outcome, Exception), outcome
    assert ProcessDefinition.objects.get(key="held").suspended_at is not None
    assert ProcessInstance.objects.filter(process_key="held").count() == 1
    with pytest.raises(ProcessIsSuspended):
        running.start("held")


def test_a_start_that_comes_while_the_hold_commits_is_refused():
    """The start waits for the hold and must then see what it left, not what it looked like before."""
    Slow().free.set()
    running.deploy(HELD)
    results = race(_hold, *[lambda: running.start("held")] * 3)
    started = [result for result in results[1:] if isinstance(result, ProcessInstance)]
    refused = [result for result in results[1:] if isinstance(result, ProcessIsSuspended)]
    assert len(started) + len(refused) == 3
    assert ProcessInstance.objects.filter(process_key="held").count() == len(started)
    assert results[0] == 0


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_operators_change_the_same_path_and_one_is_told(_round):
    running.deploy(LINE)
    instance = running.start("line")
    results = race(
        *[
            lambda: operating.modify_process(
                actor=None, instance_id=instance.pk, start=[Entry("second")], end=["first"], reason="x"
            )
        ]
        * 2
    )
    assert sorted(isinstance(result, ModificationImpossible) for result in results) == [False, True], results
    assert running.waiting_at(instance) == ["second"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_cancel_against_suspend_leaves_one_of_both_never_half(_round):
    running.deploy(LINE)
    instance = running.start("line")
    results = race(
        lambda: commands.cancel_process(actor=None, instance_id=instance.pk),
        lambda: commands.suspend_process(actor=None, instance_id=instance.pk),
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, InstanceHasEnded | InstanceIsSuspended) for error in refused)
    assert running.reload(instance).status == ProcessInstance.Status.CANCELLED


def _stuck(number):
    @service_task("test.slow")
    def slow(step):
        raise RuntimeError("no paper")

    running.deploy(HELD)
    for _ in range(number):
        running.start("held")
    return Incident.objects.values_list("cause", flat=True).distinct().get()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_three_workers_try_each_incident_of_a_batch_once(_round):
    batch = start_bulk_act(actor=None, kind=Kind.RETRY, cause=_stuck(6))
    race(*[lambda: bulk.carry_on(batch.pk)] * 3)
    assert bulk.carry_on(batch.pk)
    assert HistoryEvent.objects.filter(kind="operated").count() == 6
    assert set(batch.results.values_list("status", flat=True)) == {"failed-again"}


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("key", ["", "one-form"])
def test_of_two_first_clicks_one_batch_comes(_round, key):
    cause = _stuck(2)
    results = race(*[lambda: start_bulk_act(actor=None, kind=Kind.RETRY, cause=cause, key=key)] * 2)
    assert BulkAct.objects.count() == 1
    refused = [result for result in results if isinstance(result, BulkActUnderWay)]
    assert len(refused) == (0 if key else 1), results
