"""Archived instances are rehearsed from their files, as long as those are there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import call, diagram, end, start, user
from workflows.archiving.commands import archive
from workflows.models import ArchivedInstance, ArchiveSegment, ProcessInstance
from workflows.rehearsing import Rehearsed, Stall, rehearse_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.HISTORY_KEY_DIR, settings.HISTORY_ARCHIVE_DIR = tmp_path / "secrets", tmp_path / "archive"


def process(*names, **nodes):
    made = {name: user(group="sales") for name in names if name not in nodes} | nodes
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **made, done=end())


def ended(**variables):
    instance = running.start("work", **variables)
    running.complete(instance, "one")
    return instance


def rehearsed(draft, actor=None, **more):
    return rehearse_files(actor=actor, process_key="work", files={"work.bpmn": draft}, **more)


def test_it_works_among_those_that_are_still_in_the_tables(clock):
    running.deploy(process("one"))
    old = ended()
    archive(actor=None, roots=[old.pk])
    clock.advance(timedelta(days=1))
    new = ended()
    report = rehearsed(process("one"))
    assert [(result.instance_id, result.outcome) for result in report.results] == [
        (new.pk, Rehearsed.SAME),
        (old.pk, Rehearsed.SAME),
    ]
    other = rehearsed(process("one", "check"))
    assert {(result.outcome, result.element) for result in other.results} == {(Rehearsed.STALLS, "check")}
    assert [result.instance_id for result in rehearsed(process("one"), last=1).results] == [new.pk]


def test_a_file_that_is_gone_is_said(clock, settings):
    running.deploy(process("one"))
    archive(actor=None, roots=[ended().pk])
    (settings.HISTORY_ARCHIVE_DIR / ArchiveSegment.objects.get().file).unlink()
    (result,) = rehearsed(process("one")).results
    assert (result.outcome, result.stall) == (Rehearsed.STALLS, Stall.NO_RECORD)


def test_only_those_one_may_see(clock, operator, charlie):
    running.deploy(process("one"))
    archive(actor=None, roots=[ended().pk])
    assert (len(rehearsed(process("one"), operator).results), rehearsed(process("one"), operator).hidden) == (1, 0)
    assert (len(rehearsed(process("one"), charlie).results), rehearsed(process("one"), charlie).hidden) == (0, 1)


def test_a_family_with_a_called_process_is_rehearsed_from_the_archive_by_either_draft(clock):
    inner = diagram("inner", "begin -> ask -> done", begin=start(), ask=user(group="sales"), done=end())
    outer = process("sub", "one", sub=call("inner"))
    running.deploy(inner, outer)
    instance = running.start("work")
    child = ProcessInstance.objects.get(parent=instance)
    running.complete(child, "ask", {"answer": 1})
    running.complete(instance, "one")
    archive(actor=None, roots=[instance.pk])
    assert ArchivedInstance.objects.count() == 2
    (result,) = rehearsed(outer).results
    assert result.outcome is Rehearsed.SAME
    (result,) = rehearse_files(actor=None, process_key="inner", files={"inner.bpmn": inner}).results
    assert (result.instance_id, result.outcome) == (child.pk, Rehearsed.SAME)
