"""Replay real instances through a draft: `manage.py rehearse PROCESS FILES... [--last N] [--json]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import deploying
from workflows.exceptions import DeploymentRefused
from workflows.rehearsing import Rehearsed, Report, rehearse_files, report_data

STALLS = 2


class Command(BaseCommand):
    help = (
        "Replay the last instances of a process through a draft that is not deployed; nothing is written. "
        "Exit status: 0 none stalls, 2 some do, or the draft cannot run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", help="the key of the process")
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="the draft's diagram, or its folder")
        parser.add_argument("--last", type=int, default=100, metavar="N", help="how many instances (at most 1,000)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = deploying.read_paths(options["paths"])
            report = rehearse_files(actor=None, process_key=options["process"], files=files, last=options["last"])
        except DeploymentRefused as refusal:
            raise CommandError(str(refusal), returncode=STALLS) from refusal
        self._print_json(report) if options["json"] else self._print(report)
        if report.count(Rehearsed.STALLS):
            sys.exit(STALLS)

    def _print_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(report_data(report), ensure_ascii=False))

    def _print(self, report: Report) -> None:
        counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Rehearsed)
        self.stdout.write(f"{report.process_key}: {len(report.results)} replayed in {report.seconds:.1f} s; {counts}")
        self.stdout.write(f"  took {report.mean_took}, would take {report.mean_would_take} (mean)")
        for result in report.results:
            if result.outcome is Rehearsed.DIFFERENT:
                here, there = result.expected or "the end", result.element or "the end"
                self.stdout.write(f"  {result.number or result.instance_id}: {there} instead of {here}")
            elif result.outcome is Rehearsed.STALLS:
                why = f"{result.stall.value if result.stall else ''} {result.text}".strip()
                self.stdout.write(f"  {result.number or result.instance_id}: stalls at {result.element or '-'}: {why}")
