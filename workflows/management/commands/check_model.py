"""Check model files without deploying them: `manage.py check_model FILE... [--json] [--standalone]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from bpmn.checking import Catalogue, Finding, Severity, is_refused
from bpmn.checking.sentences import sentence, suggestion
from workflows import deploying
from workflows.exceptions import DeploymentRefused
from workflows.model_check import check_each

REFUSED = 2


class Command(BaseCommand):
    help = (
        "Print the findings of the deploy check, file by file. Exit status: 0 no file has an error, 2 one has. "
        "Nothing is stored."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="BPMN, DMN and form files, or folders")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, a line for each file")
        parser.add_argument(
            "--standalone",
            action="store_true",
            help="report handlers, forms, decisions and call targets that are not in the given files as notices",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files, unread = _read(options["files"])
        known = deploying.standalone_catalogue() if options["standalone"] else self._catalogue()
        refused = False
        for file, findings in _in_order(files, unread, known):
            refused |= is_refused(findings)
            self._print_json(file, findings) if options["json"] else self._print(file, findings)
        if refused:
            sys.exit(REFUSED)

    def _catalogue(self) -> Catalogue:
        try:
            return deploying.catalogue()
        except DatabaseError:
            self.stderr.write("The database does not answer: roles and deployed processes are not looked at.")
            return deploying.offline_catalogue()

    def _print(self, file: str, findings: list[Finding]) -> None:
        self.stdout.write(f"{file}: {'refused' if is_refused(findings) else 'ok'}")
        for finding in findings:
            words = f"{sentence(finding)} {suggestion(finding)}".rstrip()
            self.stdout.write(f"  {finding.line}: {finding.severity.value}: {words} [{finding.code}]")

    def _print_json(self, file: str, findings: list[Finding]) -> None:
        entries = [deploying.finding_data(finding) for finding in findings]
        for entry in entries:
            del entry["file"]
        data = {"file": file, "ok": not is_refused(findings), "findings": entries}
        self.stdout.write(json.dumps(data, ensure_ascii=False))


def _read(paths: list[Path]) -> tuple[dict[str, bytes], dict[str, Finding]]:
    """The given files by name; of those that cannot be read why not."""
    files: dict[str, bytes] = {}
    unread: dict[str, Finding] = {}
    for path in paths:
        try:
            files |= deploying.read_given([path])
        except DeploymentRefused as refusal:
            unread[str(path)] = Finding(str(path), Severity.ERROR, "file-unreadable", None, 0, {"reason": str(refusal)})
    return files, unread


def _in_order(
    files: dict[str, bytes], unread: dict[str, Finding], known: Catalogue
) -> Iterator[tuple[str, list[Finding]]]:
    for file, finding in unread.items():
        yield file, [finding]
    yield from check_each(files, known)
