"""The proof of a large history: it goes through it as a stream, says how far it is, and finds one bit in it.

``BATON_LARGE_HISTORY=300000`` measures with so many events; ``-s`` shows the numbers.
"""

from __future__ import annotations

import os
import time
import tracemalloc

import pytest
from django.db import connection

from tests.commands.history.large import count, grow
from tests.commands.history.story import World, begin
from tests.support import running
from workflows.models import ProcessInstance
from workflows.sealing import chosen, findings
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db
EVENTS = int(os.environ.get("BATON_LARGE_HISTORY", "6000"))
MEGABYTE = 1_000_000


@pytest.fixture
def pattern(clock):
    found = begin(World())
    return running.reload(found)


def peak() -> float:
    """The most memory that one proof takes, in MB."""
    tracemalloc.start()
    assert verify().is_whole
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / MEGABYTE


def test_memory_stays_as_it_is_however_long_the_history(pattern, monkeypatch):
    """Three times the events and instances in the same memory: rows come in batches and are forgotten."""
    monkeypatch.setattr(chosen, "BATCH", 200)
    grow(pattern, events=EVENTS // 4, each=60)
    seal()
    peak()
    small = peak()
    grow(pattern, events=EVENTS // 4 * 3, each=60)
    seal()
    large = peak()
    print(f"\npeak {small:.1f} MB for {EVENTS // 4} events, {large:.1f} MB for {count()}")
    assert large < small * 1.3 + 0.5


def test_one_long_chain_takes_no_more_memory_than_many(pattern, monkeypatch):
    monkeypatch.setattr(chosen, "BATCH", 200)
    grow(pattern, events=1000, each=50)
    peak()
    many = peak()
    grow(pattern, events=5000, each=5000)
    assert peak() < many * 1.3 + 0.5


def test_it_says_how_far_it_is_and_finds_a_changed_bit_among_all(pattern, monkeypatch):
    monkeypatch.setattr(findings, "WATCHED", 1000)
    grow(pattern, events=EVENTS, each=100)
    victim = ProcessInstance.objects.exclude(pk=pattern.pk).order_by("pk")[30]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        cursor.execute(
            "UPDATE workflows_historyevent SET data = jsonb_set(data, '{values,amount}', '43')"
            " WHERE instance_id = %s AND sequence = 42",
            [victim.pk],
        )
    seen, found, begun = [], [], time.perf_counter()
    report = verify(tell=found.append, watch=lambda report: seen.append(report.events))
    print(f"\n{report.events / (time.perf_counter() - begun):.0f} events/s over {report.events}")
    assert seen == list(range(1000, report.events + 1, 1000))
    damage = [entry for entry in found if entry.fault is not Fault.UNSIGNED]
    assert [(entry.fault, entry.instance, entry.first) for entry in damage] == [(Fault.ALTERED, victim.pk, 42)]
