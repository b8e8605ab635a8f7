"""The product as a person meets it: pages and acts over HTTP on a kept connection."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Callable
from typing import Any

from scripts.benchmark import diagrams, product
from scripts.benchmark.measuring import Samples
from scripts.benchmark.serving import session_of

FIRST_ROUNDS = 3
FULL_PAGE = 50
TOKEN = "b" * 32
KILOBYTES = "inbox in a browser without a cache, kB compressed"
ASSETS = re.compile(r'<(?:script[^>]*\bsrc|link[^>]*\brel="(?:stylesheet|modulepreload|preload)"[^>]*\bhref)="([^"]+)"')
NARROWED = {
    "my tasks of one process": "/inbox/mine/?q=process:approve-five",
    "my tasks due within a day": "/inbox/mine/?q=due:<1d",
    "my tasks, next best first": "/inbox/mine/?sort=best",
    "my tasks by process": "/inbox/mine/?group=process",
    "my groups, one process": "/inbox/groups/?q=process:approve-five",
    "my groups, a word": "/inbox/groups/?q=order",
    "my groups, newest first": "/inbox/groups/?sort=newest",
}
"""Lists as saved views keep them."""


class Visitor:
    """The clerk's browser: one session, one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": f"sessionid={session_of(product.clerk())}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def get(self, path: str) -> str:
        """A page."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any) -> str:
        """An act."""
        return self._ask("POST", path, json.dumps(body))

    def fetched(self, path: str) -> tuple[int, str]:
        """How many bytes come over the line, compressed, and the text of them."""
        self._connection.request("GET", path, headers=self._headers | {"Accept-Encoding": "gzip"})
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        assert answer.getheader("Content-Encoding") == "gzip", path
        return len(content), gzip.decompress(content).decode()

    def _ask(self, method: str, path: str, body: str | None) -> str:
        more = {"Content-Type": "application/json"} if body is not None else {}
        self._connection.request(method, path, body, self._headers | more)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status in {200, 204}, f"{path}: {answer.status} {text[:300]}"
        return text


def pages(visitor: Visitor, rounds: int) -> dict[str, Samples]:
    """Times of the first page of every view and of some narrowed and sorted lists, each once a round."""
    from tasks_inbox.queries import View

    asked = {str(view): f"/inbox/{view}/" for view in View} | NARROWED
    found = {name: Samples() for name in asked}
    for number in range(rounds + FIRST_ROUNDS):
        for name, path in asked.items():
            with (found[name] if number >= FIRST_ROUNDS else Samples()).one():
                page = visitor.get(path)
            rows = page.count("data-live-item=")
            assert rows == FULL_PAGE or name in NARROWED, (name, rows)
    return found


def first_load(visitor: Visitor) -> dict[str, float]:
    """What a browser without a cache fetches before the inbox is there; nothing where the front end is not built."""
    size, page = visitor.fetched("/inbox/mine/")
    assets = set(ASSETS.findall(page))
    if not assets:
        return {}
    return {KILOBYTES: (size + sum(visitor.fetched(asset)[0] for asset in assets)) / 1000}


def completions(visitor: Visitor, rounds: int, act: Callable[[Any], tuple[str, Any]]) -> Samples:
    """Times of so many completions of first tasks of APPROVE-5; ``act`` gives address and body."""
    found = Samples()
    for number in range(rounds + FIRST_ROUNDS):
        (item,) = product.open_items(product.start(diagrams.APPROVE, Samples()))
        path, body = act(item)
        with (found if number >= FIRST_ROUNDS else Samples()).one():
            visitor.post(path, body)
    return found


def by_api(item: Any) -> tuple[str, Any]:
    """As another program completes a task: carried out before the answer."""
    return f"/api/v1/tasks/{item}/complete/", {"answers": diagrams.ANSWERS}


def by_page(item: Any) -> tuple[str, Any]:
    """As a person does in the inbox: accepted, stored, and carried out when it can no longer be undone."""
    return f"/tasks/{item}/complete/", {"answers": diagrams.ANSWERS}
