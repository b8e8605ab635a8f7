"""A batch goes on past whatever fails and after a crash, and moves nothing twice."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from django.db import OperationalError

from tests.commands.migrating.moves import Status, deploy_both, move, process, result_of, version_of
from tests.support import running
from workflows import batches
from workflows.engine.migrating import MigrationBroken
from workflows.jobs import carry_on_migration
from workflows.migrating import carrying, commands, queries
from workflows.models import HistoryEvent, MigrationBatch, MigrationResult, Timer

pytestmark = pytest.mark.django_db


def test_an_instance_that_moved_on_meanwhile_is_judged_anew(operator):
    running.deploy(process("one", "two"))
    first, second = running.start("work"), running.start("work")
    running.deploy(process("one", "three"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    running.complete(first, "one")
    running.complete(second, "one")
    running.complete(second, "two")
    carrying.carry_on(batch.pk)
    assert (result_of(first).status, result_of(first).message) == (Status.LEFT, "needs-a-choice")
    assert (result_of(second).status, result_of(second).message) == (Status.LEFT, "ended")
    assert version_of(first) == 1


def test_a_batch_goes_on_where_it_was_killed(operator):
    running.deploy(process("do"))
    started = [running.start("work") for _ in range(5)]
    running.deploy(process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)

    class Killed(BaseException):
        pass

    real, moved = commands.migrate_one, []

    def dies(result_id):
        if len(moved) == 2:
            raise Killed
        moved.append(real(result_id))

    with pytest.raises(Killed):
        batches.carry_on(replace(carrying.MOVES, carry_out=dies), batch.pk)
    assert queries.progress(batch) == queries.Progress(total=5, migrated=2, pending=3)
    assert carrying.unfinished() == [batch.pk]
    carry_on_migration(str(batch.pk))
    carry_on_migration(str(batch.pk))
    assert {version_of(instance) for instance in started} == {2}
    assert HistoryEvent.objects.filter(kind="migrated").count() == 5
    assert carrying.unfinished() == []


def test_what_fails_is_rolled_back_whole_and_stops_no_other(operator):
    running.deploy(process("do"))
    bad, good = running.start("work"), running.start("work")
    Timer.objects.create(instance=bad, root=bad, timer="99", element="ghost")
    running.deploy(process("do", "check"))
    before = bytes(running.reload(bad).state)
    batch = move(operator)
    assert result_of(bad).status == Status.FAILED
    assert MigrationBroken.__name__ in result_of(bad).message
    assert (version_of(bad), bytes(running.reload(bad).state)) == (1, before)
    assert not HistoryEvent.objects.filter(instance=bad, kind="migrated").exists()
    assert version_of(good) == 2
    assert batch.status == MigrationBatch.Status.FINISHED


def test_whoever_is_in_the_way_is_waited_for(operator):
    instance = deploy_both(process("do"), process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    busy = OperationalError()
    busy.__cause__ = type("Busy", (Exception,), {"pgcode": "55P03"})()
    with patch.object(commands.operations, "go_over", side_effect=busy):
        assert not carrying.carry_on(batch.pk)
    assert (result_of(instance).status, result_of(instance).attempts) == (Status.PENDING, 1)
    assert carrying.carry_on(batch.pk)
    assert version_of(instance) == 2


def test_moving_one_costs_the_same_however_many_there_are(operator, django_assert_max_num_queries):
    running.deploy(process("do"))
    for _ in range(12):
        running.start("work")
    running.deploy(process("do", "check"))
    batch = commands.start_migration(actor=operator, process_key="work", source=1, target=2)
    ids = list(MigrationResult.objects.order_by("pk").values_list("pk", flat=True))
    commands.migrate_one(ids[0])
    for one in ids[1:4]:
        with django_assert_max_num_queries(16):
            commands.migrate_one(one)
    carrying.carry_on(batch.pk)
