"""Let the demo company live for a while: customers and staff act through the product's own commands."""

from __future__ import annotations

import math
import random
import secrets
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import clock
from config.demo.acts.deeds import Deed
from config.demo.company import demo_people
from config.demo.letters import no_letters
from config.demo.simulation import Simulation, Tally

MOST_ACTS_A_MINUTE = 600
MOST_MINUTES = 24 * 60
NO_COMPANY = "There is no demo company in this database: make one with manage.py demo, in an empty database."


class Command(BaseCommand):
    help = (
        "Play customers and staff of the demo company: N acts a minute for M minutes. An act is one command carried "
        "out for one demo login; what it sets off (deliveries, effects, timers, reminders) is carried out with it. "
        "Works beside a running server, whose open screens follow, and without one. Ctrl-C ends it."
    )

    stealth_options = ("wait",)  # tests let a driven clock pass instead of sleeping

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rate", type=_between(0, MOST_ACTS_A_MINUTE), default=12.0,
            help=f"acts a minute, more than 0, at most {MOST_ACTS_A_MINUTE} (default 12)",
        )  # fmt: skip
        parser.add_argument(
            "--minutes", type=_between(0, MOST_MINUTES), default=10.0,
            help=f"how long, in minutes of wall time, more than 0, at most {MOST_MINUTES} (default 10)",
        )  # fmt: skip
        parser.add_argument(
            "--seed", type=int, help="the same seed on the same data acts the same (default: another each time)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not demo_people():
            raise CommandError(NO_COMPANY)
        seed = options["seed"] if options["seed"] is not None else secrets.randbelow(1_000_000)
        self._say(f"{options['rate']:g} acts a minute for {options['minutes']:g} minutes, seed {seed}; Ctrl-C ends it.")
        simulation = Simulation(
            rate=options["rate"],
            minutes=options["minutes"],
            chance=random.Random(seed),  # noqa: S311 - a play, the same for the same seed
            wait=options.get("wait") or time.sleep,
            tell=self._tell,
        )
        with no_letters():
            tally = simulation.run()
        self._sum_up(tally)

    def _tell(self, deed: Deed) -> None:
        self._say(f"{timezone.localtime(clock.now()):%H:%M:%S}  {deed}")

    def _sum_up(self, tally: Tally) -> None:
        people = ", ".join(f"{name} {count}" for name, count in sorted(tally.by_person.items()))
        self._say(
            f"{'Stopped after' if tally.stopped else 'Done:'} {tally.deeds} acts of {tally.planned} planned; "
            f"{tally.refused} came too late for somebody else's, {tally.idle} beats had nothing to do, "
            f"{tally.late} were skipped to keep the pace."
        )
        if people:
            self._say(people)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _between(least: float, most: float) -> Callable[[str], float]:
    """Reads a number above ``least`` and not above ``most``."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ArgumentTypeError(f"“{text}” is not a number") from None
        if not math.isfinite(value) or not least < value <= most:
            raise ArgumentTypeError(f"{text} is not more than {least:g} and at most {most:g}")
        return value

    return read
