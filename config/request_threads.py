"""Threads that answer requests one after the other, each with its own connection to the database.

Django's own way under ASGI is a new thread for every request. Connections belong to threads, so every page began with a
new session of the database: with logging in, and with reading anew what the database knows about every table a page
asks for, which took longer than the page.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

KEPT = 16
"""So many idle threads stay, with a connection each; more requests at once than that get threads that end with them."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_idle: deque[ThreadPoolExecutor] = deque()


def kept(application: Application) -> Application:
    """The application, each request of which has a thread to itself: the one that became idle last, else a new one."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        thread = _take()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await application(scope, receive, send)
        finally:
            with contextlib.suppress(RuntimeError):  # the program is ending
                # A request that was given up may leave its thread at work: it is idle when it comes to this.
                thread.submit(int).add_done_callback(partial(_give_back, thread))

    return answer


def end_idle() -> None:
    """Close the connections of idle threads and end them: when the server ends."""
    while _idle:
        _end(_idle.pop())


def _take() -> ThreadPoolExecutor:
    try:
        return _idle.pop()
    except IndexError:
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="baton-request")


def _give_back(thread: ThreadPoolExecutor, _done: Future[int]) -> None:
    if len(_idle) < KEPT:
        _idle.append(thread)
    else:
        _end(thread)


def _end(thread: ThreadPoolExecutor) -> None:
    thread.submit(connections.close_all)
    thread.shutdown(wait=False)
