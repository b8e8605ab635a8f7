"""Proves that the history is as it was written, or names what is altered, missing, erased or not yet signed."""

from __future__ import annotations

import sys
import time as clocks
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime

from workflows.sealing.findings import Finding, Report
from workflows.sealing.verifying import verify

EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Check the chain of every process's history, the seals over it and the archive. Exit 0: whole (erased by order"
        " and not signed yet are no damage); 2: something is altered or missing; 1: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="only what has moved or was sealed since this day or moment")
        parser.add_argument("--instance", help="only this process instance")
        parser.add_argument("--json", action="store_true", help="one object a line, the sums last")
        parser.add_argument(
            "--progress", action="store_true", help="say on stderr how far it is, also without a screen"
        )

    def handle(self, *args: Any, since: str | None, instance: str | None, json: bool, **options: Any) -> None:
        watch = self._progress() if options["progress"] or sys.stderr.isatty() else lambda report: None

        def tell(finding: Finding) -> None:
            self.stdout.write(orjson.dumps(finding.to_json()).decode() if json else _sentence(finding))

        report = verify(since=moment(since), instance=_id(instance), tell=tell, watch=watch)
        sums = report.to_json()
        if json:
            self.stdout.write(orjson.dumps(sums).decode())
        else:
            self.stdout.write(
                f"{'whole' if report.is_whole else 'NOT WHOLE'}: {report.instances} instances, {report.events} events,"
                f" {report.seals} seals, {report.segments} archive segments; altered {sums['altered']},"
                f" missing {sums['missing']}, erased {sums['erased']}, unsigned {sums['unsigned']}"
            )
        if not report.is_whole:
            raise SystemExit(2)

    def _progress(self) -> Callable[[Report], None]:
        """Every two seconds: how many events were looked at, and how fast it goes."""
        begun = said = clocks.monotonic()

        def watch(report: Report) -> None:
            nonlocal said
            now = clocks.monotonic()
            if now - said >= EVERY_SECONDS:
                said = now
                self.stderr.write(f"{report.events} events, {report.events / (now - begun):.0f}/s")

        return watch


def _sentence(finding: Finding) -> str:
    about = ""
    if finding.instance is not None:
        events = f"event {finding.first}" if finding.first == finding.last else f"events {finding.first}-{finding.last}"
        about = f" instance {finding.instance} {events}"
    elif finding.seal is not None:
        about = f" seal {finding.seal}"
    elif finding.segment is not None:
        about = f" segment {finding.segment}"
    return f"{finding.fault.value}{about}: {finding.detail}"


def moment(text: str | None) -> datetime | None:
    """A moment from a day or ISO text, UTC without a zone. Raises CommandError."""
    if text is None:
        return None
    try:
        found = parse_datetime(text)
        day = parse_date(text) if found is None else None
    except ValueError:
        found = day = None
    if found is None and day is not None:
        found = datetime.combine(day, time())
    if found is None:
        raise CommandError(f"{text!r} is neither a day nor a moment")
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _id(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id of an instance") from None
