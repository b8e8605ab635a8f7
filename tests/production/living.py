"""A screen that stays open: what frontend/src/live.ts does with hints, beats and broken connections, without a browser.

Waits and rules are the browser's own (`live-connection.ts`, `refetcher.ts`); where those change, this has to.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.parse
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

FIRST_WAIT, LONGEST_WAIT, SILENCE = 0.5, 30.0, 40.0
GATHER, APART = 0.08, 0.35
FIRST_BEAT = 0.6
ANSWER_SECONDS = 15.0
MOST_COUNTED = 99


class LoginEnded(AssertionError):
    """The server did not know the session."""


@dataclass
class List:
    """A live list as it is shown: versions by row in their order."""

    url: str
    fingerprint: str
    more: bool
    rows: dict[str, int] = field(default_factory=dict)


@dataclass
class Shown:
    """What a page or partial shows that is live."""

    lists: dict[str, List] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Finds lists, rows and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self._list: List | None = None
        self._count = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A list begins, or a row of the last one, or a badge."""
        found = {name: value or "" for name, value in attrs}
        if name := found.get("data-live-list"):
            self._list = List(found["data-live-url"], found["data-fingerprint"], "data-more" in found)
            self.shown.lists[name] = self._list
        if self._list is not None and (item := found.get("data-live-item")):
            self._list.rows[item] = int(found["data-version"])
        self._count = found.get("data-count", "")

    def handle_data(self, data: str) -> None:
        """What stands in a badge."""
        if self._count and data.strip():
            self.shown.counts[self._count] = counted(data.strip())
            self._count = ""


def counted(value: Any) -> int:
    """A count as its badge shows it: 100 stands for more than 99."""
    return min(int(str(value).rstrip("+")) + str(value).endswith("+"), MOST_COUNTED + 1)


def read(html: str) -> Shown:
    """What is live in this page."""
    reader = _Reader()
    reader.feed(html)
    return reader.shown


