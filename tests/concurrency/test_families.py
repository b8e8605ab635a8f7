"""Who comes at the same moment: exactly one wins, nothing is lost, nothing is done twice."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import OrgUnit, UnitKind
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import boundary, catch, diagram, end, parallel, service, start, user
from workflows import carrying, commands, operations, performing, timing
from workflows.exceptions import InstanceHasEnded, StepIsNotOpen
from workflows.models import BufferedMessage, Delivery, Effect, HistoryEvent, ProcessInstance
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
TWO_STEPS = diagram("two", "begin -> work -> next -> done", begin=start(), work=user(), next=user(), done=end())


def refusals(results):
    return [result for result in results if isinstance(result, StepIsNotOpen | InstanceHasEnded)]


def unexpected(results):
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, StepIsNotOpen | InstanceHasEnded)]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_competing_completions_exactly_one_wins(_round):
    running.deploy(TWO_STEPS)
    instance = running.start("two")
    step = running.open_steps(instance)["work"]
    results = race(*[lambda: running.complete_step(instance, step, {"x": 1})] * 3)
    assert unexpected(results) == []
    assert len(refusals(results)) == 2
    assert running.waiting_at(instance) == ["next"]
    assert running.events(instance, "completed").count("work") == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_timer_against_completion(clock, _round):
    reminded = diagram(
        "reminded",
        "begin -> work -> done",
        "late -> overdue",
        begin=start(),
        work=user(),
        late=boundary("work", timer="PT1S"),
        overdue=end(),
        done=end(),
    )
    running.deploy(reminded)
    instance = running.start("reminded")
    step = running.open_steps(instance)["work"]
    # Threads do not inherit the driven clock: to them the timer of January is long due.
    results = race(lambda: running.complete_step(instance, step), timing.fire_next_timer)
    assert unexpected(results) == []
    fresh = running.reload(instance)
    assert fresh.ends in (["done"], ["overdue"])
    assert (fresh.ends == ["done"]) == (not refusals(results))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_message_against_cancel(_round):
    waiter = diagram(
        "waiter", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="number"), done=end()
    )
    running.deploy(waiter)
    instance = running.start("waiter", number="O-1")
    commands.send_message(actor=None, name="order.paid", correlation_key="O-1")
    (routing,) = carrying.due_deliveries(5)
    carrying.carry_out_delivery(routing)
    (handing,) = carrying.due_deliveries(5)
    results = race(
        lambda: carrying.carry_out_delivery(handing),
        lambda: commands.cancel_process(actor=None, instance_id=instance.pk),
    )
    assert unexpected(results) == []
    fresh, delivery = running.reload(instance), Delivery.objects.get(pk=handing)
    assert (fresh.status, delivery.status) in (("completed", "done"), ("cancelled", "dropped"))
    assert BufferedMessage.objects.get().taken_by == (["waiter"] if fresh.status == "completed" else [])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_join_is_passed_once(_round):
    forked = diagram(
        "forked",
        "begin -> fork -> left -> join -> last -> done",
        "fork -> right -> join",
        begin=start(),
        fork=parallel(),
        left=user(),
        right=user(),
        join=parallel(),
        last=user(),
        done=end(),
    )
    running.deploy(forked)
    instance = running.start("forked")
    steps = running.open_steps(instance)
    results = race(
        lambda: running.complete_step(instance, steps["left"], {"l": 1}),
        lambda: running.complete_step(instance, steps["right"], {"r": 2}),
    )
    assert unexpected(results) == refusals(results) == []
    assert running.waiting_at(instance) == ["last"]
    assert running.variables(instance) == {"l": 1, "r": 2}


def test_a_message_and_its_subscription_at_the_same_moment_find_each_other():
    """The subscription is stored but not committed while the message is routed: neither sees the other's row."""
    waiter = diagram(
        "waiter", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="number"), done=end()
    )
    running.deploy(waiter)
    commands.send_message(actor=None, name="order.paid", correlation_key="O-1")
    (routing,) = carrying.due_deliveries(5)
    subscribed = threading.Event()

    def begin():
        with transaction.atomic():
            instance = operations.start_instance(actor=None, process_key="waiter", variables={"number": "O-1"})
            subscribed.set()
            time.sleep(0.3)
        return instance

    def route():
        subscribed.wait(10)
        return carrying.carry_out_delivery(routing)

    results = race(begin, route)
    assert unexpected(results) == []
    running.settle()
    assert running.reload(results[0]).status == ProcessInstance.Status.COMPLETED


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_delivery_is_carried_out_once(_round):
    started = diagram("started", "begin -> look -> done", begin=start(message="order.placed"), look=user(), done=end())
    running.deploy(started)
    commands.send_message(actor=None, name="order.placed", correlation_key="O-1")
    carrying.carry_out_delivery(*carrying.due_deliveries(1))
    (starting,) = carrying.due_deliveries(5)
    results = race(*[lambda: carrying.carry_out_delivery(starting)] * 3)
    assert sorted(results) == [False, False, True]
    assert ProcessInstance.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_same_message_id_from_two_sides_starts_once(_round):
    started = diagram("started", "begin -> look -> done", begin=start(message="order.placed"), look=user(), done=end())
    running.deploy(started)
    send = lambda: commands.send_message(  # noqa: E731
        actor=None, name="order.placed", correlation_key="O-1", message_id="O-1"
    )
    results = race(send, send)
    assert unexpected(results) == []
    running.settle()
    assert ProcessInstance.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_workers_perform_an_effect_once(_round):
    calls = []

    @effect("test.mail")
    def mail(step):
        calls.append(step.idempotency_key)

    running.deploy(
        diagram(
            "send", "begin -> mail -> look -> done", begin=start(), mail=service("test.mail"), look=user(), done=end()
        )
    )
    instance = running.start("send")
    (row,) = running.effects(instance)
    race(*[lambda: performing.perform_effect(row.pk)] * 3)
    assert len(calls) == 1
    assert Effect.objects.get().status == Effect.Status.DONE
    assert running.waiting_at(instance) == ["look"]


