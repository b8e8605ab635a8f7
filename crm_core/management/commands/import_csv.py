"""Import rows of another system: `manage.py import_csv KIND FILE --map MAP.toml`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import NobodyThere
from accounts.models import User
from accounts.queries import person_of
from crm_core.exceptions import NotPermitted
from crm_core.imports.commands import KINDS, import_prepared, prepare_import
from crm_core.imports.mapping import read_map
from crm_core.imports.problems import ImportRefused

REFUSED = 2
SHOWN = 200


class Command(BaseCommand):
    help = (
        "Import customers, contacts, products, orders or employees, all rows or none. Exit status: 0 done, 2 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, required=True, help="TOML: columns, constants, values, lines")
        parser.add_argument("--dry-run", action="store_true", help="only check")
        parser.add_argument("--as", dest="person", default="", metavar="USERNAME", help="who imports (default: system)")

    def handle(self, *args: Any, **options: Any) -> None:
        kind: str = options["kind"]
        try:
            how = read_map(kind, self._text(options["map"]))
            prepared = prepare_import(kind, self._existing(options["file"]), how, progress=self._progress)
            if not options["dry_run"]:
                import_prepared(actor=self._actor(options["person"]), prepared=prepared)
        except ImportRefused as refusal:
            self._report(refusal)
            sys.exit(REFUSED)
        except NotPermitted as refusal:
            raise CommandError(str(refusal)) from refusal
        lines = f" with {prepared.lines} lines" if prepared.lines else ""
        done = "could be imported" if options["dry_run"] else "imported"
        self.stdout.write(f"{prepared.rows} {kind}{lines} {done}.")

    def _progress(self, step: str, count: int) -> None:
        self.stderr.write(f"  {count} rows {step} ...")

    def _report(self, refusal: ImportRefused) -> None:
        for problem in refusal.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if len(refusal.problems) > SHOWN:
            self.stderr.write(f"... and {len(refusal.problems) - SHOWN} more")
        self.stderr.write(f"{len(refusal.problems)} problems: nothing was imported.")

    def _existing(self, path: Path) -> Path:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        return path

    def _text(self, path: Path) -> str:
        try:
            return self._existing(path).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CommandError(f"The map {path} is not UTF-8 text.") from error

    def _actor(self, username: str) -> User | None:
        try:
            return person_of(username) if username else None
        except NobodyThere as error:
            raise CommandError(f"There is no person {username}.") from error
