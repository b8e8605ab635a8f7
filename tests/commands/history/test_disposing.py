"""What stayed in the archive long enough is deleted there; nobody else can delete it and say that it was so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.history.story import walked
from tests.commands.history.test_verify_history import damage, tamper
from workflows import keeping, past
from workflows.archiving import commands as archive
from workflows.archiving import files, retention
from workflows.archiving.disposing import delete_over
from workflows.exceptions import InstanceNotFound, NotPermitted, RetentionImpossible
from workflows.models import ArchivedInstance, ArchiveSegment, HistoryDisposal, ProcessInstance, Retention
from workflows.sealing import dropping
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived(clock, alice, operator):
    """Two families in one file, the second ended ten days after the first."""
    first = walked(clock, alice, operator)
    clock.advance(timedelta(days=10))
    second = walked(clock, alice, operator)
    seal()
    archive.archive(actor=None, roots=[first.pk, second.pk])
    retention.set_retention(actor=operator, process_key="everything", days=5, delete_after=30)
    return first, second


def keep(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        keeping.keep_history()


def test_it_works(archived, clock, alice, django_capture_on_commit_callbacks):
    """First one family goes out of the file, then the file; the rest is as it was, and the proof says what went."""
    first, second = archived
    clock.advance(timedelta(days=12))
    keep(django_capture_on_commit_callbacks)
    assert ArchivedInstance.objects.filter(root=first.pk).exists()
    clock.advance(timedelta(days=10))
    keep(django_capture_on_commit_callbacks)
    assert {row.root for row in ArchivedInstance.objects.all()} == {second.pk}
    segment = ArchiveSegment.objects.get()
    assert files.names() == {segment.file}
    assert (segment.families, files.header(segment.file)["instances"]) == (1, 2)
    assert str(first.pk) not in str(list(files.lines(segment.file, files.Written(0, 1 << 40))))
    assert past.state_at(second.pk).faithful
    with pytest.raises(InstanceNotFound):
        past.visible(alice, first.pk)
    report = verify()
    assert (report.is_whole, report.counts[Fault.ERASED] > 0) == (True, True)
    clock.advance(timedelta(days=10))
    keep(django_capture_on_commit_callbacks)
    assert (ArchiveSegment.objects.count(), files.names()) == (0, set())
    assert HistoryDisposal.objects.count() == 2
    assert verify().is_whole


def over(archived, clock):
    clock.advance(timedelta(days=50))
    assert delete_over(segment_id=ArchiveSegment.objects.get().pk) == 2


def test_whoever_deletes_a_family_without_the_key_is_found_out(archived):
    first, _ = archived
    ArchivedInstance.objects.filter(root=first.pk).delete()
    tamper(
        "INSERT INTO workflows_historydisposal (at, reason, count, root, key_id, signature)"
        " SELECT at, 'retention', 1, root, key_id, signature FROM workflows_historyseal"
    )
    tamper(
        "INSERT INTO workflows_disposedinstance (instance, disposal_id, length, link)"
        " SELECT instance, (SELECT max(id) FROM workflows_historydisposal), length, link"
        " FROM workflows_sealedhead WHERE instance = %s",
        first.pk,
    )
    told = {(found.fault, found.instance) for found in damage()}
    assert (Fault.MISSING, first.pk) in told
    assert (Fault.ALTERED, None) in told


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM workflows_disposedinstance WHERE instance = %s",
        "UPDATE workflows_disposedinstance SET length = length + 1 WHERE instance = %s",
        "UPDATE workflows_historydisposal SET reason = 'other' WHERE %s IS NOT NULL",
    ],
)
def test_what_was_signed_of_a_deletion_cannot_be_changed(archived, clock, sql):
    over(archived, clock)
    tamper(sql, str(archived[0].pk))
    told = damage()
    assert Fault.ALTERED in {found.fault for found in told}
    assert archived[0].pk in {found.instance for found in told if found.fault is Fault.MISSING}


def test_deleted_chains_need_no_head_any_more(archived, clock):
    over(archived, clock)
    seal()
    walked_again = ProcessInstance.objects.count()
    assert walked_again == 0
    retention.Retention.objects.all().delete()
    dropping.drop_old_heads()
    assert verify().is_whole


def test_deleting_twice_deletes_once(archived, clock):
    clock.advance(timedelta(days=25))
    segment = ArchiveSegment.objects.get()
    assert delete_over(segment_id=segment.pk) == 1
    assert delete_over(segment_id=segment.pk) == 0
    assert HistoryDisposal.objects.count() == 1
    assert verify().is_whole


@pytest.mark.parametrize("stop", ["dispose", "note", "_write_anew"])
def test_killed_in_between_nothing_is_deleted_in_part(archived, clock, monkeypatch, stop):
    clock.advance(timedelta(days=25))
    segment = ArchiveSegment.objects.get()
    before = (files.directory() / segment.file).read_bytes()

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"workflows.archiving.disposing.{stop}", killed)
        with pytest.raises(KeyboardInterrupt):
            delete_over(segment_id=segment.pk)
    assert (files.directory() / segment.file).read_bytes() == before
    assert not HistoryDisposal.objects.exists()
    assert verify().is_whole
    assert delete_over(segment_id=segment.pk) == 1


@pytest.mark.parametrize(("days", "delete_after"), [(None, 10), (10, 9), (-1, None), (10, 99999), (40000, None)])
def test_impossible_retentions_are_refused(operator, days, delete_after):
    with pytest.raises(RetentionImpossible):
        retention.set_retention(actor=operator, process_key="x", days=days, delete_after=delete_after)
    assert not Retention.objects.exists()


def test_outsiders_set_none(alice):
    with pytest.raises(NotPermitted):
        retention.set_retention(actor=alice, process_key="x", days=1)
