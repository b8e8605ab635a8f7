"""A process with everything its diagram needs: decisions, forms and texts, from the files of one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import orjson

import dmn
from bpmn.findings import Finding, Severity
from bpmn.model import Diagram, Process
from bpmn.reader import read
from bpmn.texts import FILE_NAME, Texts, TextsInvalid, read_texts
from bpmn.xml import XmlRefused

DIAGRAM, DECISIONS, FORM, SCENARIO = ".bpmn", ".dmn", ".form", ".scenario.yaml"
MAX_FORM_BYTES = 1024 * 1024
Form = Mapping[str, Any]


class BundleInvalid(Exception):
    """Files that cannot be read; ``findings`` say which and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(f"{finding.file}: {finding.code}" for finding in self.findings))


@dataclass(frozen=True, eq=False)
class Bundle:
    """One executable process. ``files`` are those that make up its version, by name without folder."""

    process: Process
    diagram: Diagram
    files: Mapping[str, bytes]
    forms: Mapping[str, Form] = field(default_factory=dict)
    texts: Mapping[str, Texts] = field(default_factory=dict)
    scenarios: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The process key."""
        return self.process.id

    @cached_property
    def decisions(self) -> dmn.Model | None:
        """The decisions of the folder, None where it has none. Raises dmn.DmnRefused."""
        models = {name: data for name, data in self.files.items() if name.endswith(DECISIONS)}
        return dmn.load(models) if models else None

    @cached_property
    def digest(self) -> str:
        """The same for the same process of the same files, in hexadecimal."""
        digest = hashlib.sha256(self.process.id.encode())
        for name in sorted(self.files):
            digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(self.files[name]).digest())
        return digest.hexdigest()

    def name(self, language: str) -> str:
        """The process's name in a language, else as drawn."""
        return self.texts.get(language, {}).get(self.key, {}).get("name") or self.process.name or self.key


@dataclass(slots=True)
class _Folder:
    diagrams: list[Diagram] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    texts: dict[str, dict[str, Texts]] = field(default_factory=dict)
    scenarios: dict[str, bytes] = field(default_factory=dict)


def load(files: Mapping[str, bytes]) -> tuple[Bundle, ...]:
    """The executable processes in ``files`` (path -> content); what a diagram needs lies in its own folder.

    Raises BundleInvalid for files that cannot be read and for two processes of one key; decisions are read when they
    are first asked for. Files of other kinds are left out.
    """
    findings: list[Finding] = []
    folders: dict[str, _Folder] = {}
    for path in sorted(files):
        folder = folders.setdefault(str(PurePosixPath(path).parent), _Folder())
        try:
            _sort(path, files[path], folder)
        except XmlRefused as refused:
            findings.append(Finding(path, Severity.ERROR, refused.code, None, refused.line, refused.values))
        except TextsInvalid as invalid:
            findings.append(Finding(path, Severity.ERROR, "texts-invalid", invalid.where or None, invalid.line))
        except FormUnreadable as unreadable:
            findings.append(Finding(path, Severity.ERROR, unreadable.code, None, unreadable.line, unreadable.values))
    bundles = [bundle for folder in folders.values() for bundle in _bundles(folder, findings)]
    seen: set[str] = set()
    for bundle in bundles:
        if bundle.key in seen:
            line = bundle.process.line
            findings.append(Finding(bundle.diagram.file, Severity.ERROR, "duplicate-process", bundle.key, line))
        seen.add(bundle.key)
    if findings:
        raise BundleInvalid(findings)
    return tuple(bundles)


class FormUnreadable(Exception):
    """A form file that is no JSON object; ``line`` counts from 1."""

    def __init__(self, code: str, line: int = 1, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values = values


def read_form(data: bytes) -> Form:
    """The form in ``data``. Raises FormUnreadable for what is no JSON object or over 1 MB."""
    if len(data) > MAX_FORM_BYTES:
        raise FormUnreadable("too-large", size=len(data), limit=MAX_FORM_BYTES)
    try:
        form = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        reason = str(error).partition(":")[0]
        raise FormUnreadable("not-json", error.lineno, reason=reason, position=error.pos) from None
    if not isinstance(form, dict):
        raise FormUnreadable("form-not-object")
    return form


def _sort(path: str, data: bytes, folder: _Folder) -> None:
    name = PurePosixPath(path).name
    if name.endswith(DIAGRAM):
        folder.diagrams.append(read(path, data))
        folder.files[name] = data
    elif name.endswith(DECISIONS):
        folder.files[name] = data
    elif name.endswith(FORM):
        form = read_form(data)
        identity = str(form.get("id") or name.removesuffix(FORM))
        folder.forms[identity] = form
        folder.files[name] = data
    elif match := FILE_NAME.fullmatch(name):
        folder.texts.setdefault(match["key"], {})[match["language"].lower()] = read_texts(data)
        folder.files[name] = data
    elif name.endswith(SCENARIO):
        folder.scenarios[name] = data


def _bundles(folder: _Folder, findings: list[Finding]) -> Iterable[Bundle]:
    diagrams = {PurePosixPath(diagram.file).name for diagram in folder.diagrams}
    for diagram in folder.diagrams:
        own = PurePosixPath(diagram.file).name
        for process in diagram.processes:
            if not process.executable:
                continue
            keys = (process.id, own.removesuffix(DIAGRAM))
            yield Bundle(
                process=process,
                diagram=diagram,
                files={
                    name: data
                    for name, data in folder.files.items()
                    if (name == own or name not in diagrams) and _belongs(name, keys)
                },
                forms=folder.forms | _embedded_forms(diagram.file, process, findings),
                texts=folder.texts.get(keys[0]) or folder.texts.get(keys[1]) or {},
                scenarios=folder.scenarios,
            )


def _embedded_forms(file: str, process: Process, findings: list[Finding]) -> dict[str, Form]:
    forms = {}
    for identity, text in process.forms.items():
        try:
            forms[identity] = read_form(text.encode())
        except FormUnreadable as unreadable:
            line = process.form_lines[identity] + unreadable.line - 1
            findings.append(Finding(file, Severity.ERROR, unreadable.code, identity, line, unreadable.values))
    return forms


def _belongs(name: str, keys: tuple[str, ...]) -> bool:
    match = FILE_NAME.fullmatch(name)
    return match is None or match["key"] in keys
