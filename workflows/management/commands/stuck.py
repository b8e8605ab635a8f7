"""Tells whether anything is stuck or late, for operators and for whatever watches the installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from workflows.stuck import report


class Command(BaseCommand):
    help = "Look for processes that do not move and work that is late; exit 0 when there is none, 1 when there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the whole report as one object")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        found = report()
        if json:
            self.stdout.write(orjson.dumps(found.to_json()).decode())
        else:
            for row in found.stuck:
                self.stdout.write(
                    f"stuck since {row.moved_at:%Y-%m-%d %H:%M:%S} {row.process_key} {row.number} {row.id}"
                )
            self.stdout.write(
                f"stuck {found.stuck_number} of {found.live}; late: {found.overdue_timers.number} timers,"
                f" {found.overdue_starts.number} start timers, {found.overdue_deliveries.number} deliveries,"
                f" {found.overdue_effects.number} effects; given up: {found.failed_deliveries} deliveries;"
                f" locks held long: {found.locks.held_long}; open incidents: {found.open_incidents}"
            )
        if not found.is_healthy:
            raise SystemExit(1)
