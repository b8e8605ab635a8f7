"""Ended processes go to files and come back whole; nothing is lost on the way, wherever it is cut short."""

from __future__ import annotations

import gzip
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tests.commands.history.story import World, begin, walked
from workflows import past, queries
from workflows.archiving import commands, files, retention, tables
from workflows.exceptions import ArchiveDamaged, InstanceNotFound, NotPermitted
from workflows.models import (
    ArchivedInstance,
    ArchiveSegment,
    Delivery,
    HistoryEvent,
    ProcessInstance,
)
from workflows.outbox import delivery
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(clock, alice, operator):
    instance = walked(clock, alice, operator)
    assert not instance.is_live
    seal()
    return instance


def rows():
    """Everything in the tables of a family, as text."""
    found = {}
    with connection.cursor() as cursor:
        for model in (ProcessInstance, *(part.model for part in tables.parts())):
            key = model._meta.pk.column
            cursor.execute(f"SELECT to_jsonb(kept)::text FROM {model._meta.db_table} AS kept ORDER BY {key}")  # noqa: S608
            found[model._meta.label] = [row[0] for row in cursor]
    return found


def archive(instance):
    return commands.archive(actor=None, roots=[instance.root_id])


def test_it_works_there_and_back(ended):
    before = rows()
    assert len([table for table, kept in before.items() if kept]) >= 5
    segment = archive(ended)
    assert (segment.families, ProcessInstance.objects.count(), HistoryEvent.objects.count()) == (1, 0, 0)
    assert (files.directory() / segment.file).stat().st_mode & 0o077 == 0
    assert bytes(segment.first_link)
    assert commands.restore_segment(actor=None, segment_id=segment.pk) == 1
    assert rows() == before
    assert not ArchivedInstance.objects.exists()


def test_it_is_shown_and_proved_from_the_archive(ended):
    """What was a page before is a page still: its story, its state at any moment, its variables, its chain."""
    story = [(event.sequence, event.kind, event.at, event.actor, event.data) for event in past.story(ended.pk)]
    view, variables = queries.view(ended), past.variable_history(ended.pk)
    segment = archive(ended)
    assert [(e.sequence, e.kind, e.at, e.actor, e.data) for e in past.story(ended.pk)] == story
    assert past.state_at(ended.pk).view == view
    assert past.state_at(ended.pk, sequence=10).faithful
    assert past.variable_history(ended.pk) == variables
    report = verify()
    assert (report.is_whole, report.segments, report.counts[Fault.UNSIGNED]) == (True, 1, 0)
    assert report.events == segment.events


def test_a_living_family_stays(clock):
    instance = begin(World())
    assert archive(instance) is None
    assert not retention.ended_before(clock.now() + timedelta(days=1)).exists()
    assert HistoryEvent.objects.exists()


def test_a_family_that_is_still_to_get_something_stays(ended, clock):
    """A message on its way to it would be lost with it."""
    delivery(Delivery.Kind.RECEIVE, key="late", name="m", variables={}, target_id=ended.pk).save()
    assert archive(ended) is None


@pytest.mark.parametrize("stop", ["member", "create", "delete"])
def test_killed_in_between_nothing_is_lost(ended, monkeypatch, stop):
    """Before, while and after the file is written: the rows are there, and the next run clears up and does it."""
    before = rows()

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if stop == "member":
            patch.setattr(files.SegmentWriter, "member", killed)
        elif stop == "create":
            patch.setattr(ArchiveSegment.objects, "create", killed)
        else:
            patch.setattr(tables, "delete_rows_of", killed)
        with pytest.raises(KeyboardInterrupt):
            archive(ended)
    assert rows() == before
    assert verify().is_whole
    archive(ended)
    assert files.names() == {ArchiveSegment.objects.get().file}


