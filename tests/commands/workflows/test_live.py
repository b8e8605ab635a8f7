"""Nudges reach open screens at commit and only then; the embedded worker takes jobs at once and stops in time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from channels.layers import get_channel_layer
from django.db import connection, transaction

from config.embedded import EmbeddedWorker, lifespan
from tests.support import running
from tests.support.diagrams import catch, diagram, end, service, start, user
from workflows import commands, nudge
from workflows.live import Listener
from workflows.models import ProcessInstance
from workflows.registry import effect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread, as the web server has one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    in_loop(loop, _finished())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def listener(loop) -> Iterator[Listener]:
    listener = Listener(loop, takes_jobs=True)
    listener.start()
    assert listener.wait_until_listening(10)
    yield listener
    listener.stop()


def in_loop(loop, work, seconds=5.0):
    return asyncio.run_coroutine_threadsafe(work, loop).result(seconds)


async def _finished() -> None:
    """What is still being handed to sockets ends before the loop does."""
    under_way = asyncio.all_tasks() - {asyncio.current_task()}
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


async def _joined(group: str) -> str:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def _received(channel: str, seconds: float):
    try:
        return await asyncio.wait_for(get_channel_layer().receive(channel), seconds)
    except TimeoutError:
        return None


def wait_for(condition, seconds=5.0) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began


def test_a_nudge_arrives_after_commit(loop, listener):
    channel = in_loop(loop, _joined("user.1"))
    with transaction.atomic():
        nudge.nudge(["user.1", "user.2"], {"type": "inbox.hint", "item": 7})
        assert in_loop(loop, _received(channel, 0.2)) is None
    assert in_loop(loop, _received(channel, 3)) == {"type": "inbox.hint", "item": 7}


def test_a_rolled_back_nudge_never_arrives(loop, listener):
    channel = in_loop(loop, _joined("user.1"))
    with transaction.atomic():
        nudge.nudge(["user.1"], {"type": "inbox.hint"})
        transaction.set_rollback(True)
    assert in_loop(loop, _received(channel, 0.3)) is None


def test_many_groups_fit(loop, listener):
    channel = in_loop(loop, _joined("user.999"))
    with transaction.atomic():
        nudge.nudge([f"user.{number}" for number in range(2_000)], {"type": "inbox.hint"})
    assert in_loop(loop, _received(channel, 3)) == {"type": "inbox.hint"}


def test_a_lost_connection_is_opened_again(loop, listener, monkeypatch):
    monkeypatch.setattr("workflows.live.RECONNECT_SECONDS", 0.05)
    channel = in_loop(loop, _joined("user.1"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s AND pid <> pg_backend_pid()",
            [f"LISTEN {nudge.CHANNEL}"],
        )
    time.sleep(0.2)
    assert listener.wait_until_listening(5)
    with transaction.atomic():
        nudge.nudge(["user.1"], {"type": "inbox.hint"})
    assert in_loop(loop, _received(channel, 3)) == {"type": "inbox.hint"}


def test_the_embedded_worker_is_woken_and_stops_in_time(loop, listener):
    @effect("test.mail")
    def mail(step):
        return {"sent": True}

    running.deploy(
        diagram(
            "send", "begin -> mail -> look -> done", begin=start(), mail=service("test.mail"), look=user(), done=end()
        ),
        diagram(
            "waiter", "begin -> paid -> done", begin=start(), paid=catch(message="order.paid", key="n"), done=end()
        ),
    )
    worker = EmbeddedWorker(threads=2)
    worker.start()
    try:
        instance, waiting = running.start("send"), running.start("waiter", n="O-1")
        wait_for(lambda: running.waiting_at(instance) == ["look"])
        commands.send_message(actor=None, name="order.paid", correlation_key="O-1")
        wait_for(lambda: running.reload(waiting).status == ProcessInstance.Status.COMPLETED)
        again = running.start("send")
        assert wait_for(lambda: running.waiting_at(again) == ["look"]) < 2
    finally:
        began = time.monotonic()
        worker.stop()
    assert time.monotonic() - began < 3
    assert not worker.is_alive


def test_timers_fire_without_being_asked(loop, listener):
    running.deploy(diagram("paused", "begin -> pause -> done", begin=start(), pause=catch(timer="PT1S"), done=end()))
    worker = EmbeddedWorker(threads=2)
    worker.start()
    try:
        instance = running.start("paused")
        assert wait_for(lambda: not running.reload(instance).is_live, 8) > 0.5
    finally:
        worker.stop()


async def _lived(seconds: float) -> list[str]:
    incoming: asyncio.Queue[dict] = asyncio.Queue()
    outgoing: list[str] = []

    async def send(message):
        outgoing.append(message["type"])

    task = asyncio.create_task(lifespan({"type": "lifespan"}, incoming.get, send))
    await incoming.put({"type": "lifespan.startup"})
    await asyncio.sleep(seconds)
    names = {thread.name for thread in threading.enumerate()}
    assert {"baton-listen", "baton-worker", "baton-beat"} <= names
    await incoming.put({"type": "lifespan.shutdown"})
    await asyncio.wait_for(task, 5)
    return outgoing


def test_the_server_starts_and_stops_it_all(loop):
    assert in_loop(loop, _lived(1.0), 20) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    names = {thread.name for thread in threading.enumerate()}
    assert not {"baton-listen", "baton-worker"} & names
