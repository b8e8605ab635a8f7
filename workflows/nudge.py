"""Making things sooner: hints to open screens and wake-up calls to workers, carrying ids only.

Nothing depends on them. Without Redis they travel by PostgreSQL NOTIFY inside the transaction and reach every web
process through its LISTEN connection (`workflows.live`); with Redis they are sent after commit.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import orjson
import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

from workflows import statements

CHANNEL = "baton"
_NOTIFY = f"NOTIFY {CHANNEL}, %s"
MAX_PAYLOAD = 7_500  # PostgreSQL allows 8000 bytes
MAX_IDS = 40

Hint = tuple[Iterable[str], Mapping[str, Any]]

log = structlog.get_logger(__name__)


def nudge(groups: Iterable[str], message: Mapping[str, Any]) -> None:
    """Tell the sockets in these channel groups, once the transaction commits.

    ``message`` is a Channels message (``type`` and ids only, no contents) that each consumer turns into a
    look at the database. Lost hints are made good by the heartbeat.
    """
    nudge_all([(groups, message)])


def nudge_all(hints: Iterable[Hint]) -> None:
    """Several of them at once: (channel groups, message)."""
    named = [(sorted(set(groups)), dict(message)) for groups, message in hints]
    if settings.REDIS_URL:
        for names, message in named:
            transaction.on_commit(partial(_post, names, message), robust=True)
    else:
        _notify(
            [
                orjson.dumps({"groups": part, "message": message})
                for names, message in named
                for part in _portions(names)
            ]
        )


def _post(names: Sequence[str], message: Mapping[str, Any]) -> None:
    _loop_thread().post(_send(names, message))


def wake(job: str, ids: Sequence[Any], *, seconds: float = 0) -> None:
    """Have a worker run the job (its Celery name) soon after commit, or so many seconds later, once per id.

    What is not woken is found by the sweep.
    """
    texts = [str(entry) for entry in ids]
    if settings.REDIS_URL:
        transaction.on_commit(lambda: send_jobs(job, texts, seconds), robust=True)
    else:
        chunks = [texts[start : start + MAX_IDS] for start in range(0, len(texts), MAX_IDS)]
        when = {"seconds": seconds} if seconds else {}
        _notify([orjson.dumps({"job": job, "ids": chunk, **when}) for chunk in chunks])


def send_jobs(job: str, ids: Sequence[str], seconds: float = 0) -> None:
    """Put the job on the broker's queue, once per id, to be done now or in so many seconds."""
    for entry in ids:
        current_app.send_task(job, args=[entry], countdown=seconds or None)


def _notify(payloads: Sequence[bytes]) -> None:
    for payload in payloads:
        statements.at_the_end(_NOTIFY, payload.decode())


def _portions(names: Sequence[str]) -> list[list[str]]:
    portions: list[list[str]] = []
    size = MAX_PAYLOAD
    for name in names:
        if size + len(name) + 3 > MAX_PAYLOAD - 1_000:
            portions.append([])
            size = 0
        portions[-1].append(name)
        size += len(name) + 3
    return portions


async def _send(groups: Sequence[str], message: Mapping[str, Any]) -> None:
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    for group in groups:
        try:
            await layer.group_send(group, dict(message))
        except Exception:  # a hint that did not go out is not worth an error
            log.warning("nudge_not_sent", group=group, exc_info=True)


class _LoopThread:
    """An event loop of its own per process, so that a commit never waits for the channel layer."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="baton-nudge", daemon=True).start()

    def post(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)


@lru_cache(maxsize=1)
def _loop_thread() -> _LoopThread:
    return _LoopThread()
