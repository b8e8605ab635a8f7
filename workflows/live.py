"""The receiving end of nudges without Redis: one LISTEN connection per web process.

Its thread hands hints for sockets to the local channel layer on the server's event loop and jobs to the local
broker. A lost connection is opened again; what was missed meanwhile is made good by heartbeat and sweep.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from channels.layers import get_channel_layer
from django.db import DatabaseError, connections

from workflows import nudge

RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Listener:
    """Listens from ``start`` to ``stop``; ``takes_jobs`` tells whether this process has a worker of its own."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, takes_jobs: bool) -> None:
        self._loop = loop
        self._takes_jobs = takes_jobs
        self._wake_up, self._awakened = os.pipe()
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="baton-listen", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def wait_until_listening(self, seconds: float) -> bool:
        """Whether the connection stands, waiting at most so long."""
        return self._listening.wait(seconds)

    def stop(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._stopping.set()
        os.write(self._awakened, b".")
        self._thread.join(timeout=3)
        os.close(self._awakened)
        os.close(self._wake_up)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except (DatabaseError, OSError) as error:
                log.warning("listen_connection_lost", reason=str(error))
            finally:
                self._listening.clear()
                connections["default"].close()
            self._stopping.wait(RECONNECT_SECONDS)

    def _listen(self) -> None:
        connection = connections["default"]
        connection.ensure_connection()
        raw: Any = connection.connection
        with connection.wrap_database_errors:
            raw.autocommit = True
            with raw.cursor() as cursor:
                cursor.execute(f"LISTEN {nudge.CHANNEL}")
            self._listening.set()
            while not self._stopping.is_set():
                readable, _, _ = select.select([raw, self._wake_up], [], [])
                if raw in readable:
                    raw.poll()
                    while raw.notifies:
                        self._receive(raw.notifies.pop(0).payload)

    def _receive(self, payload: str) -> None:
        try:
            data = orjson.loads(payload)
        except orjson.JSONDecodeError:
            log.warning("nudge_not_understood", payload=payload[:200])
            return
        if "groups" in data:
            self._loop.call_soon_threadsafe(self._spread, data)
        elif self._takes_jobs:
            nudge.send_jobs(data["job"], data["ids"], data.get("seconds", 0))

    def _spread(self, data: Mapping[str, Any]) -> None:
        task = self._loop.create_task(_send(data["groups"], data["message"]))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


async def _send(groups: list[str], message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    for group in groups:
        await layer.group_send(group, dict(message))
