"""A person at a browser, without the browser: logs in through the form, asks the API, listens on the socket."""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.production.prepare import PASSWORD

LISTS = ["inbox:mine", "inbox:groups"]
HANDLED = 30.0


class Refused(AssertionError):
    """The server answered with an error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:2000]}")
        self.status = status


class Broken(AssertionError):
    """The connection broke before an answer came."""


class Screen:
    """One person's session; ``port`` says at which web process."""

    def __init__(self, username: str, port: int) -> None:
        self.port = port
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._ask("GET", "/accounts/login/")
        form = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": self._cookie("csrftoken")}
        self._ask("POST", "/accounts/login/", urllib.parse.urlencode(form).encode())
        assert self._cookie("sessionid"), f"{username} could not log in"

    def at(self, port: int) -> Screen:
        """The same session at another web process."""
        other = Screen.__new__(Screen)
        other.port, other._cookies, other._opener = port, self._cookies, self._opener
        return other

    def get(self, path: str) -> Any:
        """What the API says."""
        return json.loads(self._ask("GET", path))

    def post(self, path: str, body: Any) -> Any:
        """Have the API do something. Raises Refused, or Broken when the server died of it."""
        return json.loads(self._ask("POST", path, json.dumps(body).encode(), "application/json"))

    def start(self, process: str, number: str) -> str:
        """Start a process; gives the id of the instance."""
        return str(self.post(f"/api/v1/definitions/{process}/start/", {"number": number})["id"])

    def offered(self, number: str, element: str) -> str | None:
        """The id of the task of this business key in one's queues."""
        rows = self.get(f"/api/v1/tasks/?view=groups&number={number}")["results"]
        return next((row["id"] for row in rows if row["element"] == element), None)

    def complete(self, task: str) -> Any:
        """Complete a task."""
        return self.post(f"/api/v1/tasks/{task}/complete/", {"answers": {}})

    @contextlib.contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """An open screen: it has had its first beat."""
        origin = f"http://127.0.0.1:{self.port}"
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)
        address = f"ws://127.0.0.1:{self.port}/ws/live/"
        with connect(address, additional_headers={"Cookie": cookies, "Origin": origin}, open_timeout=20) as opened:
            opened.send(json.dumps({"join": LISTS}))
            beat(opened)
            yield opened

    def _cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self._cookies if cookie.name == name), "")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> str:
        address = f"http://127.0.0.1:{self.port}"
        headers = {"X-CSRFToken": self._cookie("csrftoken"), "Origin": address, "Referer": address + path}
        if kind:
            headers["Content-Type"] = kind
        request = urllib.request.Request(address + path, data=body, method=method, headers=headers)
        try:
            with self._opener.open(request, timeout=HANDLED) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Refused(refusal.code, refusal.read().decode(errors="replace")) from None
        except (http.client.HTTPException, OSError) as broken:
            raise Broken(str(broken)) from broken


def beat(socket: ClientConnection, seconds: float = 20.0) -> dict[str, str]:
    """The next beat: how the lists should look."""
    return dict(_next(socket, "beat", seconds))


def hint(socket: ClientConnection, item: str, seconds: float) -> dict[str, Any]:
    """The hint about this item; fails when it does not come in time."""
    until = time.monotonic() + seconds
    while True:
        found = dict(_next(socket, "hint", max(until - time.monotonic(), 0)))
        if found["item"] == item:
            return found


def _next(socket: ClientConnection, kind: str, seconds: float) -> Any:
    until = time.monotonic() + seconds
    while True:
        try:
            message = json.loads(socket.recv(timeout=max(until - time.monotonic(), 0)))
        except TimeoutError:
            raise AssertionError(f"no {kind} within {seconds:.1f} s") from None
        if kind in message:
            return message[kind]
