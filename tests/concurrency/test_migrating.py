"""A move to another version against whoever acts on the same instance at the same moment."""

from __future__ import annotations

import pytest

from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import boundary, diagram, end, start, user
from workflows import timing
from workflows.exceptions import InstanceHasEnded, StepIsNotOpen
from workflows.migrating import carrying, commands
from workflows.migrating.exceptions import MigrationCannotBeUndone, MigrationUnderWay
from workflows.models import HistoryEvent, MigrationBatch, MigrationResult

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 2


def process(*names):
    nodes = {name: user() for name in names}
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


def begun():
    running.deploy(process("do"))
    instance = running.start("work")
    running.deploy(process("do", "check"))
    batch = commands.start_migration(actor=None, process_key="work", source=1, target=2)
    return instance, batch, MigrationResult.objects.get()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_workers_move_an_instance_once(_round):
    instance, batch, _ = begun()
    results = race(*[lambda: carrying.carry_on(batch.pk)] * 3)
    assert all(result is True for result in results), results
    assert HistoryEvent.objects.filter(instance=instance, kind="migrated").count() == 1
    assert running.reload(instance).version.number == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_completion_comes_before_or_after_the_move_but_is_never_lost(_round):
    instance, batch, result = begun()
    step = running.open_steps(instance)["do"]
    completed, moved = race(
        lambda: running.complete_step(instance, step, {"x": 1}), lambda: carrying.carry_on(batch.pk)
    )
    assert completed is None
    assert moved is True
    result.refresh_from_db()
    if result.status == MigrationResult.Status.MIGRATED:
        assert running.waiting_at(instance) == ["check"]
    else:
        assert (result.status, result.message) == (MigrationResult.Status.LEFT, "ended")
        assert not running.reload(instance).is_live
    assert running.events(instance, "completed").count("do") == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_first_clicks_one_wins(_round):
    running.deploy(process("do"))
    running.start("work")
    running.deploy(process("do", "check"))
    results = race(*[lambda: commands.start_migration(actor=None, process_key="work", source=1, target=2)] * 2)
    assert sorted(isinstance(result, MigrationUnderWay) for result in results) == [False, True]
    assert MigrationBatch.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_undo_against_a_completion(_round):
    instance, batch, result = begun()
    carrying.carry_on(batch.pk)
    step = running.open_steps(instance)["do"]
    undone, completed = race(
        lambda: commands.undo_one(actor=None, result_id=result.pk),
        lambda: running.complete_step(instance, step),
    )
    assert completed is None
    if isinstance(undone, MigrationCannotBeUndone):
        assert running.waiting_at(instance) == ["check"]
    else:
        assert not isinstance(undone, Exception), undone
        assert not running.reload(instance).is_live


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_timer_fires_once_under_either_version(_round, clock):
    from datetime import timedelta

    def timed(host):
        return diagram(
            "work", f"begin -> {host} -> done", "late -> chase -> over",
            **{"begin": start(), host: user(), "late": boundary(host, timer="PT1S"), "chase": user(), "done": end(),
               "over": end()},
        )  # fmt: skip

    running.deploy(timed("do"))
    instance = running.start("work")
    running.deploy(timed("work-on"))
    batch = commands.start_migration(actor=None, process_key="work", source=1, target=2, mapping={"do": "work-on"})
    clock.advance(timedelta(seconds=2))
    results = race(lambda: carrying.carry_on(batch.pk), lambda: timing.fire_due_timers(seconds=2))
    assert not any(isinstance(r, Exception) and not isinstance(r, StepIsNotOpen | InstanceHasEnded) for r in results)
    timing.fire_due_timers(seconds=2)
    assert running.waiting_at(instance) == ["chase"]
    assert running.events(instance, "entered").count("late") == 1
