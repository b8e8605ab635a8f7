"""Timers: fired when due and not before, oldest first, parked, planned again, and starting processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import DrivenClock, use_clock
from tests.support import running
from tests.support.diagrams import boundary, catch, diagram, end, start, user
from tests.support.records import note
from workflows import operations, timing
from workflows.models import HistoryEvent, ProcessInstance, StartTimer, Timer

pytestmark = pytest.mark.django_db

REMINDED = diagram(
    "reminded",
    "begin -> work -> done",
    "late -> overdue",
    begin=start(),
    work=user(),
    late=boundary("work", timer="PT8H"),
    overdue=end(),
    done=end(),
)


def test_it_works(clock):
    running.deploy(REMINDED)
    instance = running.start("reminded")
    clock.advance(timedelta(hours=7, minutes=59))
    assert timing.fire_next_timer() is None
    clock.advance(timedelta(minutes=1))
    running.settle()
    assert running.reload(instance).outcome == "overdue"
    assert not Timer.objects.exists()


def test_completing_in_time_takes_the_timer_away(clock):
    running.deploy(REMINDED)
    instance = running.start("reminded")
    running.complete(instance, "work")
    assert not Timer.objects.exists()
    assert running.reload(instance).outcome == "done"


def test_the_oldest_is_fired_first(clock):
    running.deploy(REMINDED)
    instances = []
    for _ in range(3):
        instances.append(running.start("reminded"))
        clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(hours=9))
    order = []
    while timing.fire_next_timer() is not None:
        order.append(HistoryEvent.objects.filter(kind="ended").order_by("-pk").first().instance)
    assert order == instances


def test_a_clock_that_is_set_back_and_forth_loses_no_timer_and_fires_none_twice(clock):
    running.deploy(REMINDED)
    instances = []
    for hours in (-3, 4, -1, 4.5):
        with use_clock(DrivenClock(clock.now() + timedelta(hours=hours))):
            instances.append(running.start("reminded"))
            assert timing.fire_due_timers(seconds=5) == 0
    assert Timer.objects.count() == 4
    clock.advance(timedelta(days=30))
    assert timing.fire_due_timers(seconds=5) == 4
    with use_clock(DrivenClock(clock.now() - timedelta(days=29))):
        assert timing.fire_due_timers(seconds=5) == 0
    assert {running.reload(instance).outcome for instance in instances} == {"overdue"}


def test_a_timer_that_fails_is_put_off_and_blocks_no_other(clock, settings):
    running.deploy(REMINDED)
    bad = running.start("reminded")
    clock.advance(timedelta(seconds=1))
    good = running.start("reminded")
    ProcessInstance.objects.filter(pk=bad.pk).update(state=b"\x01broken")
    clock.advance(timedelta(hours=9))
    running.settle(1)
    assert running.reload(good).outcome == "overdue"
    assert Timer.objects.get(instance=bad).failures == 1


def test_a_null_due_moment_parks_the_timer_until_it_is_planned_again(clock):
    waiting = diagram("waiting", "begin -> pause -> done", begin=start(), pause=catch(timer="=resume_at"), done=end())
    running.deploy(waiting)
    record = note()
    instance = operations.start_instance(
        actor=None, process_key="waiting", variables={"resume_at": None}, record=record
    )
    assert Timer.objects.get().due is None
    due = clock.now() + timedelta(hours=2)
    family = operations.lock_family(instance.pk)
    operations.set_variables(family, instance_id=instance.pk, variables={"resume_at": due.isoformat()})
    assert operations.replan_timers_of(record) == 1
    running.settle()
    assert Timer.objects.get().due == due
    clock.advance(timedelta(hours=2))
    running.settle()
    assert not running.reload(instance).is_live


def test_a_cycle_fires_as_often_as_it_says(clock):
    ticking = diagram(
        "ticking",
        "begin -> work -> done",
        "tick -> ticked",
        begin=start(),
        work=user(),
        tick=boundary("work", timer="R3/PT1H", interrupting=False),
        ticked=end(),
        done=end(),
    )
    running.deploy(ticking)
    instance = running.start("ticking")
    for _ in range(5):
        clock.advance(timedelta(hours=1))
        running.settle()
    assert running.events(instance, "ended") == ["ticked"] * 3
    assert running.waiting_at(instance) == ["work"]


def test_a_start_timer_starts_instances_and_is_planned_again(clock):
    from bpmn import queries as bpmn_queries
    from workflows import start_timers

    running.deploy(diagram("monthly", "begin -> done", begin=start(timer="R2/PT1H"), done=end()))
    start_timers.plan([bpmn_queries.live_version("monthly")], clock.now())
    for _ in range(4):
        clock.advance(timedelta(hours=1))
        running.settle()
    assert ProcessInstance.objects.count() == 2
    assert StartTimer.objects.get().due is None


def test_a_new_version_with_the_same_timer_keeps_its_moment(clock):
    from bpmn import queries as bpmn_queries
    from workflows import start_timers

    running.deploy(diagram("monthly", "begin -> done", begin=start(timer="R/PT10H"), done=end()))
    start_timers.plan([bpmn_queries.live_version("monthly")], clock.now())
    due = StartTimer.objects.get().due
    clock.advance(timedelta(hours=3))
    running.deploy(diagram("monthly", "begin -> look -> done", begin=start(timer="R/PT10H"), look=user(), done=end()))
    start_timers.plan([bpmn_queries.live_version("monthly")], clock.now())
    assert StartTimer.objects.get().due == due


def test_what_was_missed_while_nothing_ran_for_long_is_not_made_up_for(clock):
    from bpmn import queries as bpmn_queries
    from workflows import start_timers

    running.deploy(diagram("hourly", "begin -> done", begin=start(timer="R/PT1H"), done=end()))
    start_timers.plan([bpmn_queries.live_version("hourly")], clock.now())
    clock.advance(timedelta(days=30))
    running.settle(60)
    assert ProcessInstance.objects.count() == 1 + 25  # the one that is due, and those of the last day


@pytest.mark.parametrize(
    ("timer", "first", "second"),
    [
        ("R/2025-01-01T06:00:00+08:00/P1M", "2026-01-31T22:00:00+00:00", "2026-02-28T22:00:00+00:00"),
        ("R/2026-02-01T06:00:00+08:00/P1M", "2026-01-31T22:00:00+00:00", "2026-02-28T22:00:00+00:00"),
        ("R/2026-03-01T06:00:00+08:00/P1M", "2026-02-28T22:00:00+00:00", "2026-03-31T22:00:00+00:00"),
        ("R/2025-01-01T06:00:00Z/PT1H", "2026-01-05T09:00:00+00:00", "2026-01-05T10:00:00+00:00"),
        ("R/2026-03-01T06:00:00Z/P1D", "2026-03-01T06:00:00+00:00", "2026-03-02T06:00:00+00:00"),
    ],
)
def test_an_endless_cycle_with_a_start_keeps_its_step_and_does_not_fire_for_the_past(clock, timer, first, second):
    from bpmn import queries as bpmn_queries
    from workflows import start_timers

    running.deploy(diagram("monthly", "begin -> done", begin=start(timer=timer), done=end()))
    start_timers.plan([bpmn_queries.live_version("monthly")], clock.now())
    planned = StartTimer.objects.get()
    assert planned.due.isoformat() == first
    clock.advance_to(planned.due)
    running.settle()
    planned.refresh_from_db()
    assert planned.due.isoformat() == second
    assert ProcessInstance.objects.count() == 1


@pytest.mark.parametrize(
    "timer",
    ["2026-03-01T17:00:00+08:00[Asia/Shanghai]", '= date and time("2026-03-01T09:00:00Z")', "2026-03-01T09:00:00Z"],
)
def test_a_start_by_a_date_fires_once_at_its_moment(clock, timer):
    from bpmn import queries as bpmn_queries
    from workflows import start_timers

    running.deploy(diagram("once", "begin -> done", begin=start(timer=timer), done=end()))
    start_timers.plan([bpmn_queries.live_version("once")], clock.now())
    planned = StartTimer.objects.get()
    assert planned.due.isoformat() == "2026-03-01T09:00:00+00:00"
    clock.advance_to(planned.due)
    running.settle()
    planned.refresh_from_db()
    assert (ProcessInstance.objects.count(), planned.due) == (1, None)
