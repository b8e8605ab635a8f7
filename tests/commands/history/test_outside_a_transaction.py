"""The same with real transactions: one moment of the database is checked, files and rows change hands at commit."""

from __future__ import annotations

import pytest

from tests.commands.history.story import World, begin
from workflows import commands as processes
from workflows.archiving import commands, files
from workflows.models import ArchiveSegment, ProcessInstance
from workflows.sealing import keys
from workflows.sealing.commands import seal
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_sealed_proved_archived_and_restored(clock, operator):
    instance = begin(World())
    processes.cancel_process(actor=operator, instance_id=instance.pk, reason="a test")
    assert seal() is not None
    assert len(keys.noted()) == 1
    assert verify().is_whole
    segment = commands.archive(actor=None, roots=[instance.pk])
    report = verify()
    assert (report.is_whole, report.segments, report.events) == (True, 1, segment.events)
    commands.restore_family(actor=None, instance_id=instance.pk)
    assert files.names() == set()
    assert not ArchiveSegment.objects.exists()
    assert ProcessInstance.objects.filter(root=instance.pk).count() == 2
    assert verify().is_whole