class Refetcher:
    """Hints are gathered, never two fetches at once, none forgotten."""

    def __init__(self, fetch: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._fetch, self._last = fetch, -APART
        self._task: asyncio.Task[None] | None = None
        self._running = self._again = False

    def ask(self) -> None:
        """Something changed: fetch soon, or once more after the fetch that is under way."""
        if self._running:
            self._again = True
        elif self._task is None:
            self._task = asyncio.create_task(self._go())

    @property
    def is_busy(self) -> bool:
        """Whether a fetch is under way or will be."""
        return self._task is not None or self._running

    def drop(self) -> None:
        """The page is left."""
        if self._task is not None:
            self._task.cancel()

    async def _go(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(GATHER, self._last + APART - loop.time()))
        self._running = True
        try:
            await self._fetch()
        finally:
            self._running, self._task, self._last = False, None, loop.time()
            if self._again:
                self._again = False
                self.ask()


class LivingScreen:
    """One person's open page; each request and each connection goes to one of the web processes by chance."""

    def __init__(  # noqa: PLR0913 - what a browser knows
        self,
        session: str,
        ports: list[int],
        address: str,
        *,
        chance: Random,
        pool: ThreadPoolExecutor,
        pages: int = 1,
    ) -> None:
        self.address = address
        self.heard: Counter[str] = Counter()
        self._session, self._ports, self._chance, self._pool, self._pages = session, ports, chance, pool, pages
        self._shown = Shown()
        self._refetchers: dict[str, Refetcher] = {}
        self._beaten: set[str] = set()
        self._socket: ClientConnection | None = None
        self._awake = asyncio.Event()
        self._awake.set()
        self._life: asyncio.Task[None] | None = None
        self._times = 0
        self._opening = asyncio.Lock()

    async def open(self, address: str = "") -> None:
        """Load the page, as a person who goes there: once more when the server does not answer."""
        if self._opening.locked():
            return
        async with self._opening:
            await self._go_to(address or self.address)

    async def _go_to(self, address: str) -> None:
        await self.close()
        self.address = address
        while True:
            try:
                self._shown = await self._load()
                break
            except (OSError, http.client.HTTPException):
                await asyncio.sleep(FIRST_WAIT)
        self._refetchers, self._times = {}, 0
        self._life = asyncio.create_task(self._live())

    async def close(self) -> None:
        """Leave the page."""
        for refetcher in self._refetchers.values():
            refetcher.drop()
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)

    def break_connection(self) -> None:
        """The network is gone without a goodbye."""
        if self._socket is not None:
            self.heard["broken"] += 1
            self._socket.transport.abort()

    async def sleep(self, seconds: float) -> None:
        """The computer sleeps: nothing is processed meanwhile."""
        self.heard["slept"] += 1
        self._awake.clear()
        await asyncio.sleep(seconds)
        self._awake.set()

    async def stale(self) -> list[str]:
        """What this screen shows wrong, when nothing changes any more: rows and counts."""
        truth, wrong = await self._load(), []
        for name, shown in self._shown.lists.items():
            real = (truth.lists.get(name) or (await self._fetched(shown.url)).lists[name]).rows
            if shown.rows != real:
                wrong += [f"{name}: {item}" for item in set(shown.rows.items()) ^ set(real.items())]
            elif list(shown.rows) != list(real):
                wrong.append(f"{name}: order")
        wrong += [
            f"{name}: {count} for {truth.counts[name]}"
            for name, count in self._shown.counts.items()
            if name in truth.counts and count != truth.counts[name]
        ]
        return wrong

    @property
    def rows(self) -> int:
        """How many rows are shown."""
        return sum(len(each.rows) for each in self._shown.lists.values())

    @property
    def is_connected(self) -> bool:
        """Whether its socket is open and has joined the lists."""
        return self._socket is not None

    @property
    def is_busy(self) -> bool:
        """Whether a list is being fetched, or will be in a moment."""
        return any(refetcher.is_busy for refetcher in self._refetchers.values())

    async def told_how_it_looks(self, seconds: float) -> None:
        """Come back after the next beat that speaks of all lists, and what it leads to."""
        self._beaten.clear()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self.is_busy or not self._beaten >= set(self._shown.lists):
            assert self._life is not None
            if self._life.done():
                self._life.result()  # what its connection was refused with
            assert loop.time() < until, f"{self.address} waits: {self}"
            await asyncio.sleep(0.05)

    def __str__(self) -> str:
        unheard = sorted(set(self._shown.lists) - self._beaten)
        return f"connected {self.is_connected}, busy {self.is_busy}, awake {self._awake.is_set()}, unheard {unheard}"

    # --- the connection ---

    async def _live(self) -> None:
        attempt = 0
        while True:
            try:
                async with self._connected() as socket:
                    attempt = 0
                    await self._use(socket)
            except (OSError, TimeoutError, WebSocketException):
                self.heard["lost"] += 1
            finally:
                self._socket = None
            longest = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
            attempt += 1
            await asyncio.sleep(longest * (0.5 + self._chance.random() / 2))

    def _connected(self) -> connect:
        port = self._chance.choice(self._ports)
        headers = {"Cookie": f"sessionid={self._session}"}
        origin: Any = f"http://127.0.0.1:{port}"
        address = f"ws://127.0.0.1:{port}/ws/live/"
        return connect(address, additional_headers=headers, origin=origin, open_timeout=10, close_timeout=0.2)

    async def _use(self, socket: ClientConnection) -> None:
        self._socket = socket
        await socket.send(json.dumps({"join": list(self._shown.lists)}))
        self._came(again=self._times > 0)
        self._times += 1
        while True:
            async with asyncio.timeout(SILENCE):
                message = json.loads(await socket.recv())
            await self._awake.wait()
            self._take(message)

    def _came(self, *, again: bool) -> None:
        if again:
            for name in self._shown.lists:
                self._refresh(name)
            return
        self._beaten.clear()
        asyncio.get_running_loop().call_later(FIRST_BEAT, self._refresh_unbeaten)

    def _refresh_unbeaten(self) -> None:
        for name in set(self._shown.lists) - self._beaten:
            self._refresh(name)

    def _take(self, message: Mapping[str, Any]) -> None:
        assert message.get("closed") not in {"session", "logout"}, message
        if hint := message.get("hint"):
            self._hinted(hint)
        for name, fingerprint in message.get("beat", {}).items():
            self._beaten.add(name)
            shown = self._shown.lists.get(name)
            if shown is not None and shown.fingerprint != fingerprint:
                self.heard["repaired"] += 1
                self._refresh(name)
        for name, count in message.get("counts", {}).items():
            self._shown.counts[name] = counted(count)

    def _hinted(self, hint: Mapping[str, Any]) -> None:
        self.heard["hints"] += 1
        shown = self._shown.lists.get(hint["list"])
        if shown is not None and shown.rows.get(hint["item"], -1) < hint["version"]:
            self._refresh(hint["list"])

    # --- fetching ---

    def _refresh(self, name: str) -> None:
        if name not in self._refetchers:
            shown = self._shown
            self._refetchers[name] = Refetcher(lambda: self._fetch(shown, name))
        self._refetchers[name].ask()

    async def _fetch(self, shown: Shown, name: str) -> None:
        """A list of this page anew; another page that was gone to meanwhile gets nothing of it."""
        try:
            fresh = (await self._fetched(shown.lists[name].url)).lists.get(name)
        except (OSError, http.client.HTTPException):
            return  # the next beat asks again
        await self._awake.wait()
        self.heard["fetched"] += 1
        if fresh is not None:
            shown.lists[name] = fresh

    async def _load(self) -> Shown:
        shown = await self._fetched(self.address, partial=False)
        for number in range(2, self._pages + 1):  # scrolled down to
            (first, *_rest) = shown.lists.values()
            shown.lists |= (await self._fetched(f"{first.url}?page={number}")).lists
        return shown

    async def _fetched(self, address: str, *, partial: bool = True) -> Shown:
        port = self._chance.choice(self._ports)
        loop = asyncio.get_running_loop()
        return read(await loop.run_in_executor(self._pool, self._get, port, address, partial))

    def _get(self, port: int, address: str, partial: bool) -> str:
        headers = {"Cookie": f"sessionid={self._session}"} | ({"HX-Request": "true", "X-Live": "1"} if partial else {})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", urllib.parse.quote(address, safe="/?&=%:"), headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status in {301, 302, 401, 403}:
            raise LoginEnded(f"{address}: {answer.status}")
        if answer.status != 200:  # noqa: PLR2004 - what a browser takes for an answer
            raise http.client.HTTPException(f"{address}: {answer.status}")
        return text
