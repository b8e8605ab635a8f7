"""A process that carries out a batch is killed by SIGKILL, again and again: every instance is dealt with once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import batches
from workflows.migrating.carrying import MOVES
from workflows.migrating.commands import start_migration
from workflows.models import BulkAct, HistoryEvent, ProcessInstance
from workflows.operating.bulk import ACTS, start_bulk_act

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, KILLS, SECONDS = 150, 3, 60
ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import os, sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = os.environ["BATON_TEST_DATABASE"]
from workflows import batches, jobs
kind = {"move": jobs.MOVES, "act": jobs.ACTS}[sys.argv[1]]
print("begun", flush=True)
while not batches.carry_on(kind, sys.argv[2]):
    pass
"""


def worker(name, batch_id):
    """A process of its own on the database of this test, as far as its first line."""
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "BATON_TEST_DATABASE": connection.settings_dict["NAME"]}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(batch_id)], env=os.environ | ours, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    return process


def waiting(batch):
    return batch.results.filter(status="pending").count()


def kill_in_the_midst(name, batch):
    """Kill the worker after it has done something and before it is through; how many still wait."""
    before, chance = waiting(batch), random.Random()
    process = worker(name, batch.pk)
    end = time.monotonic() + SECONDS
    while waiting(batch) > before - 5:
        assert process.poll() is None, "the worker was through before it could be killed"
        assert time.monotonic() < end, "the worker does nothing"
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.02))
    process.send_signal(signal.SIGKILL)
    assert process.wait(SECONDS) == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()
    return waiting(batch)


def carried_out_though_killed(name, kind, batch):
    for _ in range(KILLS):
        assert 0 < kill_in_the_midst(name, batch) < NUMBER, "killed too early or too late to show anything"
        assert batches.unfinished(kind) == [batch.pk]
    process = worker(name, batch.pk)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    batch.refresh_from_db()
    assert not batch.is_running


def events_of(kind):
    return list(HistoryEvent.objects.filter(kind=kind).values_list("instance", flat=True))


def line(*names):
    nodes = {name: user() for name in names}
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


def test_every_instance_is_moved_exactly_once():
    running.deploy(line("do"))
    instances = {running.start("work").pk for _ in range(NUMBER)}
    running.deploy(line("do", "check"))
    batch = start_migration(actor=None, process_key="work", source=1, target=2)
    carried_out_though_killed("move", MOVES, batch)
    assert set(ProcessInstance.objects.values_list("version__number", flat=True)) == {2}
    assert sorted(events_of("migrated")) == sorted(instances)
    assert set(batch.results.values_list("status", flat=True)) == {"migrated"}
    one = ProcessInstance.objects.order_by("?")[0]
    running.complete(one, "do")
    assert running.waiting_at(one) == ["check"]


def test_every_process_is_suspended_exactly_once():
    running.deploy(line("do"))
    instances = {running.start("work").pk for _ in range(NUMBER)}
    batch = start_bulk_act(actor=None, kind=BulkAct.Kind.SUSPEND, instances=instances, reason="x")
    carried_out_though_killed("act", ACTS, batch)
    assert sorted(events_of("suspended")) == sorted(instances)
    assert set(batch.results.values_list("status", flat=True)) == {"through"}