@pytest.mark.parametrize("how", ["gone", "cut", "changed"])
def test_a_damaged_file_is_found_out_and_not_restored(ended, how):
    segment = archive(ended)
    path = files.directory() / segment.file
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-40] if how == "cut" else data[:300] + bytes([data[300] ^ 1]) + data[301:])
    report = verify()
    assert report.counts[Fault.MISSING if how == "gone" else Fault.ALTERED]
    assert not report.is_whole
    with pytest.raises(ArchiveDamaged):
        commands.restore_segment(actor=None, segment_id=segment.pk)
    assert ArchivedInstance.objects.exists()


def test_a_file_exchanged_for_another_is_found_out(ended, clock, alice, operator):
    """Both are files of ours and whole, each under the other's name."""
    other = walked(clock, alice, operator)
    seal()
    one, two = (files.directory() / archive(each).file for each in (ended, other))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    report = verify()
    assert report.counts[Fault.ALTERED] >= 2
    assert report.counts[Fault.MISSING]
    one.write_bytes(first)
    two.write_bytes(second)
    assert verify().is_whole


def test_an_event_changed_inside_a_file_is_found_out_although_the_file_agrees(ended):
    """File, length and digest in the index are all made anew, as one with all rights could; the chain is not."""
    segment = archive(ended)
    path = files.directory() / segment.file
    text = gzip.decompress(path.read_bytes()).replace(b'"approve"', b'"decline"')
    header, _, rest = text.partition(b"\n")
    parts = [gzip.compress(header + b"\n"), gzip.compress(rest)]
    path.write_bytes(b"".join(parts))
    ArchivedInstance.objects.update(offset=len(parts[0]), size=len(parts[1]))
    ArchiveSegment.objects.update(digest=files.digest_of(segment.file))
    found = []
    assert not verify(tell=found.append).is_whole
    assert {entry.detail for entry in found} == {"payload was changed"}


def test_an_entry_taken_out_of_the_index_is_missing(ended):
    archive(ended)
    ArchivedInstance.objects.filter(pk=ended.pk).delete()
    found = []
    verify(tell=found.append)
    assert [(entry.fault, entry.instance) for entry in found] == [(Fault.MISSING, ended.pk)]


def test_one_family_comes_back_alone(ended, clock, alice, operator):
    other = walked(clock, alice, operator)
    segment = commands.archive(actor=None, roots=[ended.pk, other.pk])
    assert segment.families == 2
    assert commands.restore_family(actor=None, instance_id=other.pk).pk == other.pk
    assert ProcessInstance.objects.filter(parent=None).get() == other
    assert verify().is_whole
    with pytest.raises(InstanceNotFound):
        commands.restore_family(actor=None, instance_id=other.pk)


def test_only_what_its_retention_lets_go_is_due(ended, clock, operator, alice):
    assert not retention.due().exists()
    retention.set_retention(actor=operator, process_key="everything", days=30)
    assert not retention.due().exists()
    clock.advance(timedelta(days=31))
    assert list(retention.due()) == [ended.pk]
    retention.set_retention(actor=operator, process_key="everything", days=None)
    assert not retention.due().exists()
    with pytest.raises(NotPermitted):
        retention.set_retention(actor=alice, process_key="everything", days=0)


def test_the_commands(ended, clock, operator):
    def said(*arguments):
        out = StringIO()
        call_command(*arguments, stdout=out)
        return out.getvalue()

    assert "1 families" in said("archive_history", "--before", "2027-01-01", "--dry-run")
    assert ProcessInstance.objects.exists()
    assert "0 families" in said("archive_history", "--due", "--dry-run")
    assert "1 families archived" in said("archive_history", "--before", "2027-01-01")
    assert not ProcessInstance.objects.exists()
    assert "restored" in said("restore_archive", str(ended.pk))
    assert ProcessInstance.objects.filter(pk=ended.pk).exists()


def test_every_table_that_goes_with_an_instance_is_archived():
    labels = {part.label for part in tables.parts()}
    assert labels >= {"workflows.historyevent", "workflows.incident", "workflows.effect", "tasks_inbox.workitem"}
    assert labels >= {"tasks_inbox.comment", "tasks_inbox.workitemevent", "tasks_inbox.draft"}
