"""Make the demo company."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from accounts.models import User
from config import clock
from config.clock import DrivenClock, use_clock
from config.demo import customers, logins, people, story
from config.demo.letters import no_letters

SEED = 20_260_105
FEWEST = 60


class Command(BaseCommand):
    help = "Make the demo company: people, customers with two years of orders, and work in every inbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are people already")
        parser.add_argument("--customers", type=int, default=customers.CUSTOMERS, help="how many (default %(default)s)")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed makes another company")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            if not options["if_empty"]:
                self.stderr.write("There are people already; the demo company needs an empty database.")
            return
        began = time.monotonic()
        with no_letters():
            self._make(max(options["customers"], FEWEST), options["seed"])
        self._say(f"made in {time.monotonic() - began:.0f} s")

    def _make(self, count: int, seed: int) -> None:
        now = clock.now()
        _wait_for_disk(False)
        with use_clock(DrivenClock(now - story.LENGTH)) as driven:
            assert isinstance(driven, DrivenClock)
            hashes = logins.make_passwords([person.username for person in people.PEOPLE])
            company = people.enter_company(hashes)
            self._say(f"{len(company)} people in {len(people.PLACES)} units")
            buys = customers.take_in(now.date(), count, seed, self._say)
            story.tell(company, buys, driven, until=now, seed=seed, say=self._say)
        _wait_for_disk(True)

    def _say(self, text: str) -> None:
        self.stdout.write(f"    {text}")
        self.stdout.flush()


def _wait_for_disk(wanted: bool) -> None:
    """Whether each commit waits for the disk: hundreds need not, the last one makes them all durable."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {'on' if wanted else 'off'}")
        if wanted:
            cursor.execute("SELECT pg_current_xact_id()")  # a transaction of its own to wait for
