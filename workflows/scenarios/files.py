"""Which files a scenario is about: its model, the decisions and forms beside it, the processes it calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

import orjson

from bpmn.bundle import DECISIONS, DIAGRAM, FORM, Bundle, BundleInvalid, load
from bpmn.checking import Catalogue, Finding, Severity, check
from bpmn.model import Diagram, Node
from bpmn.reader import read
from bpmn.scenario import Scenario
from bpmn.xml import XmlRefused
from workflows.deploying import ENGINE_REFUSES
from workflows.engine import Definition, DefinitionRefused, compile_definition


class ScenarioUnusable(Exception):
    """The scenario cannot be played at all: it names no model, or none that exists, or no process of it."""


class Folder(Protocol):
    """Where files are looked up, by path relative to the model's folder."""

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""

    def names(self) -> list[str]:
        """The names of the files in the model's folder."""

    def beside(self, process: str) -> list[str]:
        """Paths of diagrams that may hold a process of another folder."""


@dataclass(frozen=True)
class Cast:
    """What a story is played with. With ``refused`` findings there is nothing to play."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    main: str = ""
    refused: tuple[Finding, ...] = ()


class DiskFolder:
    """Files on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""
        try:
            return (self.folder / path).read_bytes()
        except (OSError, ValueError):
            return None

    def names(self) -> list[str]:
        """The files of the folder."""
        return sorted(file.name for file in self.folder.iterdir() if file.is_file())

    def beside(self, process: str) -> list[str]:
        """Diagrams in the neighbouring folder named after the process."""
        if "/" in process or process in {"", ".", ".."}:
            return []
        return [f"../{process}/{file.name}" for file in sorted((self.folder.parent / process).glob("*" + DIAGRAM))]


class FilesFolder:
    """Files in memory, by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = {PurePosixPath(path).name: data for path, data in files.items()}

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""
        return self.files.get(PurePosixPath(path).name)

    def names(self) -> list[str]:
        """All names."""
        return sorted(self.files)

    def beside(self, process: str) -> list[str]:
        """Files in memory have no neighbours."""
        return []


def cast_of(scenario: Scenario, folder: Folder, model: str, functions: Iterable[str]) -> Cast:
    """Everything the story needs, checked as for deploying. Raises ScenarioUnusable."""
    data = folder.read(model)
    if data is None:
        raise ScenarioUnusable(f"there is no model {model}")
    files = {model: data}
    try:
        diagrams = {model: read(model, data)}
    except XmlRefused as refused:
        return Cast(refused=(Finding(model, Severity.ERROR, refused.code, None, refused.line, refused.values),))
    _add_called(folder, files, diagrams)
    _add_decisions_and_forms(folder, files, diagrams)
    known = frozenset(functions)
    findings = [f for f in check(files, Catalogue(functions=known, languages=())) if f.severity is Severity.ERROR]
    if findings:
        return Cast(refused=tuple(findings))
    try:
        bundles = {bundle.key: bundle for bundle in load(files)}
    except BundleInvalid as invalid:
        return Cast(refused=invalid.findings)
    definitions, refused_findings = _compiled(bundles.values(), known)
    if refused_findings:
        return Cast(refused=tuple(refused_findings))
    return Cast(definitions, bundles, _main(scenario, diagrams[model]))


def _compiled(bundles: Iterable[Bundle], functions: frozenset[str]) -> tuple[dict[str, Definition], list[Finding]]:
    definitions: dict[str, Definition] = {}
    findings: list[Finding] = []
    for bundle in bundles:
        try:
            definitions[bundle.key] = compile_definition(bundle.process, functions)
        except DefinitionRefused as refused:
            node = bundle.process.nodes.get(refused.element)
            values = {"reason": refused.reason, "name": (node.name or "") if node else ""}
            line = node.line if node else bundle.process.line
            findings.append(Finding(bundle.diagram.file, Severity.ERROR, ENGINE_REFUSES, refused.element, line, values))
    return definitions, findings


def _main(scenario: Scenario, diagram: Diagram) -> str:
    executable = [process.id for process in diagram.processes if process.executable]
    wanted = scenario.start.process
    if wanted is not None:
        if wanted not in executable:
            raise ScenarioUnusable(f"the model has no executable process {wanted}")
        return wanted
    if len(executable) == 1:
        return executable[0]
    if not executable:
        raise ScenarioUnusable("the model has no executable process")
    called = {node.called.process for process in diagram.processes for node in process.nodes.values() if node.called}
    roots = [id for id in executable if id not in called]
    if len(roots) == 1:
        return roots[0]
    raise ScenarioUnusable(f"start.process must name one of {', '.join(executable)}")


def _nodes(diagrams: Iterable[Diagram]) -> list[Node]:
    return [node for diagram in diagrams for process in diagram.processes for node in process.nodes.values()]


def _add_called(folder: Folder, files: dict[str, bytes], diagrams: dict[str, Diagram]) -> None:
    """Diagrams with the processes that are called, from the same folder or the called process's own."""
    asked: set[str] = set()
    while missing := _missing(diagrams.values()) - asked:
        asked |= missing
        here = [name for name in folder.names() if name.endswith(DIAGRAM) and name not in files]
        for process in sorted(missing):
            for path in [*here, *folder.beside(process)]:
                data = files.get(path) or folder.read(path)
                if path in files or data is None or process.encode() not in data:
                    continue
                try:
                    diagram = read(path, data)
                except XmlRefused:
                    continue
                if any(found.id == process and found.executable for found in diagram.processes):
                    files[path], diagrams[path] = data, diagram
                    break


