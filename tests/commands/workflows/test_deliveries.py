"""Deliveries and the sweep: what nobody was woken for is found, what fails is tried again and blocks nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import running
from tests.support.diagrams import diagram, end, service, start, user
from tests.support.people import person
from tests.support.records import note
from workflows import carrying, jobs, operations, records
from workflows.exceptions import StartEventNotFound
from workflows.models import Delivery, Effect, HistoryEvent, ProcessInstance
from workflows.registry import effect

pytestmark = pytest.mark.django_db

ORDER = diagram("order", "begin -> work -> done", begin=start(), work=user(), done=end())
BY_MESSAGE = diagram(
    "complaint", "received -> work -> done", received=start(message="complaint.received"), work=user(), done=end()
)


def test_a_requested_start_is_carried_out_by_the_sweep(clock):
    running.deploy(ORDER)
    alice = person("alice")
    operations.request_start("order", variables={"a": 1}, record=note(), message_id="N1", actor=alice)
    assert not ProcessInstance.objects.exists()
    jobs.sweep()
    instance = ProcessInstance.objects.get()
    assert (instance.number, instance.started_by, instance.record_kind) == ("N1", alice, "test.note")
    assert Delivery.objects.get().result == instance


def test_a_requested_start_by_message_name(clock):
    running.deploy(BY_MESSAGE)
    operations.request_start("complaint", event="complaint.received", record=note())
    jobs.sweep()
    assert running.waiting_at(ProcessInstance.objects.get()) == ["work"]


def test_the_same_request_starts_once(clock):
    running.deploy(ORDER)
    for _ in range(2):
        operations.request_start("order", message_id="N1")
        jobs.sweep()
    assert ProcessInstance.objects.count() == 1


def test_a_start_that_cannot_be_is_refused_at_once(clock):
    running.deploy(ORDER)
    with pytest.raises(StartEventNotFound):
        operations.request_start("order", event="no.such.message")


def test_a_message_that_starts_is_about_its_record(clock):
    running.deploy(BY_MESSAGE)
    operations.request_message("complaint.received", "N1", {"severity": "high"}, message_id="N1", record=note())
    running.settle()
    instance = ProcessInstance.objects.get()
    assert (instance.record_kind, instance.number) == ("test.note", "N1")


def test_a_start_about_a_record_that_is_gone_is_dropped(clock):
    running.deploy(ORDER)
    record = note()
    operations.request_start("order", record=record)
    record.delete()
    jobs.sweep()
    assert Delivery.objects.get().status == Delivery.Status.DROPPED


def test_a_failure_is_stored_and_tried_again_with_growing_pauses(clock, settings):
    running.deploy(ORDER)
    operations.request_start("order")
    settings.WORKFLOW_OBSERVERS = ["tests.commands.workflows.test_deliveries.fail"]
    attempts = []
    for _ in range(200):
        jobs.sweep()
        delivery = Delivery.objects.get()
        if not attempts or delivery.attempts != attempts[-1]:
            attempts.append(delivery.attempts)
        clock.advance(timedelta(seconds=10))
    assert attempts == list(range(1, carrying.MAX_ATTEMPTS + 1))
    assert delivery.status == Delivery.Status.FAILED
    assert "out of paper" in delivery.failure
    assert not ProcessInstance.objects.exists()


def fail(change):
    raise RuntimeError("out of paper")


def test_a_bad_delivery_blocks_no_other(clock, monkeypatch):
    running.deploy(ORDER)
    bad = operations.request_start("order", variables={"a": 1})
    Delivery.objects.filter(pk=bad.pk).update(process_key="gone")
    operations.request_start("order")
    jobs.sweep()
    assert ProcessInstance.objects.count() == 1


def test_the_processes_of_a_record_are_cancelled_and_others_are_not(clock):
    running.deploy(ORDER)
    one, other = note("N1"), note("N2")
    mine = operations.start_instance(actor=None, process_key="order", record=one)
    kept = operations.start_instance(actor=None, process_key="order", record=other)
    assert operations.request_cancel(one, reason="merged", actor=person("alice")) == 1
    running.settle()
    assert running.reload(mine).status == "cancelled"
    assert running.reload(kept).is_live
    assert HistoryEvent.objects.filter(instance=mine, kind="stimulus").last().data["reason"] == "merged"


@pytest.mark.parametrize(("name", "status"), [("suspend", "suspended"), ("cancel", "cancelled")])
def test_operations_on_instances(clock, name, status):
    running.deploy(ORDER)
    instance = running.start("order")
    operations.request_operation(instance, name)
    running.settle()
    assert running.reload(instance).status == status


def test_an_instance_moves_to_another_record(clock):
    running.deploy(ORDER)
    instance = operations.start_instance(actor=None, process_key="order", record=note("N1"))
    target = note("N2")
    kind = records.kind_of(target).kind
    operations.request_operation(instance, "rekey", {"record_kind": kind, "record_id": str(target.pk)})
    running.settle()
    assert running.reload(instance).number == "N2"
    event = HistoryEvent.objects.get(instance=instance, kind=HistoryEvent.Kind.REKEYED)
    assert event.data["before"]["number"] == "N1"


def test_an_operation_on_an_ended_instance_is_dropped(clock):
    running.deploy(ORDER)
    instance = running.start("order")
    running.complete(instance, "work")
    operations.request_operation(instance, "cancel")
    running.settle()
    assert Delivery.objects.get().status == Delivery.Status.DROPPED


def test_a_sweep_that_finds_nothing_sends_nothing(clock, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs.nudge.current_app, "send_task", lambda *job, **words: sent.append(job), raising=False)
    jobs.sweep()
    assert sent == []


def test_the_sweep_sends_due_effects_to_the_workers(clock, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs.nudge, "send_jobs", lambda job, ids: sent.extend(ids))

    @effect("test.mail")
    def mail(step):
        """Sent later."""

    running.deploy(diagram("send", "begin -> mail -> done", begin=start(), mail=service("test.mail"), done=end()))
    running.start("send")
    jobs.sweep()
    assert sent == [str(Effect.objects.get().pk)]


def test_history_is_append_only(clock):
    from django.db import DatabaseError, transaction

    running.deploy(ORDER)
    event = HistoryEvent.objects.filter(instance=running.start("order")).first()
    for change in (lambda: HistoryEvent.objects.filter(pk=event.pk).update(kind="flow"), event.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
