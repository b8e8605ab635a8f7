"""The embedded default: the web process runs the worker, the clock of periodic jobs and the nudge listener itself.

With REDIS_URL these are processes of their own and nothing here starts but the application.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from config import embedded_postgres, request_threads

THREADS = 4
STOP_SECONDS = 4.0
WATCH_SECONDS = 1.0

Message = MutableMapping[str, Any]
log = logging.getLogger(__name__)


class EmbeddedWorker:
    """A Celery worker with threads and its beat, in a thread of this process over the in-memory broker."""

    def __init__(self, threads: int = THREADS) -> None:
        from celery.beat import Scheduler, Service

        from config.celery import app

        app.finalize(auto=True)
        app.loader.import_default_modules()
        self._worker = app.WorkController(
            app=app,
            pool="threads",
            concurrency=threads,
            hostname="embedded@baton",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            quiet=True,
        )
        self._thread = threading.Thread(target=self._work, name="baton-worker", daemon=True)
        self._beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self._ticking = threading.Thread(target=self._beat.start, name="baton-beat", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()
        self._ticking.start()

    def stop(self) -> None:
        """Take no more jobs, let the running ones finish, and end within a few seconds."""
        from celery import current_app
        from celery.worker import state

        self._beat.stop(wait=False)
        vars(state)["should_stop"] = 0  # what a stop signal sets
        current_app.send_task("workflows.sweep")  # the consumer looks up when a message comes, else after two seconds
        self._thread.join(STOP_SECONDS)
        vars(state)["should_stop"] = None

    @property
    def is_alive(self) -> bool:
        """Whether it still takes jobs."""
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._worker.start()
        except SystemExit:
            log.debug("embedded worker ended")
        except Exception:
            log.exception("embedded worker failed")


class DatabaseWatch:
    """Starts the embedded database server again when something has killed it while people work."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="baton-database", daemon=True)

    def start(self) -> None:
        """Begin to look after it."""
        self._thread.start()

    def stop(self) -> None:
        """Let it end from now on."""
        self._ending.set()

    def _watch(self) -> None:
        while not self._ending.wait(WATCH_SECONDS):
            try:
                embedded_postgres.revive()
            except Exception:
                log.exception("the database server cannot be started again")


class Background:
    """Everything that runs beside the pages in one web process."""

    def __init__(self) -> None:
        self._watch = DatabaseWatch()
        self._listener: Any = None
        self._worker: EmbeddedWorker | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start what this process needs: nothing with Redis, else the listener and, unless BATON_WORKER=0, a worker."""
        if settings.REDIS_URL:
            return
        from workflows.live import Listener

        self._watch.start()
        has_worker = os.environ.get("BATON_WORKER") != "0"
        if has_worker:
            self._worker = EmbeddedWorker()
            self._worker.start()
        self._listener = Listener(loop, takes_jobs=has_worker)
        self._listener.start()

    def stop(self) -> None:
        """Stop it all within five seconds."""
        self._watch.stop()
        if self._worker is not None:
            self._worker.stop()
        if self._listener is not None:
            self._listener.stop()


async def lifespan(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """The ASGI lifespan: background work starts before the first request and stops after the last."""
    background = Background()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            background.start(asyncio.get_running_loop())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(background.stop)
            request_threads.end_idle()
            await send({"type": "lifespan.shutdown.complete"})
            return
