"""Convert diagrams of other engines: `manage.py convert_model FILE... --to FOLDER [--json]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bpmn.importing import Imported, convert
from bpmn.importing.sentences import sentence
from bpmn.xml import XmlRefused
from workflows import deploying
from workflows.exceptions import DeploymentRefused

UNDECIDED = 2


class Command(BaseCommand):
    help = (
        "Write Camunda 7, spiffworkflow and plain BPMN files in the Camunda 8 dialect, and list what changed. "
        "Exit status: 0 converted, 2 something needs a decision or a file is no BPMN."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the results go")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, a line for each file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = deploying.read_given(options["files"])
        except DeploymentRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        known = deploying.standalone_catalogue()
        undecided = False
        for file, data in files.items():
            try:
                imported = convert(file, data, known)
            except XmlRefused as refused:
                self.stderr.write(f"{file}:{refused.line}: {refused.code}")
                undecided = True
                continue
            self._write(options["to"], Path(file).name, imported)
            self._print(file, imported, as_json=options["json"])
            undecided |= bool(imported.decisions)
        if undecided:
            sys.exit(UNDECIDED)

    def _write(self, folder: Path, name: str, imported: Imported) -> None:
        """Never over a file that is there."""
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in {name: imported.diagram, **imported.forms}.items():
            try:
                with (folder / target).open("xb") as file:
                    file.write(content)
            except FileExistsError as error:
                raise CommandError(f"{folder / target} exists already.") from error

    def _print(self, file: str, imported: Imported, *, as_json: bool) -> None:
        if as_json:
            changes = [
                {"code": change.code, "element": change.element, "line": change.line, "decide": change.decide,
                 "message": sentence(change)}
                for change in imported.changes
            ]  # fmt: skip
            self.stdout.write(json.dumps({"file": file, "changes": changes}, ensure_ascii=False))
            return
        for change in imported.changes:
            self.stdout.write(f"{file}:{change.line}: {'decide: ' if change.decide else ''}{sentence(change)}")
