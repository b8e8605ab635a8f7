"""What a model needs of the files around it: the processes it calls, the decisions and forms it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from bpmn.bundle import DECISIONS, DIAGRAM, FORM
from bpmn.checking import Catalogue, Finding, Severity, check, is_refused
from bpmn.model import Diagram, Node
from bpmn.reader import read
from bpmn.xml import XmlRefused
from workflows.scenarios.folders import Folder

_SPACE = re.compile(rb"(?:\s|&#\w{1,4};)+")


@dataclass(frozen=True)
class Gathered:
    """A model (``main``) and what it refers to, or why it cannot be read."""

    files: Mapping[str, bytes]
    diagrams: Mapping[str, Diagram]
    main: Diagram | None = None
    refused: tuple[Finding, ...] = ()
    text: bytes = b""
    """All files with single spaces."""

    def named(self, functions: frozenset[str]) -> frozenset[str]:
        """Those functions whose names stand in any of the files: the others make no difference."""
        return frozenset(name for name in functions if name.encode() in self.text)


def gather(folder: Folder, model: str) -> Gathered | None:
    """The model of a folder with everything it needs of the files around it; None where there is no such model."""
    data = folder.read(model)
    if data is None:
        return None
    name = model if model.endswith(DIAGRAM) else model + DIAGRAM
    files = {name: data}
    try:
        diagrams = {name: read(name, data)}
    except XmlRefused as refused:
        return Gathered(
            {}, {}, refused=(Finding(model, Severity.ERROR, refused.code, None, refused.line, refused.values),)
        )
    _add_called(folder, files, diagrams)
    if any(process.lstrip().startswith("=") for process in _called(diagrams.values())):
        _add_callable(folder, files, diagrams)
    _add_decisions_and_forms(folder, files, diagrams)
    return Gathered(files, diagrams, main=diagrams[name], text=_SPACE.sub(b" ", b"\n".join(files.values())))


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


def _add_callable(folder: Folder, files: dict[str, bytes], diagrams: dict[str, Diagram]) -> None:
    """Whatever else the folder has, for a call that says while it runs which process it means."""
    for path in [name for name in folder.names() if name.endswith(DIAGRAM) and name not in files]:
        data = folder.read(path)
        if data is None or is_refused(check({path: data}, Catalogue(languages=(), standalone=True))):
            continue
        diagram = read(path, data)
        if not _executable([diagram]) & _executable(diagrams.values()):
            files[path], diagrams[path] = data, diagram
    _add_called(folder, files, diagrams)


def _executable(diagrams: Iterable[Diagram]) -> set[str]:
    return {process.id for diagram in diagrams for process in diagram.processes if process.executable}


def _called(diagrams: Iterable[Diagram]) -> set[str]:
    return {node.called.process for node in _nodes(diagrams) if node.called}


def _missing(diagrams: Iterable[Diagram]) -> set[str]:
    diagrams = list(diagrams)
    return {process for process in _called(diagrams) if not process.lstrip().startswith("=")} - _executable(diagrams)


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
