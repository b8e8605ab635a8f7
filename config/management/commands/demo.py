"""Make the demo company."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from config import clock
from config.clock import DrivenClock, use_clock
from config.demo import customers, logins, people
from config.demo.story import Story

WEEKS = timedelta(days=12)
SILENT = "django.core.mail.backends.dummy.EmailBackend"


class Command(BaseCommand):
    help = "Make the demo company: people, customers with two years of orders, and work in every inbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are people already")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            if not options["if_empty"]:
                self.stderr.write("There are people already; the demo company needs an empty database.")
            return
        began = time.monotonic()
        settings.EMAIL_BACKEND = SILENT  # letters of the past are on record and need no postman
        now = clock.now()
        with use_clock(DrivenClock(now - WEEKS)) as driven:
            assert isinstance(driven, DrivenClock)
            hashes = logins.make_passwords([person.username for person in people.PEOPLE])
            company = people.enter_company(hashes)
            self._say(f"{len(company)} people in {len(people.PLACES)} units")
            customers.take_in(driven.now().date(), self._say)
            Story(company, driven, self._say).tell(now)
        self._say(f"made in {time.monotonic() - began:.0f} s")

    def _say(self, text: str) -> None:
        self.stdout.write(f"    {text}")
        self.stdout.flush()
