"""Undo against the sweep, two tabs, a server killed between accepting and carrying out: one wins, nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from config import clock as product_clock
from tasks_inbox import commands, jobs
from tasks_inbox.exceptions import BeingFinished, NotACandidate, NothingToTakeBack, WorkItemEnded
from tasks_inbox.models import HeldAct, WorkItem, WorkItemEvent
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.commands import cancel_process
from workflows.models import HistoryEvent, ProcessInstance

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, NUMBER, KILLS, SECONDS = 4, 60, 3, 60
ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import os, sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = os.environ["BATON_TEST_DATABASE"]
from accounts.models import User
from tasks_inbox import commands, holding, jobs
from tasks_inbox.models import HeldAct, WorkItem
print("begun", flush=True)
"""
ACCEPT = f"""{BEGIN}
holding.undo_seconds = lambda: 3600
alice = User.objects.get(username="alice")
for item in WorkItem.objects.filter(element="first", status="open", held_by=None):
    commands.hold_completion(actor=alice, work_item_id=item.pk, answers={{}})
    print(item.pk, flush=True)
"""
CARRY_OUT = f"""{BEGIN}
while HeldAct.objects.exists():
    jobs.carry_out_held_acts()
"""


@pytest.fixture(autouse=True)
def _undo(settings):
    settings.INBOX_UNDO_SECONDS = 8


def task(*, group: str = "", number: int = 1) -> list[WorkItem]:
    assigned = {"group": group} if group else {"assignee": "alice"}
    nodes = {"begin": start(), "first": user(**assigned), "second": user(), "done": end()}
    running.deploy(diagram("two", "begin -> first -> second -> done", **nodes))
    for _ in range(number):
        running.start("two")
    return list(WorkItem.objects.filter(element="first"))


def hold(actor, item):
    return commands.hold_completion(actor=actor, work_item_id=item.pk, answers={})


def completions(item):
    return WorkItemEvent.objects.filter(item=item, kind="completed").count()


def at_peace(item):
    """Nothing is left half done: either it is held, or nothing says that it is."""
    item.refresh_from_db()
    held = HeldAct.objects.filter(item=item).exists()
    root = ProcessInstance.objects.get(pk=item.instance.root_id)
    return (item.held_by_id is not None) == held == root.has_held_acts


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_undo_against_the_sweep(alice, clock, _round):
    (item,) = task()
    hold(alice, item)
    clock.advance(timedelta(seconds=8))
    back, done = race(lambda: commands.take_back(actor=alice, work_item_id=item.pk), jobs.carry_out_held_acts)
    assert at_peace(item)
    if isinstance(back, NothingToTakeBack):
        assert "can no longer be undone" in str(back.sentence)
        assert (done, item.status, running.waiting_at(item.instance)) == (1, "completed", ["second"])
    else:
        assert isinstance(back, WorkItem)
        assert (done, item.status, running.waiting_at(item.instance)) == (0, "open", ["first"])
    assert completions(item) == (item.status == "completed")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_tabs_of_one_person(alice, _round):
    (item,) = task()
    results = race(*[lambda: hold(alice, item)] * 3)
    assert sum(isinstance(result, HeldAct) for result in results) == 1
    assert sum(isinstance(result, BeingFinished) for result in results) == 2
    assert at_peace(item)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_people_and_one_task_of_their_queue(alice, bob, _round):
    (item,) = task(group="sales@HZ")
    results = race(lambda: hold(alice, item), lambda: hold(bob, item))
    assert sum(isinstance(result, HeldAct) for result in results) == 1
    assert sum(isinstance(result, BeingFinished | NotACandidate) for result in results) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_confirmed_twice_and_swept_it_is_done_once(alice, clock, _round):
    (item,) = task()
    hold(alice, item)
    clock.advance(timedelta(seconds=8))
    confirm = lambda: commands.confirm_held_act(actor=alice, work_item_id=item.pk)  # noqa: E731
    results = race(confirm, confirm, jobs.carry_out_held_acts)
    assert sum(map(int, results)) == 1
    assert at_peace(item)
    assert completions(item) == 1
    assert running.waiting_at(item.instance) == ["second"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_undo_against_a_cancel(alice, _round):
    """Whatever comes first: the cancel finds the task completed, or open again."""
    (item,) = task()
    hold(alice, item)
    back, cancelled = race(
        lambda: commands.take_back(actor=alice, work_item_id=item.pk),
        lambda: cancel_process(actor=None, instance_id=item.instance_id),
    )
    assert isinstance(cancelled, ProcessInstance)
    assert at_peace(item)
    undone = isinstance(back, WorkItem)
    assert undone or isinstance(back, NothingToTakeBack)
    assert item.status == ("cancelled" if undone else "completed")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_completion_by_the_interface_against_one_held(alice, _round):
    (item,) = task()
    results = race(
        lambda: hold(alice, item), lambda: commands.complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    )
    assert sum(isinstance(result, BeingFinished | WorkItemEnded) for result in results) == 1
    assert at_peace(item)


# --- killed ---------------------------------------------------------------------------------------------------------


def process(script):
    """A process of its own on the database of this test, as far as its first line."""
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "BATON_TEST_DATABASE": connection.settings_dict["NAME"]}
    started = subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | ours, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "begun\n"
    return started


def kill(running_process):
    running_process.send_signal(signal.SIGKILL)
    assert running_process.wait(SECONDS) == -signal.SIGKILL
    with running_process.stdout as said:
        return said.read().split()


def test_a_server_killed_between_accepting_and_carrying_out_loses_nothing(alice):
    items = task(number=NUMBER)
    accepting = process(ACCEPT)
    wait_until(lambda: HeldAct.objects.count() > NUMBER // 3, accepting)
    told = kill(accepting)
    held = {str(item) for item in HeldAct.objects.values_list("item", flat=True)}
    assert 0 < len(told) < NUMBER, "killed too early or too late to show anything"
    assert set(told) <= held, "what somebody was told is accepted must be there"
    assert len(held) <= len(told) + 1
    HeldAct.objects.update(due_at=product_clock.now())
    for _ in range(KILLS):
        before = HeldAct.objects.count()
        sweeping = process(CARRY_OUT)
        wait_until(lambda: HeldAct.objects.count() < before - 1, sweeping)  # noqa: B023
        time.sleep(random.uniform(0, 0.02))
        kill(sweeping)
    last = process(CARRY_OUT)
    last.communicate(timeout=SECONDS)
    assert last.returncode == 0
    done = {str(item.pk) for item in WorkItem.objects.filter(element="first", status="completed")}
    assert done == held
    assert all(completions(item) == (str(item.pk) in held) for item in items)
    assert all(at_peace(item) for item in items)
    steps = HistoryEvent.objects.filter(kind="stimulus", data__type="CompleteStep").values_list("instance", flat=True)
    assert len(steps) == len(set(steps)) == len(held)


def wait_until(met, alive):
    limit = time.monotonic() + SECONDS
    while not met():
        assert alive.poll() is None, "it was through before it could be killed"
        assert time.monotonic() < limit, "it does nothing"
        time.sleep(0.002)
