"""The outside world: takes letters over HTTP, counts them by idempotency key, and is not always well itself."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

FAILS, HANGS_UP = 0.10, 0.05


class Receiver:
    """A server of this process; ``counts`` tells how often each key came."""

    def __init__(self, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._random = Random(seed)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where letters go."""
        return f"http://127.0.0.1:{self._server.server_port}/letters/"

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, key: str) -> int:
        """Count a letter; the status of the answer, 0 for none."""
        with self._lock:
            self.counts[key] += 1
            fate = self._random.random()
        return 503 if fate < FAILS else 0 if fate < FAILS + HANGS_UP else 200

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status = receiver.take(self.headers["Idempotency-Key"])
                if status:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
