"""Acts on many processes: stored before anything is done, each once, with its true outcome, and on after a crash."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import OperationalError

from tests.support import running
from tests.support.diagrams import diagram, end, service, start, user
from tests.support.people import person
from workflows import batches, commands, jobs
from workflows.exceptions import BulkActUnderWay, InstanceNotFound, NothingChosen, NotPermitted, ReasonNeeded
from workflows.models import BulkAct, BulkItem, HistoryEvent, Incident, ProcessInstance
from workflows.operating import bulk, bulk_queries, queries
from workflows.operating.bulk import Kind, Status, start_bulk_act
from workflows.registry import effect, service_task

pytestmark = pytest.mark.django_db

JOB = diagram("job", "begin -> act -> check -> done", begin=start(), act=service("test.act"), check=user(), done=end())
LINE = diagram("line", "begin -> first -> done", begin=start(), first=user(), done=end())


@pytest.fixture
def olga():
    return person("olga", roles=["operator"])


class Printer:
    """A service task that works when it has paper."""

    def __init__(self):
        self.paper = False

        @service_task("test.act")
        def act(step):
            if not self.paper or step.number == "bad":
                raise RuntimeError(f"printer {step.instance_id} has no paper since {step.loop}7")

    def stuck(self, number):
        running.deploy(JOB)
        return [running.start("job") for _ in range(number)]


def outcomes(batch):
    return [item.status for item in BulkItem.objects.filter(batch=batch).order_by("pk")]


def one_cause():
    return Incident.objects.values_list("cause", flat=True).distinct().get()


def test_hundreds_with_one_cause_are_retried_by_jobs_each_on_its_own(clock, olga):
    printer = Printer()
    instances = printer.stuck(12)
    ProcessInstance.objects.filter(pk=instances[4].pk).update(number="bad")
    printer.paper = True
    (cause,) = queries.causes(olga)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=cause.cause, reason="paper came")
    assert (batch.total, batch.process_key, batch.is_running) == (12, "job", True)
    assert Incident.objects.filter(closed_at=None).count() == 12
    jobs.carry_on_bulk_act(str(batch.pk))
    batch.refresh_from_db()
    assert not batch.is_running
    assert bulk_queries.counts(batch) == {
        **{status.value: 0 for status in Status}, "through": 11, "failed-again": 1
    }  # fmt: skip
    (still,) = bulk_queries.items(batch, "failed-again")
    assert still.instance_id == instances[4].pk
    assert "no paper" in still.message
    told = HistoryEvent.objects.get(instance=instances[0], kind="operated")
    assert (told.actor, told.data["act"], told.data["reason"]) == (olga, "retry", "paper came")


def test_values_are_written_first_and_what_stops_further_on_is_named(clock, olga):
    @service_task("test.act")
    def act(step, *, amount: int = 0):
        if amount < 5:
            raise RuntimeError("too little")

    further = diagram(
        "job", "begin -> act -> again -> done", begin=start(), act=service("test.act", inputs={"amount": "amount"}),
        again=service("test.act", inputs={"amount": "0"}), done=end(),
    )  # fmt: skip
    running.deploy(further)
    running.start("job", amount=1)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause(), variables={"amount": 7})
    bulk.carry_on(batch.pk)
    (item,) = bulk_queries.items(batch)
    assert (item.status, item.stopped_at) == (Status.THROUGH, ["again"])


def test_an_effect_asked_for_again_is_under_way(clock, olga):
    @effect("test.act")
    def act(step):
        raise RuntimeError("down")

    running.deploy(JOB.replace(b'retries="3"', b'retries="1"'))
    running.start("job")
    running.settle()
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, incidents=[Incident.objects.get().pk])
    bulk.carry_on(batch.pk)
    assert outcomes(batch) == [Status.UNDER_WAY]


def test_a_batch_goes_on_where_it_was_killed_and_retries_nothing_twice(clock, olga):
    printer = Printer()
    printer.stuck(5)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause())

    class Killed(BaseException):
        pass

    tried = []

    def dies(item_id):
        if len(tried) == 2:
            raise Killed
        tried.append(bulk.carry_out(item_id))

    with pytest.raises(Killed):
        batches.carry_on(replace(bulk.ACTS, carry_out=dies), batch.pk)
    assert outcomes(batch) == [Status.FAILED_AGAIN] * 2 + [Status.PENDING] * 3
    assert bulk.unfinished() == [batch.pk]
    jobs.carry_on_bulk_act(str(batch.pk))
    jobs.carry_on_bulk_act(str(batch.pk))
    assert outcomes(batch) == [Status.FAILED_AGAIN] * 5
    assert HistoryEvent.objects.filter(kind="operated").count() == 5
    assert bulk.unfinished() == []
    assert not bulk.carry_out(BulkItem.objects.earliest("pk").pk)


def test_only_so_long_at_once(clock, olga):
    Printer().stuck(3)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause())
    assert not bulk.carry_on(batch.pk, seconds=-1)
    assert outcomes(batch) == [Status.PENDING] * 3


def test_who_is_in_the_way_is_waited_for_and_what_breaks_stops_no_other(clock, olga):
    Printer().stuck(2)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause())
    first, second = batch.results.order_by("pk")
    busy = OperationalError()
    busy.__cause__ = type("Busy", (Exception,), {"pgcode": "55P03"})()

    def breaks(item_id):
        raise busy if item_id == first.pk else ValueError("broken")

    assert not batches.carry_on(replace(bulk.ACTS, carry_out=breaks), batch.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.attempts) == (Status.PENDING, 1)
    assert (second.status, second.message) == (Status.FAILED, "ValueError: broken")
    assert bulk.carry_on(batch.pk)
    assert outcomes(batch) == [Status.FAILED_AGAIN, Status.FAILED]


def test_one_suspended_or_dealt_with_meanwhile_is_refused_with_the_reason(clock, olga):
    printer = Printer()
    held, gone, free = printer.stuck(3)
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause())
    commands.suspend_process(actor=olga, instance_id=held.pk)
    commands.cancel_process(actor=olga, instance_id=gone.pk)
    printer.paper = True
    bulk.carry_on(batch.pk)
    assert {item.instance_id: (item.status, item.message) for item in bulk_queries.items(batch)} == {
        held.pk: (Status.REFUSED, "instance-is-suspended"),
        gone.pk: (Status.REFUSED, "incident-is-closed"),
        free.pk: (Status.THROUGH, ""),
    }
    assert running.waiting_at(free) == ["check"]


# --- twice ----------------------------------------------------------------------------------------------------------


def test_the_second_click_is_the_same_act(clock, olga):
    Printer().stuck(2)
    ids = list(Incident.objects.values_list("pk", flat=True))
    first = start_bulk_act(actor=olga, kind=Kind.RETRY, incidents=ids, key="form-1")
    assert start_bulk_act(actor=olga, kind=Kind.RETRY, incidents=ids, key="form-1") == first
    bulk.carry_on(first.pk)
    assert start_bulk_act(actor=olga, kind=Kind.RETRY, incidents=ids, key="form-1") == first
    assert HistoryEvent.objects.filter(kind="operated").count() == 2
    other = person("omar", roles=["operator"])
    assert start_bulk_act(actor=other, kind=Kind.RETRY, incidents=ids, key="form-1") != first


def test_a_cause_is_retried_once_at_a_time(clock, olga):
    Printer().stuck(2)
    cause = one_cause()
    first = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=cause)
    with pytest.raises(BulkActUnderWay):
        start_bulk_act(actor=olga, kind=Kind.RETRY, cause=cause)
    bulk.carry_on(first.pk)
    assert start_bulk_act(actor=olga, kind=Kind.RETRY, cause=cause).pk != first.pk


# --- who and what ---------------------------------------------------------------------------------------------------


def test_only_operators(clock, olga):
    Printer().stuck(1)
    charlie = person("charlie", roles=["sales"])
    with pytest.raises(NotPermitted):
        start_bulk_act(actor=charlie, kind=Kind.RETRY, cause=one_cause())
    batch = start_bulk_act(actor=olga, kind=Kind.RETRY, cause=one_cause())
    with pytest.raises(NotPermitted):
        bulk_queries.bulk_act(charlie, batch.pk)
    olga.role_assignments.all().delete()
    bulk.carry_on(batch.pk)
    (item,) = BulkItem.objects.all()
    assert (item.status, item.message) == (Status.REFUSED, "not-permitted")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"kind": Kind.RETRY}, NothingChosen),
        ({"kind": Kind.RETRY, "cause": "0" * 32}, NothingChosen),
        ({"kind": Kind.RETRY, "incidents": [uuid.uuid4()]}, InstanceNotFound),
        ({"kind": Kind.CANCEL, "instances": [uuid.uuid4()], "reason": "x"}, InstanceNotFound),
        ({"kind": Kind.CANCEL, "instances": [uuid.uuid4()], "reason": " "}, ReasonNeeded),
        ({"kind": Kind.SUSPEND, "reason": "x"}, NothingChosen),
    ],
)
def test_hostile_input_stores_nothing(clock, olga, given, refusal):
    with pytest.raises(refusal):
        start_bulk_act(actor=olga, **given)
    assert not BulkAct.objects.exists()


def test_an_item_costs_the_same_however_many_there_are(clock, olga, django_assert_max_num_queries):
    running.deploy(LINE)
    ids = [running.start("line").pk for _ in range(30)]
    with django_assert_max_num_queries(14):
        batch = start_bulk_act(actor=olga, kind=Kind.CANCEL, instances=ids, reason="x")
    with django_assert_max_num_queries(14):
        bulk.carry_out(batch.results.earliest("pk").pk)
