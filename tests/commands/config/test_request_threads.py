"""Requests are answered by threads that stay, each with its own connection to the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from config import request_threads


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    request_threads.end_idle()
    yield
    request_threads.end_idle()


Work = Callable[[], Any]


def answering(work: Work) -> Callable[[], Awaitable[Any]]:
    """An application that does the work in its thread; each call is a request and gives what it did."""
    done: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        done.append(await sync_to_async(work)())

    served = request_threads.kept(application)

    async def request() -> Any:
        await served({}, None, None)  # type: ignore[arg-type]
        return done.pop()

    return request


async def after(request: Callable[[], Awaitable[Any]]) -> Any:
    found = await request()
    for _ in range(200):
        if request_threads._idle:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("the thread did not come back")


def test_the_next_request_has_the_same_thread() -> None:
    async def two() -> tuple[int, int]:
        request = answering(threading.get_ident)
        return await after(request), await after(request)

    first, second = asyncio.run(two())
    assert first == second != threading.get_ident()


def test_requests_at_the_same_time_have_a_thread_each() -> None:
    meeting = threading.Barrier(3, timeout=10)

    async def three() -> list[int]:
        def work() -> int:
            meeting.wait()
            return threading.get_ident()

        found: list[int] = []

        async def application(scope: Any, receive: Any, send: Any) -> None:
            found.append(await sync_to_async(work)())

        served = request_threads.kept(application)
        await asyncio.gather(*(served({}, None, None) for _ in range(3)))  # type: ignore[arg-type]
        return found

    assert len(set(asyncio.run(three()))) == 3


def test_no_more_than_so_many_threads_stay() -> None:
    threads = [request_threads._take() for _ in range(request_threads.KEPT + 3)]
    for thread in threads:
        thread.submit(int).add_done_callback(lambda done, it=thread: request_threads._give_back(it, done))
    for thread in threads:
        with suppress(RuntimeError):  # one too many, and ended
            thread.submit(int).result(5)
    assert len(request_threads._idle) == request_threads.KEPT


def test_a_thread_still_at_work_is_not_given_to_anybody() -> None:
    working, go_on = threading.Event(), threading.Event()

    def work() -> None:
        working.set()
        go_on.wait(10)

    async def given_up() -> int:
        request = asyncio.ensure_future(answering(work)())
        await asyncio.to_thread(working.wait, 10)
        request.cancel()
        await asyncio.wait([request], timeout=1)
        at_work = len(request_threads._idle)
        go_on.set()
        await asyncio.wait([request])
        return at_work

    assert asyncio.run(given_up()) == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_stays_and_is_closed_at_the_end() -> None:
    def session() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    async def two() -> tuple[int, int]:
        request = answering(session)
        return await after(request), await after(request)

    first, second = asyncio.run(two())
    assert first == second
    (thread,) = request_threads._idle
    assert isinstance(thread, ThreadPoolExecutor)
    request_threads.end_idle()
    thread.shutdown(wait=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND state <> 'idle in transaction'", [first]
        )
        assert cursor.fetchone() == (0,)
