"""A process that carries out a batch is killed without warning, again and again: every instance is dealt with once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
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
import os, signal, sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = os.environ["BATON_TEST_DATABASE"]
from config.postgresql.base import DatabaseWrapper
from workflows import batches, jobs

kind, batch, seconds = {"move": jobs.MOVES, "act": jobs.ACTS}[sys.argv[1]], sys.argv[2], float(sys.argv[3])
commit, done = DatabaseWrapper._commit, []

def counting(self):
    commit(self)
    done.append(1)
    if len(done) == 5 and seconds:
        signal.setitimer(signal.ITIMER_PROF, seconds)

DatabaseWrapper._commit = counting
while not batches.carry_on(kind, batch):
    pass
"""


def work(name, batch, *, killed_after=0.0):
    """A process of its own on the database of this test; how it ended.

    It may be killed by the kernel so many seconds of its own processor time after its fifth commit: what else the
    machine does changes nothing.
    """
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "BATON_TEST_DATABASE": connection.settings_dict["NAME"]}
    command = [sys.executable, "-c", WORKER, name, str(batch.pk), str(killed_after)]
    return subprocess.run(command, env=os.environ | ours, cwd=ROOT, timeout=SECONDS, check=False).returncode


def waiting(batch):
    return batch.results.filter(status="pending").count()


def carried_out_though_killed(name, kind, batch):
    chance = random.Random()
    for _ in range(KILLS):
        assert work(name, batch, killed_after=chance.uniform(0.001, 0.05)) == -signal.SIGPROF
        assert 0 < waiting(batch) < NUMBER, "killed too early or too late to show anything"
        assert batches.unfinished(kind) == [batch.pk]
    assert work(name, batch) == 0
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
