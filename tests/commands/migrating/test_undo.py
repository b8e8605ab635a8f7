"""A move is taken back for a day, whole, or refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_inbox.models import WorkItem
from tests.commands.migrating.moves import Status, deploy_both, move, process, result_of, version_of, with_timer
from tests.support import running
from tests.support.diagrams import service
from workflows.jobs import tidy_up
from workflows.migrating import carrying, commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import (
    MigrationCannotBeUndone,
)
from workflows.migrating.queries import Standing
from workflows.models import HistoryEvent, MigrationResult, Timer
from workflows.registry import service_task

pytestmark = pytest.mark.django_db


def test_undo_brings_back_everything(operator, clock):
    instance = deploy_both(with_timer("do", "PT5H"), process("check"))
    before = running.reload(instance)
    due = Timer.objects.get().due
    batch = move(operator, mapping={"do": "check"})
    assert not Timer.objects.exists()
    assert commands.undo_migration(actor=operator, batch_id=batch.pk) == {instance.pk: None}
    after = running.reload(instance)
    assert (after.version_id, running.waiting_at(instance)) == (before.version_id, ["do"])
    assert (Timer.objects.get().due, Timer.objects.get().element) == (due, "late")
    assert WorkItem.objects.get().element == "do"
    assert result_of(instance).status == Status.UNDONE
    assert [event.data["undo"] for event in HistoryEvent.objects.filter(kind="migrated").order_by("pk")] == [
        False,
        True,
    ]
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(instance).pk)


def test_undo_only_while_no_step_was_taken_and_within_a_day(operator, clock):
    running.deploy(process("do", "more"))
    stepped, late = running.start("work"), running.start("work")
    running.deploy(process("do", "check", "more"))
    move(operator)
    running.complete(stepped, "do")
    clock.advance(timedelta(hours=23, minutes=59))
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(stepped).pk)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(late).pk)
    clock.advance(timedelta(minutes=1))
    tidy_up()
    assert not MigrationResult.objects.filter(state_before__isnull=False).exists()


def test_a_move_that_caused_something_outside_is_not_undone(operator):
    @service_task("act")
    def act(step):
        return {}

    instance = deploy_both(process("do"), process("act", "z", act=service("act")))
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    move(operator, choices={group.key: Choice(mapping={"do": "act"})})
    assert running.waiting_at(instance) == ["z"]
    with pytest.raises(MigrationCannotBeUndone):
        commands.undo_one(actor=operator, result_id=result_of(instance).pk)


def test_afterwards_one_moves_back_with_the_same_preview(operator):
    instance = deploy_both(process("do"), process("check"))
    move(operator, mapping={"do": "check"})
    seen = queries.preview_migration(actor=operator, process_key="work", source=2, target=1, mapping={"check": "do"})
    assert [group.standing for group in seen.groups] == [Standing.SAFE]
    batch = commands.start_migration(actor=operator, process_key="work", source=2, target=1, mapping={"check": "do"})
    carrying.carry_on(batch.pk)
    assert (version_of(instance), running.waiting_at(instance)) == (1, ["do"])


def test_an_undone_instance_goes_on_without_using_a_number_twice(operator, clock):
    instance = deploy_both(process("do", "more"), with_timer("do", "PT1H"))
    batch = move(operator)
    commands.undo_migration(actor=operator, batch_id=batch.pk)
    running.complete(instance, "do")
    running.complete(instance, "more")
    assert not running.reload(instance).is_live
