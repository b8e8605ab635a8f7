"""People under fire: each starts processes and completes tasks over the API, and writes down what was answered."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from scripts.fault_injection.ledger import Entry, Ledger, Told
from scripts.fault_injection.preparing import PASSWORD
from scripts.fault_injection.processes import KEY

PATIENCE = 8.0
PAUSE = 0.05
PER_REQUEST = 15.0
ENOUGH_OPEN = 12
UNDECIDED = {"request-in-progress", "outcome-unknown"}


class Unanswered(Exception):
    """No answer, or one that says that the server is not well."""


class Client(threading.Thread):
    """One person. While ``starting`` is set processes are started; the rest of the time tasks are completed."""

    def __init__(
        self, person: str, ports: Sequence[int], ledger: Ledger, seed: int, *, starting: threading.Event
    ) -> None:
        super().__init__(name=person, daemon=True)
        self.person = person
        self.idle = threading.Event()
        self._ports = list(ports)
        self._ledger = ledger
        self._random = Random(seed)
        self._starting = starting
        self._over = threading.Event()
        self._begun = 0
        self._headers: dict[str, str] = {}

    def log_in(self) -> None:
        """Trade name and password for a token."""
        body = {"username": self.person, "password": PASSWORD, "hours": 1}
        answer = self._ask("POST", "/api/v1/auth/login/", body)[1]
        self._headers = {"Authorization": f"Token {answer['token']}"}

    def end(self) -> None:
        """Go home after the act at hand."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Act until told to end; ``idle`` is set while there is nothing to do."""
        while not self._over.is_set():
            try:
                tasks = self._tasks()
            except Unanswered:
                time.sleep(PAUSE)
                continue
            if self._starting.is_set() and (len(tasks) < ENOUGH_OPEN or self._random.random() < 0.3):
                self._start()
            if tasks:
                self.idle.clear()
                self._complete(self._random.choice(tasks[:ENOUGH_OPEN]))
            elif not self._starting.is_set():
                self.idle.set()
            time.sleep(PAUSE)

    def _tasks(self) -> list[str]:
        rows = self._ask("GET", f"/api/v1/tasks/?view=groups&process={KEY}")[1]["results"]
        rows += self._ask("GET", f"/api/v1/tasks/?view=groups&process={KEY}-child")[1]["results"]
        return [row["id"] for row in rows]

    def _start(self) -> None:
        self._begun += 1
        number = f"{self.person}-{self._begun}"
        body = {"number": number, "variables": {"number": number}}
        told = self._insist(f"/api/v1/definitions/{KEY}/start/", body)
        self._ledger.add(Entry("start", number, self.person, told))

    def _complete(self, task: str) -> None:
        answers = {"amount": self._random.randint(1, 1_000_000)}
        told = self._insist(f"/api/v1/tasks/{task}/complete/", {"answers": answers})
        self._ledger.add(Entry("complete", task, self.person, told, answers))

    def _insist(self, path: str, body: Mapping[str, Any]) -> Told:
        """Ask again with the same key until there is an answer, at either web process, for as long as patience lasts.

        A refusal counts only when no earlier attempt may have done what was asked.
        """
        key, until, attempts = uuid.uuid4().hex, time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            try:
                status, answer = self._ask("POST", path, body, key)
            except Unanswered:
                attempts += 1
                time.sleep(0.2)
                continue
            if status < 400:
                return Told.DONE
            if answer["error"]["code"] in UNDECIDED:
                attempts += 1
                time.sleep(0.5)
                continue
            return Told.UNCLEAR if attempts else Told.REFUSED
        return Told.UNCLEAR

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> tuple[int, Any]:
        """One request at one of the web processes; raises Unanswered."""
        address = f"http://127.0.0.1:{self._random.choice(self._ports)}{path}"
        headers = {**self._headers, "Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PER_REQUEST) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code >= 500 or refusal.code == 429:
                    raise Unanswered from None
                return refusal.code, json.loads(refusal.read())
        except (http.client.HTTPException, OSError, ValueError) as broken:
            raise Unanswered from broken
