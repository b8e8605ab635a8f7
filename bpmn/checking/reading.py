"""Sorting the files of a check by kind and reading each; what cannot be read is a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from bpmn.bundle import DECISIONS, DIAGRAM, FORM, SCENARIO, Form, FormUnreadable, read_form
from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.json_lines import JsonLines
from bpmn.model import Diagram
from bpmn.reader import read
from bpmn.scenario_reader import ScenarioInvalid, read_scenario
from bpmn.texts import FILE_NAME, Texts, TextsInvalid, read_texts
from bpmn.xml import XmlRefused


class TextsFile(NamedTuple):
    """The texts of one process in one language."""

    path: str
    texts: Texts
    lines: JsonLines


@dataclass(slots=True)
class Folder:
    """What lies together: a diagram finds its decisions, forms and texts here. Keys are paths, or ids where said."""

    diagrams: dict[str, Diagram] = field(default_factory=dict)
    decisions: dict[str, bytes] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    form_ids: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, TextsFile]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def read_folders(files: Mapping[str, bytes], reports: dict[str, Report]) -> dict[str, Folder]:
    """The files by folder; ``reports`` gets a report for every file."""
    folders: dict[str, Folder] = {}
    for path in sorted(files):
        reports[path] = Report(path)
        folder = folders.setdefault(str(PurePosixPath(path).parent), Folder())
        try:
            _read(path, files[path], folder, reports[path])
        except XmlRefused as refused:
            reports[path].add(Severity.ERROR, refused.code, None, refused.line, **refused.values)
        except FormUnreadable as unreadable:
            folder.broken.add(PurePosixPath(path).name.removesuffix(FORM))
            reports[path].add(Severity.ERROR, unreadable.code, None, unreadable.line, **unreadable.values)
        except TextsInvalid as invalid:
            reports[path].add(Severity.ERROR, "texts-invalid", invalid.where or None, invalid.line)
        except ScenarioInvalid as invalid_scenario:
            reports[path].findings += invalid_scenario.findings
    return folders


def _read(path: str, data: bytes, folder: Folder, report: Report) -> None:
    name = PurePosixPath(path).name
    if name.endswith(DIAGRAM):
        folder.diagrams[path] = read(path, data)
    elif name.endswith(DECISIONS):
        folder.decisions[path] = data
    elif name.endswith(FORM):
        form = read_form(data)
        identity = str(form.get("id") or name.removesuffix(FORM))
        if identity in folder.form_ids:
            line = JsonLines(data).of("id")
            report.add(Severity.ERROR, "form-id-twice", identity, line, other=folder.form_ids[identity])
        folder.forms[path] = form
        folder.form_ids.setdefault(identity, path)
    elif match := FILE_NAME.fullmatch(name):
        texts = TextsFile(path, read_texts(data), JsonLines(data))
        folder.texts.setdefault(match["key"], {})[match["language"].lower()] = texts
    elif name.endswith(SCENARIO):
        read_scenario(path, data)
    else:
        report.add(Severity.ERROR, "unknown-file-kind", None, 1, file=name)
