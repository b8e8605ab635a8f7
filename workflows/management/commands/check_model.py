"""Check model files without deploying them: `manage.py check_model FILE... [--json] [--standalone]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bpmn.checking import Finding, is_refused
from bpmn.checking.sentences import sentence
from workflows import deploying
from workflows.exceptions import DeploymentRefused
from workflows.model_check import check_each

REFUSED = 2


class Command(BaseCommand):
    help = (
        "Print the findings of the deploy check, file by file. Exit status: 0 no file has an error, 2 one has. "
        "Nothing is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="BPMN, DMN and form files, or folders")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, a line for each file")
        parser.add_argument(
            "--standalone",
            action="store_true",
            help="report handlers, forms, decisions and call targets that are not in the given files as notices",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = deploying.read_given(options["files"])
        except DeploymentRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        known = deploying.standalone_catalogue() if options["standalone"] else deploying.catalogue()
        refused = False
        for file, findings in check_each(files, known):
            refused |= is_refused(findings)
            self._print_json(file, findings) if options["json"] else self._print(file, findings)
        if refused:
            sys.exit(REFUSED)

    def _print(self, file: str, findings: list[Finding]) -> None:
        self.stdout.write(f"{file}: {'refused' if is_refused(findings) else 'ok'}")
        for finding in findings:
            self.stdout.write(f"  {finding.line}: {finding.severity.value}: {sentence(finding)} [{finding.code}]")

    def _print_json(self, file: str, findings: list[Finding]) -> None:
        entries = [deploying.finding_data(finding) for finding in findings]
        for entry in entries:
            del entry["file"]
        data = {"file": file, "ok": not is_refused(findings), "findings": entries}
        self.stdout.write(json.dumps(data, ensure_ascii=False))