def _missing(diagrams: Iterable[Diagram]) -> set[str]:
    diagrams = list(diagrams)
    known = {process.id for diagram in diagrams for process in diagram.processes if process.executable}
    called = {node.called.process for node in _nodes(diagrams) if node.called}
    return {process for process in called if not process.lstrip().startswith("=")} - known


def _add_decisions_and_forms(folder: Folder, files: dict[str, bytes], diagrams: dict[str, Diagram]) -> None:
    """What the diagrams refer to by id, from each diagram's own folder."""
    for path, diagram in diagrams.items():
        prefix = path.rpartition("/")[0]
        nodes = _nodes([diagram])
        decisions = {node.decision.decision for node in nodes if node.decision}
        forms = {node.form for node in nodes if node.form}
        for name in _names_in(folder, prefix):
            full = f"{prefix}/{name}" if prefix else name
            if name.endswith(DECISIONS) and decisions:
                data = folder.read(full)
                if data is not None and _is_wanted(data, decisions):
                    files[full] = data
            elif name.endswith(FORM) and forms:
                data = folder.read(full)
                if data is not None and _form_id(data, name) in forms:
                    files[full] = data
        if any(b"import" in data for file, data in files.items() if file.endswith(DECISIONS)):
            _add_all_decisions(folder, prefix, files)


def _names_in(folder: Folder, prefix: str) -> list[str]:
    if not prefix or not isinstance(folder, DiskFolder):
        return folder.names()
    return DiskFolder(folder.folder / prefix).names()


def _add_all_decisions(folder: Folder, prefix: str, files: dict[str, bytes]) -> None:
    for name in _names_in(folder, prefix):
        full = f"{prefix}/{name}" if prefix else name
        data = folder.read(full) if name.endswith(DECISIONS) else None
        if data is not None:
            files[full] = data


def _is_wanted(data: bytes, decisions: set[str]) -> bool:
    return any(
        decision.lstrip().startswith("=") or f'"{decision}"'.encode() in data or f"'{decision}'".encode() in data
        for decision in decisions
    )


def _form_id(data: bytes, name: str) -> str:
    try:
        form = orjson.loads(data)
    except orjson.JSONDecodeError:
        return name.removesuffix(FORM)
    return str(form.get("id") or name.removesuffix(FORM)) if isinstance(form, dict) else name.removesuffix(FORM)