def test_two_workers_share_the_due_timers_and_fire_each_once(clock):
    paused = diagram("paused", "begin -> pause -> done", begin=start(), pause=catch(timer="PT1S"), done=end())
    running.deploy(paused)
    instances = [running.start("paused") for _ in range(40)]
    clock.advance(timedelta(hours=1))
    results = race(*[lambda: timing.fire_due_timers(seconds=10)] * 3)
    assert unexpected(results) == []
    assert {running.reload(instance).status for instance in instances} == {"completed"}
    assert HistoryEvent.objects.filter(kind="ended").count() == 40


def test_a_deadlock_repeats_the_whole_command(clock):
    """Two handlers lock two records in opposite order; the loser is repeated, nobody sees an incident."""
    for code in ("A", "B"):
        OrgUnit.objects.create(code=code, name=code, kind=UnitKind.TEAM, path=f"/{code}/")
    meeting, calls = threading.Barrier(2), []

    @service_task("test.lock")
    def lock(step, *, order: list[str]):
        first_time = order not in calls
        calls.append(order)
        for code in order:
            OrgUnit.objects.select_for_update().get(code=code)
            if first_time and code == order[0]:
                meeting.wait(timeout=10)
        return {"locked": order}

    running.deploy(
        diagram(
            "lock", "begin -> ask -> lock -> done", begin=start(), ask=user(), lock=service("test.lock"), done=end()
        )
    )
    one, other = running.start("lock"), running.start("lock")

    def complete(instance, order):
        from workflows.locks import retrying

        retrying(running.complete)(instance, "ask", {"order": order})

    results = race(lambda: complete(one, ["A", "B"]), lambda: complete(other, ["B", "A"]))
    assert results == [None, None]
    assert {running.reload(one).status, running.reload(other).status} == {"completed"}
    assert len(calls) == 3
    assert not one.incidents.exists()


def test_a_lock_that_is_never_released_times_out_and_says_so(monkeypatch):
    from django.db import OperationalError

    from workflows import locks

    monkeypatch.setattr(locks, "_LOCK_ROOT", locks._LOCK_ROOT.replace("5s", "100ms"))
    running.deploy(TWO_STEPS)
    instance = running.start("two")
    holding, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            locks.lock_root(instance.pk)
            holding.set()
            release.wait(10)

    def late():
        holding.wait(10)
        began = time.monotonic()
        try:
            commands.cancel_process(actor=None, instance_id=instance.pk)
        finally:
            release.set()
        return time.monotonic() - began

    results = race(hold, late)
    assert isinstance(results[1], OperationalError)
    assert locks.is_transient(results[1])
    assert running.waiting_at(instance) == ["work"]
    assert connection.connection is not None
