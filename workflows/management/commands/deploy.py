"""Deploy diagrams from files: `manage.py deploy PATH|DIR... [--check] [--json]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from bpmn.checking import Finding
from bpmn.checking.sentences import sentence
from bpmn.models import ProcessVersion
from workflows import deploying
from workflows.exceptions import DeploymentRefused

REFUSED = 2


class Command(BaseCommand):
    help = "Check process files as one set and make them live together. Exit status: 0 deployed, 2 refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="diagrams, or folders of them")
        parser.add_argument("--check", action="store_true", help="only check")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--note", default="", help="why, kept with the versions")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = deploying.read_paths(options["paths"])
        except DeploymentRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if not files:
            raise CommandError("There is nothing to deploy in these places.")
        try:
            deployed = self._deploy(files, options["note"], only_check=options["check"])
        except (OperationalError, ProgrammingError) as problem:
            reason = str(problem).partition("\n")[0]
            raise CommandError(f"The database does not answer, or `manage.py migrate` is due: {reason}") from problem
        self._print_json(deployed) if options["json"] else self._print(deployed, checked=options["check"])
        if deployed.is_refused:
            sys.exit(REFUSED)

    def _deploy(self, files: Mapping[str, bytes], note: str, *, only_check: bool) -> deploying.Deployed:
        if only_check:
            return deploying.Deployed(deploying.check_to_deploy(files))
        return deploying.deploy(actor=None, files=files, note=note)

    def _print(self, deployed: deploying.Deployed, *, checked: bool) -> None:
        self._print_findings(deployed.findings)
        for version in deployed.stored.versions:
            self.stdout.write(f"{version.definition.key}: version {version.number} is live")
        for version in deployed.stored.unchanged:
            self.stdout.write(f"{version.definition.key}: unchanged (version {version.number})")
        if deployed.is_refused:
            self.stderr.write("Refused: nothing was deployed.")
        elif checked:
            self.stdout.write("Nothing speaks against deploying this.")

    def _print_findings(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            words = sentence(finding)
            self.stdout.write(f"{finding.file}:{finding.line}: {finding.severity.value}: {words} [{finding.code}]")

    def _print_json(self, deployed: deploying.Deployed) -> None:
        data = {
            "ok": not deployed.is_refused,
            "deployed": [_version(version) for version in deployed.stored.versions],
            "unchanged": [_version(version) for version in deployed.stored.unchanged],
            "findings": [deploying.finding_data(finding) for finding in deployed.findings],
        }
        self.stdout.write(json.dumps(data, ensure_ascii=False))


def _version(version: ProcessVersion) -> dict[str, Any]:
    return {"process": version.definition.key, "version": version.number}
