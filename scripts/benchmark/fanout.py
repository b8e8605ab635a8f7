"""From the commit of a change to fifty open screens, by turns with a bare Channels fan-out to fifty sockets.

Both travel by Redis to one server process each and are heard by the same client; what else the machine does meets both.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from scripts.benchmark.measuring import Samples
from scripts.programs import Program, answers, free_port, running_redis

CHECKOUT = Path(__file__).resolve().parents[2]
SCREENS = 50
LIST = "inbox:groups"
LOST_SECONDS = 60.0
PAUSE_SECONDS = 0.03
RATIO_P50, RATIO_P99, P99 = "p50 / bare p50", "p99 / bare p99", "commit to the last of 50 screens, p99, ms"


def side_by_side(rounds: int) -> dict[str, float]:
    """Commits and bare fan-outs by turns: how long until all fifty have heard. Nothing where there is no Redis."""
    if shutil.which("redis-server") is None:
        return {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baton-bench-")))
        redis = stack.enter_context(running_redis(folder))
        command = [sys.executable, "-m", "scripts.benchmark.fanout", str(rounds)]
        done = subprocess.run(
            command, cwd=CHECKOUT, env=os.environ | {"REDIS_URL": redis}, stdout=subprocess.PIPE, text=True, check=True
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


class Ears:
    """Sockets in a thread of their own: each round they tell when the last one has heard."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._waiting: set[int] = set()
        self._wanted: tuple[str, int] | None = None
        self._heard = threading.Event()
        self._at = 0.0
        self._hearing: list[asyncio.Task[None]] = []
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def open(self, address: str, sessions: list[str], joined: dict[str, Any] | None) -> None:
        """A socket for each session."""
        for session in sessions:
            asyncio.run_coroutine_threadsafe(self._open(address, session, joined), self._loop).result(60)

    def listen_for(self, item: str, version: int, first: int) -> None:
        """From now on wait for this hint at the fifty sockets from the ``first`` on."""
        self._heard.clear()
        self._waiting, self._wanted = set(range(first, first + SCREENS)), (item, version)

    def heard_at(self) -> float:
        """When the last of them had it."""
        assert self._heard.wait(LOST_SECONDS), f"{len(self._waiting)} of {SCREENS} sockets heard nothing"
        return self._at

    async def _open(self, address: str, session: str, joined: dict[str, Any] | None) -> None:
        from websockets.asyncio.client import connect

        headers = {"Cookie": f"sessionid={session}"}
        origin: Any = address.replace("ws://", "http://").partition("/ws")[0]
        socket = await connect(address, additional_headers=headers, origin=origin, open_timeout=60)
        if joined is not None:
            await socket.send(json.dumps(joined))
            while "beat" not in json.loads(await socket.recv()):
                pass
        self._hearing.append(asyncio.create_task(self._hear(socket, len(self._hearing))))

    async def _hear(self, socket: Any, number: int) -> None:
        async for text in socket:
            hint = json.loads(text).get("hint")
            if hint and self._wanted and hint["item"] == self._wanted[0] and hint["version"] >= self._wanted[1]:
                self._waiting.discard(number)
                if not self._waiting and not self._heard.is_set():
                    self._at = time.perf_counter()
                    self._heard.set()


@contextmanager
def _servers() -> Iterator[tuple[int, int]]:
    """The product and the bare one; gives their ports."""
    from scripts.benchmark.serving import served

    port = free_port()
    with (
        served(REDIS_URL=os.environ["REDIS_URL"]) as ours,
        tempfile.TemporaryDirectory(prefix="baton-bench-") as folder,
    ):
        command = [sys.executable, "-m", "scripts.benchmark.bare", str(port)]
        bare = Program("bare", command, Path(folder), os.environ)
        bare.start()
        try:
            bare.ready(lambda: answers(port))
            yield ours, port
        finally:
            bare.stop(signal.SIGINT)


def _measure(rounds: int) -> dict[str, float]:
    from scripts.benchmark import bare, diagrams, product
    from tasks_inbox import commands
    from workflows import nudge

    product.register_handler()
    committed: list[float] = []
    post = nudge._post

    def noted(names: Any, message: Any) -> None:
        committed.append(time.perf_counter())
        post(names, message)

    nudge._post = noted
    sessions, ears = _colleagues(), Ears()
    instance = product.start(diagrams.APPROVE, Samples())
    (item,) = product.open_items(instance)
    ours, plain, version = Samples(), Samples(), 1
    with _servers() as (port, other):
        ears.open(f"ws://127.0.0.1:{port}/ws/live/", sessions, {"join": [LIST]})
        ears.open(f"ws://127.0.0.1:{other}/ws/", sessions, None)
        for number in range(rounds):
            act = commands.release_work_item if number % 2 else commands.claim_work_item
            version += 1
            ears.listen_for(str(item), version, 0)
            committed.clear()
            act(actor=product.clerk(), work_item_id=item)
            ours.seconds.append(ears.heard_at() - committed[0])
            time.sleep(PAUSE_SECONDS)
            hint = {"list": LIST, "item": str(item), "version": version, "by": product.clerk().display_name}
            ears.listen_for(str(item), version, SCREENS)
            began = time.perf_counter()
            post([bare.GROUP], {"type": bare.KIND, "hint": hint})
            plain.seconds.append(ears.heard_at() - began)
            time.sleep(PAUSE_SECONDS)
    return {
        "fan-outs of each kind": rounds,
        "commit to the last of 50 screens, p50, ms": ours.p50_ms,
        P99: ours.p99_ms,
        "bare Channels fan-out, p50, ms": plain.p50_ms,
        "bare Channels fan-out, p99, ms": plain.p99_ms,
        RATIO_P50: ours.p50_ms / plain.p50_ms,
        RATIO_P99: ours.p99_ms / plain.p99_ms,
    }


def _colleagues() -> list[str]:
    """Fifty people with the clerk's role, and a login of each."""
    from accounts.models import RoleAssignment, User
    from scripts.benchmark import diagrams, product
    from scripts.benchmark.serving import session_of

    unit, sessions = product.clerk().org_unit, []
    for number in range(SCREENS):
        person = User.objects.create(username=f"benchmark.{number:02}", org_unit=unit)
        RoleAssignment.objects.create(user=person, role_id=diagrams.GROUP, unit=unit)
        sessions.append(session_of(person))
    return sessions


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measure(int(sys.argv[1]))))
