"""Which files a scenario is about: its model, the decisions and forms beside it, the processes it calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from bpmn.bundle import DECISIONS, DIAGRAM, FORM, Bundle, BundleInvalid, load
from bpmn.checking import Catalogue, Finding, Severity, check, is_refused
from bpmn.model import Diagram, Node
from bpmn.reader import read
from bpmn.scenario import Start
from bpmn.xml import XmlRefused
from workflows.compiling import compile_bundles
from workflows.engine import Definition
from workflows.scenarios.folders import Folder


class ScenarioUnusable(Exception):
    """The scenario cannot be played at all: it names no model, or none that exists, or no process of it."""


@dataclass(frozen=True)
class Cast:
    """What stories are played with. With ``refused`` findings there is nothing to play."""

    diagram: Diagram | None = None
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    refused: tuple[Finding, ...] = ()

    def main(self, start: Start) -> str:
        """The process that a story begins with. Raises ScenarioUnusable."""
        assert self.diagram is not None
        return _main(start, self.diagram)


class Casting:
    """The casts of the models in one folder: each is checked and compiled once, and many stories play with it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._casts: dict[tuple[str, frozenset[str]], Cast] = {}
        self._gathered: dict[str, _Gathered] = {}

    def cast_of(self, model: str, functions: Iterable[str]) -> Cast:
        """Everything the stories of a model need, checked as for deploying; they may call ``functions``.

        Raises ScenarioUnusable where there is no such model.
        """
        gathered = self._gathered.get(model)
        if gathered is None:
            gathered = self._gathered[model] = _gather(self.folder, model)
        known = frozenset(functions)
        asked = (model, gathered.named(known))
        if asked not in self._casts:
            self._casts[asked] = _cast(gathered, model, known)
        return self._casts[asked]


@dataclass(frozen=True)
class _Gathered:
    """A model and what it refers to, or why it cannot be read."""

    files: Mapping[str, bytes]
    diagrams: Mapping[str, Diagram]
    refused: tuple[Finding, ...] = ()
    text: bytes = b""
    """All files with single spaces."""

    def named(self, functions: frozenset[str]) -> frozenset[str]:
        """Those functions whose names stand in any of the files: the others make no difference."""
        return frozenset(name for name in functions if name.encode() in self.text)


def _gather(folder: Folder, model: str) -> _Gathered:
    data = folder.read(model)
    if data is None:
        raise ScenarioUnusable(f"there is no model {model}")
    files = {model: data}
    try:
        diagrams = {model: read(model, data)}
    except XmlRefused as refused:
        return _Gathered({}, {}, (Finding(model, Severity.ERROR, refused.code, None, refused.line, refused.values),))
    _add_called(folder, files, diagrams)
    _add_decisions_and_forms(folder, files, diagrams)
    return _Gathered(files, diagrams, text=_SPACE.sub(b" ", b"\n".join(files.values())))


def _cast(gathered: _Gathered, model: str, functions: frozenset[str]) -> Cast:
    if gathered.refused:
        return Cast(refused=gathered.refused)
    findings = check(gathered.files, Catalogue(functions=functions, languages=()))
    if is_refused(findings):
        return Cast(refused=tuple(found for found in findings if found.severity is Severity.ERROR))
    try:
        bundles = {bundle.key: bundle for bundle in load(gathered.files)}
    except BundleInvalid as invalid:
        return Cast(refused=invalid.findings)
    definitions, refused = compile_bundles(bundles.values(), functions)
    return Cast(gathered.diagrams[model], definitions, bundles, tuple(refused))


_SPACE = re.compile(rb"(?:\s|&#\w{1,4};)+")


def _main(start: Start, diagram: Diagram) -> str:
    executable = [process.id for process in diagram.processes if process.executable]
    wanted = start.process
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
        for name in folder.names(prefix):
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


def _add_all_decisions(folder: Folder, prefix: str, files: dict[str, bytes]) -> None:
    for name in folder.names(prefix):
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
