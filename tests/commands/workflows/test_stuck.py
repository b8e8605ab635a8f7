"""The stuck detector: finds what rests without a reason and what is late, and is quiet about what waits rightly."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import orjson
import pytest
from django.core.management import call_command

from tests.support import running
from tests.support.diagrams import boundary, call, catch, diagram, end, service, start, user
from workflows import stuck
from workflows.models import Delivery, Effect, Timer
from workflows.registry import effect

pytestmark = pytest.mark.django_db

LOOK = diagram("look", "begin -> look -> done", begin=start(), look=user(group="finance"), done=end())
WAITS = {
    "timer": diagram("timer", "begin -> wait -> done", begin=start(), wait=catch(timer="PT50H"), done=end()),
    "message": diagram(
        "message", "begin -> wait -> done", begin=start(), wait=catch(message="m", key='"k"'), done=end()
    ),
    "effect": diagram("effect", "begin -> ask -> done", begin=start(), ask=service("test.ask"), done=end()),
    "incident": diagram("incident", "begin -> ask -> done", begin=start(), ask=service("test.none"), done=end()),
}
CALLER = diagram("caller", "begin -> sub -> done", begin=start(), sub=call("timer"), done=end())


@pytest.fixture
def at_work(settings):
    settings.WORKFLOW_OBSERVERS = ["tasks_inbox.observers.observe"]
    stuck._waits.cache_clear()


def run_command():
    out = StringIO()
    try:
        call_command("stuck", json=True, stdout=out)
        code: str | int | None = 0
    except SystemExit as end:
        code = end.code
    return code, orjson.loads(out.getvalue())


def test_what_waits_for_somebody_or_something_is_not_stuck(clock, at_work):
    @effect("test.ask")
    def ask(step):
        return {}

    running.deploy(LOOK, CALLER, *WAITS.values())
    for key in ("look", "caller", *WAITS):
        running.start(key)
    clock.advance(timedelta(minutes=2))
    assert list(stuck.stuck_instances()) == []


def test_only_a_task_that_nobody_can_ever_do_is_stuck(clock, at_work, alice):
    """Untaken, taken, or the administrators': somebody will do it. A task with neither holder nor candidate waits."""
    from tasks_inbox.commands import claim_work_item
    from tasks_inbox.models import Candidate, WorkItem

    running.deploy(LOOK, diagram("free", "begin -> look -> done", begin=start(), look=user(), done=end()))
    running.deploy(diagram("hers", "begin -> look -> done", begin=start(), look=user(assignee="alice"), done=end()))
    lost = running.start("look")
    for key in ("look", "free", "hers"):
        running.start(key)
    Candidate.objects.filter(item__instance=lost).delete()
    clock.advance(timedelta(minutes=2))
    assert list(stuck.stuck_instances().values_list("pk", flat=True)) == [lost.pk]
    WorkItem.objects.filter(instance=lost).update(assignee=alice)
    assert list(stuck.stuck_instances()) == []
    assert claim_work_item(actor=alice, work_item_id=WorkItem.objects.get(instance=lost).pk).assignee == alice


def test_an_instance_whose_reason_to_wait_was_lost_is_found(clock, at_work):
    """Work item, timer or effect gone from its table: nobody will ever move the instance again."""
    from tasks_inbox.models import WorkItem

    running.deploy(LOOK, *WAITS.values())
    item, timer = running.start("look"), running.start("timer")
    assert run_command()[0] == 0
    WorkItem.objects.filter(instance=item).update(status=WorkItem.Status.CANCELLED, ended_at=clock.now())
    Timer.objects.all().delete()
    assert list(stuck.stuck_instances()) == [], "it may be under way just now"
    clock.advance(timedelta(minutes=2))
    status, told = run_command()
    assert status == 1
    assert {row["id"] for row in told["stuck"]} == {str(item.pk), str(timer.pk)}
    assert (told["stuck_number"], told["healthy"]) == (2, False)


def test_what_is_late_is_counted_with_its_age(clock, at_work):
    running.deploy(
        diagram(
            "late",
            "begin -> look -> done",
            "over -> done",
            begin=start(),
            look=user(),
            over=boundary("look", timer="PT1H"),
            done=end(),
        )
    )
    running.start("late")
    clock.advance(timedelta(hours=1, seconds=30))
    assert stuck.report().is_healthy
    clock.advance(timedelta(minutes=10))
    found = stuck.report()
    assert (found.overdue_timers.number, found.overdue_timers.seconds) == (1, 630)
    assert (found.is_healthy, found.stuck_number) == (False, 0)


def test_deliveries_and_effects_given_up_or_failing_are_counted(clock, at_work):
    @effect("test.ask")
    def ask(step):
        raise RuntimeError("down")

    running.deploy(WAITS["effect"])
    running.start("effect")
    running.settle(rounds=1)
    assert stuck.report().failing_effects == 1
    clock.advance(timedelta(hours=1))
    assert stuck.report().overdue_effects.number == 1
    Effect.objects.update(status=Effect.Status.CANCELLED)
    from workflows import operations

    operations.request_message("m", "k")
    assert stuck.report().overdue_deliveries.number == 0
    clock.advance(timedelta(minutes=2))
    assert stuck.report().overdue_deliveries.number == 1
    Delivery.objects.update(status=Delivery.Status.FAILED)
    assert (stuck.report().overdue_deliveries.number, stuck.report().failed_deliveries) == (0, 1)


def test_looking_costs_the_same_however_much_runs(clock, at_work, django_assert_num_queries):
    running.deploy(LOOK)
    for _ in range(3):
        running.start("look")
    with django_assert_num_queries(10):
        stuck.report()


def test_metrics_are_readable_by_a_collector(clock, at_work):
    text = stuck.metrics(stuck.report())
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(len(line.split(" ")) == 2 and float(line.split(" ")[1]) >= 0 for line in lines)
    assert "baton_healthy 1" in lines
    assert text.count("# TYPE") == len(lines)
