"""Moves ended processes out of the hot tables into compressed archive files."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.archiving import commands, retention
from workflows.exceptions import SigningKeyMissing
from workflows.management.commands.verify_history import moment
from workflows.sealing.commands import seal


class Command(BaseCommand):
    help = "Archive ended processes: those whose retention is over (--due), or all that ended before a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--before", help="processes that ended before this day or moment")
        which.add_argument("--due", action="store_true", help="processes whose retention is over")
        parser.add_argument("--process", default="", help="with --before: only of this process key")
        parser.add_argument("--dry-run", action="store_true", help="say how many there are and do nothing")

    def handle(self, *args: Any, before: str | None, due: bool, process: str, dry_run: bool, **options: Any) -> None:
        limit = moment(before)
        if limit is None and not due:
            raise CommandError("say --before a day or --due")
        roots = retention.due() if limit is None else retention.ended_before(limit, process)
        if dry_run:
            self.stdout.write(f"{roots.count()} families would be archived")
            return
        try:
            seal()
        except SigningKeyMissing as missing:
            raise CommandError(str(missing)) from missing
        families = 0
        for segment in commands.archive_all(roots):
            families += segment.families
            self.stdout.write(f"{segment.file}: {segment.families} families, {segment.events} events")
        self.stdout.write(f"{families} families archived")
