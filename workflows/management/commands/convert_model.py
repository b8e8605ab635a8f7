"""Convert diagrams of other engines: `manage.py convert_model FILE... --to FOLDER [--json]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bpmn.bundle import DIAGRAM
from bpmn.checking.sentences import sentence as finding_sentence
from bpmn.findings import Finding, Severity
from bpmn.importing import Change, Imported, convert
from bpmn.importing.sentences import sentence
from bpmn.xml import XmlRefused
from workflows import deploying
from workflows.exceptions import DeploymentRefused

UNDECIDED = 2


class Command(BaseCommand):
    help = (
        "Write Camunda 7, spiffworkflow and plain BPMN files in the Camunda 8 dialect, and list what changed. "
        "Of a folder all below it is converted into the same folders; decisions, forms and texts are copied. "
        "Exit status: 0 converted, 2 something needs a decision or a file is no BPMN."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="BPMN files, or folders of them")
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the results go")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, a line for each file")

    def handle(self, *args: Any, **options: Any) -> None:
        given = list(_given(options["files"]))
        _refuse_doubles(options["to"], (target for _, target, _ in given))
        known = deploying.standalone_catalogue()
        undecided = False
        for file, target, data in given:
            if not _is_diagram(file, options["files"]):
                _write(options["to"], {target: data})
                continue
            try:
                imported = convert(file, data, known)
            except XmlRefused as refused:
                imported = Imported(data, {}, ())
                self._print(file, imported, refused, as_json=options["json"])
                undecided = True
                continue
            forms = {target.with_name(name): content for name, content in imported.forms.items()}
            _write(options["to"], {target: imported.diagram, **forms})
            self._print(file, imported, None, as_json=options["json"])
            undecided |= bool(imported.decisions)
        if undecided:
            sys.exit(UNDECIDED)

    def _print(self, file: str, imported: Imported, refused: XmlRefused | None, *, as_json: bool) -> None:
        entries = [_entry(change) for change in imported.changes]
        if refused is not None:
            finding = Finding(file, Severity.ERROR, refused.code, None, refused.line, refused.values)
            message = finding_sentence(finding)
            entries = [
                {"code": refused.code, "element": None, "line": finding.line, "decide": True, "message": message}
            ]
        if as_json:
            self.stdout.write(json.dumps({"file": file, "changes": entries}, ensure_ascii=False))
            return
        for entry in entries:
            self.stdout.write(f"{file}:{entry['line']}: {'decide: ' if entry['decide'] else ''}{entry['message']}")


def _given(paths: Iterable[Path]) -> Iterator[tuple[str, Path, bytes]]:
    """Each file by name, where its result goes below the target folder, and what is in it."""
    for path in paths:
        try:
            files = deploying.read_given([path])
        except DeploymentRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for file, data in files.items():
            target = Path(file).relative_to(path) if path.is_dir() else Path(Path(file).name)
            yield file, target, data


def _is_diagram(file: str, paths: Iterable[Path]) -> bool:
    """Whatever was named itself is taken for one; of what lies in folders only what says so."""
    return file.endswith(DIAGRAM) or Path(file) in paths


def _refuse_doubles(folder: Path, targets: Iterable[Path]) -> None:
    """Before anything is written: two results of one name, or one that is there already."""
    seen: set[Path] = set()
    for target in targets:
        if target in seen:
            raise CommandError(f"Two files would become {folder / target}; name the folder that holds both.")
        if (folder / target).exists():
            raise CommandError(f"{folder / target} exists already.")
        seen.add(target)


def _write(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Never over a file that is there."""
    for target, content in files.items():
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError as error:
            raise CommandError(f"{path} exists already.") from error


def _entry(change: Change) -> dict[str, Any]:
    return {
        "code": change.code,
        "element": change.element,
        "line": change.line,
        "decide": change.decide,
        "message": sentence(change),
    }
