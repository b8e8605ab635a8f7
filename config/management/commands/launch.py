"""Prepare the database and serve: what scripts/start runs once packages and front end are there."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from config import preparing


class Command(BaseCommand):
    help = "Prepare the database and the demo company, then serve Baton on one port."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--setup", action="store_true", help="prepare without serving")
        parser.add_argument("--fresh", action="store_true", help="delete the embedded database first")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty company empty")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._launch(options)
        except CommandError as refusal:
            self._end(str(refusal))
        except (DatabaseError, OSError) as error:
            if not preparing.is_out_of_space(error):
                raise
            self._end(f"The disk is full: free some space near {preparing.data_folder()} and start again.")

    def _launch(self, options: dict[str, Any]) -> None:
        with preparing.alone(lambda: self.stdout.write("  Waiting for another start that prepares the same data ...")):
            prepared = self._prepare(**options)
        if options["setup"]:
            self.stdout.write("Ready. Run scripts/start to serve.")
            return
        serve = ["--host", options["host"], "--port", str(options["port"])]
        serve += [] if options["no_demo"] else ["--show-logins"]
        if prepared:
            self._serve_in_a_new_process(serve)
        call_command("serve", *serve)

    def _prepare(self, *, fresh: bool, no_demo: bool, **_others: Any) -> bool:
        """Make everything ready; whether that was much work."""
        if fresh:
            with self._step("Deleting the old data"):
                preparing.begin_anew()
        changed = preparing.prepare_database(self._step)
        if preparing.has_half_a_demo():
            self.stdout.write("  The demo company was not finished last time.")
            preparing.begin_anew()
            changed = preparing.prepare_database(self._step)
        made = not no_demo and preparing.make_demo(self._long_step)
        return changed or made

    def _serve_in_a_new_process(self, serve: list[str]) -> None:
        """Take this process over, so that the memory the preparations took is given back."""
        connection.close()
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, sys.argv[0], "serve", *serve])  # noqa: S606 - this very program

    @contextlib.contextmanager
    def _step(self, title: str) -> Iterator[None]:
        """Say what is done and how long it took, on one line."""
        began = time.monotonic()
        self.stdout.write(f"  {title} ... ", ending="")
        self.stdout.flush()
        yield
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    @contextlib.contextmanager
    def _long_step(self, title: str) -> Iterator[None]:
        """The same for what has something to say meanwhile."""
        began = time.monotonic()
        self.stdout.write(f"  {title} ...")
        self.stdout.flush()
        yield
        self.stdout.write(f"  done in {time.monotonic() - began:.1f} s")

    def _end(self, reason: str) -> None:
        self.stderr.write(f"\n{reason}")
        sys.exit(1)
