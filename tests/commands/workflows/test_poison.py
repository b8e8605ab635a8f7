"""What always fails is put off with growing pauses, and what waits behind it goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bpmn import queries as bpmn_queries
from tests.support import running
from tests.support.diagrams import diagram, end, service, start, throw, user
from workflows import carrying, jobs, operations, performing, start_timers, timing
from workflows.exceptions import StepIsNotOpen
from workflows.models import Delivery, Effect, ProcessInstance, StartTimer, Timer
from workflows.registry import effect

pytestmark = pytest.mark.django_db

BY_MESSAGE = diagram("by-message", "begin -> look -> done", begin=start(message="order"), look=user(), done=end())
OUTSIDE = diagram(
    "outside", "begin -> call -> look -> done", begin=start(), call=service("test.call"), look=user(), done=end()
)
HOURLY = diagram("hourly", "begin -> look -> done", begin=start(timer="R/PT1H"), look=user(), done=end())


def test_a_delivery_that_always_fails_is_put_off_and_those_behind_it_go_on(clock, monkeypatch):
    """Even one whose error text the database refuses (a NUL character) must not stop the sweep for ever."""
    running.deploy(BY_MESSAGE)
    starting = operations.start_instance

    def start_instance(**given):
        if given["variables"].get("poison"):
            raise RuntimeError("broken \x00 text")
        return starting(**given)

    monkeypatch.setattr(carrying.operations, "start_instance", start_instance)
    operations.request_start("by-message", event="order", variables={"poison": True}, message_id="bad")
    clock.advance(timedelta(seconds=1))
    operations.request_start("by-message", event="order", variables={}, message_id="good")
    jobs.sweep()
    assert ProcessInstance.objects.count() == 1
    pauses = []
    for _ in range(40):
        bad = Delivery.objects.get(variables={"poison": True})
        if bad.status == Delivery.Status.FAILED:
            break
        pauses.append((bad.next_attempt_at - clock.now()).total_seconds())
        clock.advance(bad.next_attempt_at - clock.now())
        jobs.sweep()
    assert (bad.status, bad.attempts) == (Delivery.Status.FAILED, carrying.MAX_ATTEMPTS)
    assert pauses == sorted(pauses)
    assert "broken" in bad.failure


def test_an_effect_that_always_fails_is_put_off_and_those_behind_it_go_on(clock):
    @effect("test.call")
    def call(step):
        if step.number == "":
            raise RuntimeError("down")
        return {}

    running.deploy(OUTSIDE)
    bad = running.start("outside")
    good = running.start("outside")
    ProcessInstance.objects.filter(pk=good.pk).update(number="good")
    for effect_id in performing.due_effects(10):
        performing.perform_effect(effect_id)
    assert running.waiting_at(good) == ["look"]
    (row,) = running.effects(bad)
    assert (row.status, row.attempts) == (Effect.Status.PENDING, 1)
    assert row.next_attempt_at > clock.now()


def test_an_answer_its_process_could_not_take_is_kept_and_the_outside_is_not_asked_again(clock, monkeypatch):
    asked = []

    @effect("test.call")
    def call(step):
        asked.append(step.idempotency_key)
        return {"ref": 7}

    running.deploy(OUTSIDE)
    instance = running.start("outside")
    (row,) = running.effects(instance)
    with monkeypatch.context() as broken:
        broken.setattr(performing, "lock_family", lambda *_given, **_named: 1 / 0)
        assert performing.perform_effect(row.pk) is False
    row.refresh_from_db()
    assert (row.status, row.answer) == (Effect.Status.ANSWERED, {"variables": {"ref": 7}})
    clock.advance(timedelta(minutes=1))
    assert performing.perform_effect(row.pk) is True
    assert running.waiting_at(instance) == ["look"]
    assert running.variables(instance) == {"ref": 7}
    assert len(asked) == 1


def test_a_failure_that_could_not_be_stored_is_not_taken_for_the_answer_of_every_later_attempt(clock, monkeypatch):
    """The database goes away between a failed call and its storing: the outside has to be asked again afterwards."""
    asked = []

    @effect("test.call")
    def call(step):
        asked.append(step.idempotency_key)
        if len(asked) == 1:
            raise RuntimeError("hung up")
        return {"ref": 7}

    running.deploy(OUTSIDE)
    instance = running.start("outside")
    (row,) = running.effects(instance)
    with monkeypatch.context() as broken:
        broken.setattr(performing, "lock_family", lambda *_given, **_named: 1 / 0)
        assert performing.perform_effect(row.pk) is False
    for _ in range(2):
        clock.advance(timedelta(minutes=5))
        assert performing.perform_effect(row.pk) is True
    assert len(asked) == 2
    assert running.waiting_at(instance) == ["look"]
    assert running.variables(instance) == {"ref": 7}


def test_a_start_timer_that_always_fails_is_put_off_and_the_next_one_fires(clock, monkeypatch):
    """The one due the longest came first every time: it kept all other processes from starting."""
    running.deploy(HOURLY, HOURLY.replace(b"hourly", b"hourly-too"))
    requesting = operations.request_start

    def request_start(process_key, **given):
        if process_key == "hourly":
            raise RuntimeError("broken")
        return requesting(process_key, **given)

    monkeypatch.setattr(timing.operations, "request_start", request_start)
    for key in ("hourly", "hourly-too"):
        start_timers.plan([bpmn_queries.live_version(key)], clock.now())
    StartTimer.objects.filter(process_key="hourly").update(due=clock.now())
    clock.advance(timedelta(hours=1, seconds=1))
    jobs.start_due_processes()
    running.settle()
    assert [row.process_key for row in ProcessInstance.objects.all()] == ["hourly-too"]
    bad = StartTimer.objects.get(process_key="hourly")
    assert bad.failures == 1
    assert bad.not_before > clock.now()
    monkeypatch.undo()
    clock.advance(timedelta(minutes=1))
    jobs.start_due_processes()
    bad.refresh_from_db()
    assert (bad.failures, bad.not_before) == (0, None)


# --- the same twice -------------------------------------------------------------------------------------------------

TWICE = diagram(
    "twice",
    "begin -> ask -> tell -> call -> look -> done",
    begin=start(),
    ask=user(),
    tell=throw(message="told", key='"k"'),
    call=service("test.call"),
    look=user(),
    done=end(),
)


def test_everything_that_may_be_delivered_twice_acts_once(clock):
    """Completion, message, delivery and effect are repeated by whoever lost the answer."""
    asked = []

    @effect("test.call")
    def call(step):
        asked.append(step.idempotency_key)
        return {}

    running.deploy(
        TWICE, diagram("told", "begin -> look -> done", begin=start(message="told"), look=user(), done=end())
    )
    instance = running.start("twice")
    step = running.open_steps(instance)["ask"]
    running.complete_step(instance, step)
    with pytest.raises(StepIsNotOpen):
        running.complete_step(instance, step)
    deliveries = list(Delivery.objects.values_list("pk", flat=True))
    for delivery in deliveries * 2:
        carrying.carry_out_delivery(delivery)
    for delivery in list(Delivery.objects.values_list("pk", flat=True)) * 2:
        carrying.carry_out_delivery(delivery)
    (row,) = running.effects(instance)
    assert [performing.perform_effect(row.pk) for _ in range(3)] == [True, False, False]
    assert len(asked) == 1
    assert ProcessInstance.objects.filter(process_key="told").count() == 1
    operations_twice = [operations.request_start("told", event="told", message_id="same") for _ in range(2)]
    assert operations_twice[0].pk == operations_twice[1].pk
    running.settle()
    assert ProcessInstance.objects.filter(process_key="told").count() == 2
    assert not Timer.objects.exists()
