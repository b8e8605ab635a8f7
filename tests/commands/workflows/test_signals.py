"""Signals reach everybody who waits at that moment, and start processes."""

from __future__ import annotations

import pytest

from tests.support import running
from tests.support.diagrams import catch, diagram, end, start, throw
from workflows import commands
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db

WAITER = diagram("waiter", "begin -> news -> done", begin=start(), news=catch(signal="level.changed"), done=end())


def test_it_works(clock):
    starter = diagram("starter", "begin -> done", begin=start(signal="level.changed"), done=end())
    running.deploy(WAITER, starter)
    waiting = [running.start("waiter") for _ in range(3)]
    commands.send_signal(actor=None, name="level.changed", variables={"level": "gold"})
    running.settle()
    assert {running.reload(instance).status for instance in waiting} == {"completed"}
    assert running.variables(waiting[0]) == {"level": "gold"}
    assert ProcessInstance.objects.filter(process_key="starter").count() == 1


def test_nobody_waiting_means_nothing_happens(clock):
    running.deploy(WAITER)
    commands.send_signal(actor=None, name="level.changed")
    running.settle()
    late = running.start("waiter")
    running.settle()
    assert running.waiting_at(late) == ["news"]


def test_the_same_signal_id_acts_once(clock):
    starter = diagram("starter", "begin -> done", begin=start(signal="level.changed"), done=end())
    running.deploy(starter)
    for _ in range(2):
        commands.send_signal(actor=None, name="level.changed", signal_id="17")
        running.settle()
    assert ProcessInstance.objects.count() == 1


def test_a_process_signals_others(clock):
    teller = diagram("teller", "begin -> tell -> done", begin=start(), tell=throw(signal="level.changed"), done=end())
    running.deploy(WAITER, teller)
    waiting = running.start("waiter")
    running.start("teller")
    running.settle()
    assert not running.reload(waiting).is_live
