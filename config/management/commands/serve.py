"""Serve the product from one process: pages, sockets and, in the embedded default, jobs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

GRACE_SECONDS = 3


class Command(BaseCommand):
    help = "Serve Baton on one port."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--show-logins", action="store_true", help="print the demo logins")

    def handle(self, *args: Any, **options: Any) -> None:
        address = f"http://{'localhost' if options['host'] == '127.0.0.1' else options['host']}:{options['port']}"
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else WhiteNoise warns at every start
        if options["show_logins"]:
            self._show_logins()
        self.stdout.write(f"\nBaton is running at {address}  (Ctrl-C stops it)")
        uvicorn.run(
            "config.asgi:application",
            host=options["host"],
            port=options["port"],
            ws="websockets-sansio",
            lifespan="on",
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )

    def _show_logins(self) -> None:
        from config.demo.logins import stored_logins

        for line in stored_logins():
            self.stdout.write(f"  {line}")
