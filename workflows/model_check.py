"""Checks files one by one that lie together without being one deployment: models of many makers in one folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import dmn
from bpmn.bundle import DECISIONS, DIAGRAM, FORM, FormUnreadable, read_form
from bpmn.checking import Catalogue, Finding
from bpmn.model import Diagram
from bpmn.reader import read
from bpmn.texts import FILE_NAME
from bpmn.xml import XmlRefused
from workflows.deploying import check_files


def check_each(files: Mapping[str, bytes], known: Catalogue) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file (path -> content), in the order given.

    A diagram finds the decisions, forms and texts that it names among the files of its folder, and call targets in
    all of them. Two diagrams may define the same process, since nobody asks to deploy both.
    """
    index = _Index()
    for file, data in files.items():
        index.add(file, data)
    for file, data in files.items():
        if file in index.diagrams:
            catalogue = replace(known, processes=known.processes | index.processes_beside(file))
            together = {name: files[name] for name in (file, *index.named_by(file))}
        else:
            catalogue, together = known, {file: data}
        yield file, [finding for finding in check_files(together, catalogue) if finding.file == file]


@dataclass(slots=True)
class _Index:
    """Where what a diagram may name is defined, by folder and id; files that cannot be read define nothing."""

    diagrams: dict[str, Diagram] = field(default_factory=dict)
    processes: dict[str, set[str]] = field(default_factory=dict)
    defined: dict[tuple[PurePosixPath, str, str], str] = field(default_factory=dict)

    def add(self, file: str, data: bytes) -> None:
        path = PurePosixPath(file)
        try:
            if path.name.endswith(DIAGRAM):
                self.diagrams[file] = read(file, data)
                for process in self.diagrams[file].processes:
                    self.processes.setdefault(process.id, set()).add(file)
            elif path.name.endswith(FORM):
                identity = str(read_form(data).get("id") or path.name.removesuffix(FORM))
                self.defined.setdefault((path.parent, FORM, identity), file)
            elif path.name.endswith(DECISIONS):
                for decision in dmn.load({file: data}).decisions:
                    self.defined.setdefault((path.parent, DECISIONS, decision.id), file)
            elif match := FILE_NAME.fullmatch(path.name):
                self.defined[(path.parent, match["language"], match["key"])] = file
        except (XmlRefused, FormUnreadable, dmn.DmnRefused):
            return

    def processes_beside(self, file: str) -> set[str]:
        """The processes that other diagrams define."""
        return {process for process, where in self.processes.items() if where != {file}}

    def named_by(self, file: str) -> list[str]:
        """The files that a diagram names, each once."""
        folder = PurePosixPath(file).parent
        named: set[str | None] = set()
        for process in self.diagrams[file].processes:
            named.add(process.id)
            for node in process.nodes.values():
                named |= {node.form, node.decision.decision if node.decision else None}
        return sorted(
            {where for (home, _, identity), where in self.defined.items() if home == folder and identity in named}
        )
