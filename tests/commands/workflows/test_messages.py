"""Messages: each process takes one at most once, early ones wait, starts happen once, nothing is lost between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config import clock as product_clock
from tests.support import running
from tests.support.diagrams import boundary, catch, diagram, end, start, throw, user
from workflows import commands
from workflows.models import BufferedMessage, Delivery, ProcessInstance

pytestmark = pytest.mark.django_db

WAITER = diagram(
    "waiter", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="number"), done=end()
)
STARTED = diagram("started", "begin -> look -> done", begin=start(message="order.placed"), look=user(), done=end())


def send(name: str, key: str = "", *, message_id: str | None = None, ttl: timedelta = timedelta(hours=24), **with_):
    commands.send_message(actor=None, name=name, correlation_key=key, variables=with_, message_id=message_id, ttl=ttl)
    running.settle()


def test_it_works(clock):
    running.deploy(WAITER)
    mine, other = running.start("waiter", number="O-1"), running.start("waiter", number="O-2")
    send("order.paid", "O-1", amount=7)
    assert running.reload(mine).status == ProcessInstance.Status.COMPLETED
    assert running.variables(mine)["amount"] == 7
    assert running.waiting_at(other) == ["paid"]


def test_a_message_that_comes_early_waits_its_time_to_live(clock):
    running.deploy(WAITER)
    send("order.paid", "O-1", ttl=timedelta(hours=1))
    clock.advance(timedelta(minutes=59))
    in_time = running.start("waiter", number="O-1")
    running.settle()
    assert running.reload(in_time).status == ProcessInstance.Status.COMPLETED


def test_a_message_after_its_time_to_live_is_gone(clock):
    running.deploy(WAITER)
    send("order.paid", "O-1", ttl=timedelta(hours=1))
    clock.advance(timedelta(minutes=61))
    late = running.start("waiter", number="O-1")
    running.settle()
    assert running.waiting_at(late) == ["paid"]


def test_a_process_takes_a_message_once(clock):
    running.deploy(WAITER)
    first, second = running.start("waiter", number="O-1"), running.start("waiter", number="O-1")
    send("order.paid", "O-1")
    assert sorted([running.reload(first).status, running.reload(second).status]) == ["completed", "running"]
    send("order.paid", "O-1")
    assert {running.reload(first).status, running.reload(second).status} == {"completed"}


def test_two_processes_take_the_same_message(clock):
    again = diagram(
        "again", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="number"), done=end()
    )
    running.deploy(WAITER, again)
    one, other = running.start("waiter", number="O-1"), running.start("again", number="O-1")
    send("order.paid", "O-1")
    assert {running.reload(one).status, running.reload(other).status} == {"completed"}


def test_the_same_message_id_acts_once(clock):
    running.deploy(WAITER)
    instances = [running.start("waiter", number="O-1") for _ in range(2)]
    send("order.paid", "O-1", message_id="bank-17")
    send("order.paid", "O-1", message_id="bank-17")
    assert sum(running.reload(instance).is_live for instance in instances) == 1


def test_a_message_starts_a_process_once(clock):
    running.deploy(STARTED)
    send("order.placed", "O-1", message_id="O-1", amount=3)
    send("order.placed", "O-1", message_id="O-1", amount=3)
    instance = ProcessInstance.objects.get()
    assert (instance.start_message, instance.start_key) == ("order.placed", "O-1")
    assert running.variables(instance) == {"amount": 3}


def test_the_next_message_of_a_key_starts_when_the_first_instance_has_ended(clock):
    running.deploy(STARTED)
    send("order.placed", "O-1", turn=1)
    send("order.placed", "O-1", turn=2)
    first = ProcessInstance.objects.get()
    running.complete(first, "look")
    running.settle()
    second = ProcessInstance.objects.exclude(pk=first.pk).get()
    assert running.variables(second) == {"turn": 2}


def test_messages_without_key_start_as_many_as_come(clock):
    running.deploy(STARTED)
    send("order.placed")
    send("order.placed")
    assert ProcessInstance.objects.count() == 2


def test_one_process_wakes_another(clock):
    sender = diagram(
        "sender",
        "begin -> tell -> done",
        begin=start(),
        tell=throw(message="order.paid", key="number", variables={"amount": "total"}),
        done=end(),
    )
    running.deploy(WAITER, sender)
    waiting = running.start("waiter", number="O-1")
    running.start("sender", number="O-1", total=12)
    running.settle()
    assert running.variables(waiting)["amount"] == 12


def test_a_subscription_that_stays_open_takes_all_buffered_messages(clock):
    listening = diagram(
        "listening",
        "begin -> work -> done",
        "note -> noted",
        begin=start(),
        work=user(),
        note=boundary("work", message="order.note", key="number", interrupting=False),
        noted=end(),
        done=end(),
    )
    running.deploy(listening)
    send("order.note", "O-1")
    send("order.note", "O-1")
    instance = running.start("listening", number="O-1")
    running.settle()
    assert running.events(instance, "ended") == ["noted", "noted"]
    assert running.waiting_at(instance) == ["work"]


def test_a_message_whose_receiver_left_goes_back_to_the_buffer(clock):
    running.deploy(WAITER)
    leaver = running.start("waiter", number="O-1")
    commands.send_message(actor=None, name="order.paid", correlation_key="O-1", variables={})
    from workflows import carrying

    (routing,) = carrying.due_deliveries(5)
    carrying.carry_out_delivery(routing)
    commands.cancel_process(actor=None, instance_id=leaver.pk)
    running.settle()
    assert BufferedMessage.objects.get().taken_by == []
    assert Delivery.objects.get(kind=Delivery.Kind.RECEIVE).status == Delivery.Status.DROPPED
    next_one = running.start("waiter", number="O-1")
    running.settle()
    assert running.reload(next_one).status == ProcessInstance.Status.COMPLETED


def test_long_keys_and_nul_characters_are_stored(clock):
    running.deploy(WAITER)
    key = "k" * 5_000 + "\x00"
    instance = running.start("waiter", number=key)
    send("order.paid", key, text="a\x00b")
    assert running.reload(instance).status == ProcessInstance.Status.COMPLETED


def test_messages_are_published_at_the_driven_time(clock):
    running.deploy(WAITER)
    send("order.paid", "O-1")
    assert BufferedMessage.objects.get().published_at == product_clock.now() == clock.now()
