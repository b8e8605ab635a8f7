"""Archiving, deleting and erasing killed by SIGKILL midway: the next run finishes, nothing lost, nothing double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import AuditEvent
from config import clock as product_clock
from crm_core.customers.models import Customer, CustomerKind
from tests import crm
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import commands, past
from workflows.archiving import files, retention
from workflows.archiving.commands import archive
from workflows.archiving.disposing import delete_over, segments_over
from workflows.models import ArchivedInstance, ArchiveSegment, DisposedInstance, HistoryEvent, ProcessInstance
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE = "王小明", "138 1234 5678"
ASK = diagram("ask", "begin -> ask -> done", begin=start(), ask=user(group="sales"), done=end())


@pytest.fixture
def person(alice):
    return crm.customer(alice, NAME, kind=CustomerKind.INDIVIDUAL, phone=PHONE)


@pytest.fixture
def ended(alice, person):
    """Five ended processes about the person, sealed."""
    running.deploy(ASK)
    found = []
    for number in range(5):
        variables = {"who": f"{NAME} {PHONE}", "number": number}
        instance = commands.start_process(actor=alice, process_key="ask", variables=variables, record=person)
        running.complete(instance, "ask", {"remark": f"call {PHONE}"}, actor=alice)
        found.append(instance.pk)
    seal()
    return found


@contextmanager
def another(settings, tmp_path, what: str, name: str, place: str, when: str):
    """A process that holds there; killed by SIGKILL at the end, and its transaction with it."""
    reached = tmp_path / "reached"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "BATON_TEST_DATABASE": connection.settings_dict["NAME"],
        "BATON_TEST_KEYS": str(settings.HISTORY_KEY_DIR),
        "BATON_TEST_ARCHIVE": str(settings.HISTORY_ARCHIVE_DIR),
    }
    script, said = Path(__file__).with_name("killed.py"), tmp_path / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(script), what, name, place, when, str(reached)],
            cwd=Path(__file__).parents[3],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 300
        while not reached.exists():
            assert process.poll() is None, said.read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
        gone()


def gone() -> None:
    """PostgreSQL has noticed: nobody else is at the database, and no lock is held."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the killed process still holds its transaction")


def stories(instances) -> list[list[tuple]]:
    return [[(e.sequence, e.kind, e.at, e.actor_id, e.data) for e in past.story(id)] for id in instances]


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("workflows.archiving.files._to_disk", "before"),
        ("workflows.archiving.commands.note", "after"),
    ],
)
def test_archiving(ended, settings, tmp_path, place, when):
    """The file is there in part, whole, or whole with the rows gone but not committed."""
    before = stories(ended)
    with another(settings, tmp_path, "archive", "-", place, when):
        assert files.names()
    assert set(ProcessInstance.objects.values_list("pk", flat=True)) == set(ended)
    assert (ArchivedInstance.objects.count(), stories(ended)) == (0, before)
    assert verify().is_whole
    call_command("archive_history", "--before", "2100-01-01")
    assert not ProcessInstance.objects.exists()
    assert {row.pk for row in ArchivedInstance.objects.all()} == set(ended)
    assert files.names() == {ArchiveSegment.objects.get().file}
    assert stories(ended) == before
    assert verify().is_whole


@pytest.mark.parametrize("place", ["workflows.erasing.histories._replace", "accounts.audit.record"])
def test_erasing_from_the_tables(ended, person, settings, tmp_path, place):
    """One family is done and the next half; or all but the record is done."""
    with another(settings, tmp_path, "erase", person.number, place, "after"):
        pass
    assert Customer.objects.get(pk=person.pk).name == NAME
    assert verify().is_whole
    finished(ended, person)


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("workflows.archiving.files._to_disk", "after"),
        ("workflows.archiving.files.remove", "before"),
    ],
)
def test_erasing_from_the_archive(ended, person, settings, tmp_path, place, when):
    """The new file is there beside the old one; or it counts, and the old one could not be removed any more."""
    archive(actor=None, roots=ended)
    with another(settings, tmp_path, "erase", person.number, place, when):
        pass
    assert verify().is_whole
    finished(ended, person)
    assert files.names() == {ArchiveSegment.objects.get().file}
    assert "13812345678" not in "".join(
        str(list(files.lines(name, files.Written(0, 1 << 40)))) for name in files.names()
    )


def finished(ended, person):
    """The next run does the rest, once, and every history says once what was erased."""
    call_command("erase_person", "customer", person.number, "--yes", "--reason", "asked for it")
    told = str(stories(ended))
    assert (NAME in told, PHONE in told) == (False, False)
    assert Customer.objects.get(pk=person.pk).name == "[erased]"
    assert AuditEvent.objects.filter(event="person.erased").count() == 1
    for id in ended:
        events = list(past.story(id))
        assert [event.kind for event in events].count(HistoryEvent.Kind.ERASED) == 1
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    report = verify()
    assert (report.is_whole, report.counts[Fault.ERASED] > 0) == (True, True)


def test_deleting_from_the_archive(ended, operator, settings, tmp_path):
    """The new file is there, and the row that points at the old one is not committed."""
    archive(actor=None, roots=ended)
    ArchivedInstance.objects.filter(pk__in=ended[:2]).update(ended_at=product_clock.now().replace(year=2000))
    retention.set_retention(actor=operator, process_key="ask", days=0, delete_after=3000)
    with another(settings, tmp_path, "delete", "-", "workflows.archiving.disposing._write_anew", "after"):
        pass
    assert verify().is_whole
    for segment in segments_over():
        delete_over(segment_id=segment)
    assert {row.pk for row in ArchivedInstance.objects.all()} == set(ended[2:])
    assert {row.pk for row in DisposedInstance.objects.all()} == set(ended[:2])
    archive(actor=None, roots=[])
    assert files.names() == {ArchiveSegment.objects.get().file}
    assert len(stories(ended[2:])) == 3
    assert verify().is_whole
