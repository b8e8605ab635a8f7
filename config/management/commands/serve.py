"""Serve the product from one process: pages, sockets and, in the embedded default, jobs."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import embedded_postgres
from config.garbage import keep_what_is_loaded

GRACE_SECONDS = 2  # for requests under way
SWITCH_SECONDS = 0.0005
"""A thread that computes a page lets the others go on after so long. A hint to fifty screens is fifty turns of the
loop: with Python's own five milliseconds each of them would wait that long."""
WARM_SECONDS = 30.0
"""By then the first requests have loaded what requests need: templates, texts, definitions."""
LAST_SECONDS = 3.0  # then whatever still runs is left behind: everything is gone within five


class Command(BaseCommand):
    help = "Serve Baton on one port."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--show-logins", action="store_true", help="print the demo logins")

    def handle(self, *args: Any, **options: Any) -> None:
        listener = listen(options["host"], options["port"])
        sys.setswitchinterval(SWITCH_SECONDS)
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else WhiteNoise warns at every start
        if options["show_logins"]:
            self._show_logins()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what comes after the server's own tidy end
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # a closed terminal, unless started by nohup
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
        with contextlib.suppress(KeyboardInterrupt):
            Server(self._configuration(), lambda: self._announce(options)).run([listener])

    def _configuration(self) -> uvicorn.Config:
        return uvicorn.Config(
            "config.asgi:application",
            ws="websockets-sansio",
            lifespan="on",
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )

    def _announce(self, options: dict[str, Any]) -> None:
        keep_what_is_loaded()
        again = threading.Timer(WARM_SECONDS, keep_what_is_loaded)
        again.daemon = True
        again.start()
        name = "localhost" if options["host"] == "127.0.0.1" else options["host"]
        shown = f"[{name}]" if ":" in name else name
        self.stdout.write(f"\nBaton is running at http://{shown}:{options['port']}  (Ctrl-C stops it)")
        self.stdout.flush()

    def _show_logins(self) -> None:
        from config.demo.logins import stored_logins

        for line in stored_logins():
            self.stdout.write(f"  {line}")


class Server(uvicorn.Server):
    """Says when it answers, and ends in time whatever a request or a job is still at."""

    def __init__(self, configuration: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(configuration)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if not self.should_exit:
            ending = threading.Timer(LAST_SECONDS, _leave_the_rest_behind)
            ending.daemon = True
            ending.start()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """The socket people will connect to. Raises CommandError where it cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken by another program" if taken else f"cannot be used ({error.strerror})"
        raise CommandError(f"Port {port} on {host} {reason}: choose another one with --port.") from error
    return listener


def _leave_the_rest_behind() -> None:
    embedded_postgres.leave_all()
    os._exit(0)
