"""Which files a scenario is about: its model, the decisions and forms beside it, the processes it calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpmn.bundle import Bundle, BundleInvalid, load
from bpmn.checking import Catalogue, Finding, Severity, check
from bpmn.model import Diagram
from bpmn.scenario import Start
from workflows.compiling import compile_bundles
from workflows.engine import Definition
from workflows.scenarios.folders import Folder
from workflows.scenarios.gathering import Gathered, gather
from workflows.soundness import soundness_findings

_TOLERATED = frozenset({"unknown-form"})
"""Without its form a task takes every answer."""


class ScenarioUnusable(Exception):
    """The scenario cannot be played at all: it names no model, or none that exists, or no process of it."""


@dataclass(frozen=True)
class Cast:
    """What stories are played with. With ``refused`` findings there is nothing to play."""

    diagram: Diagram | None = None
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    refused: tuple[Finding, ...] = ()
    warned: tuple[Finding, ...] = ()

    def main(self, start: Start) -> str:
        """The process that a story begins with. Raises ScenarioUnusable."""
        assert self.diagram is not None
        return _main(start, self.diagram)


class Casting:
    """The casts of the models in one folder: each is checked and compiled once, and many stories play with it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._casts: dict[tuple[str, frozenset[str]], Cast] = {}
        self._gathered: dict[str, Gathered] = {}
        self._noted: dict[tuple[str, frozenset[str]], tuple[Finding, ...]] = {}

    def cast_of(self, model: str, functions: Iterable[str]) -> Cast:
        """Everything the stories of a model need, checked as for deploying; they may call ``functions``.

        Raises ScenarioUnusable where there is no such model.
        """
        known = frozenset(functions)
        asked = (model, self._gather(model).named(known))
        if asked not in self._casts:
            self._casts[asked] = _cast(self._gather(model), known)
        return self._casts[asked]

    def noted(self, model: str, functions: Iterable[str]) -> tuple[Finding, ...]:
        """What the deploy check says of a model beside what keeps it from being played: flaws of soundness, warnings.

        Raises ScenarioUnusable.
        """
        cast = self.cast_of(model, functions)
        asked = (model, self._gather(model).named(frozenset(functions)))
        if asked not in self._noted:
            found = [*cast.warned, *(flaw for bundle in cast.bundles.values() for flaw in _flaws(bundle))]
            self._noted[asked] = tuple(finding for finding in found if finding.severity is not Severity.NOTICE)
        return self._noted[asked]

    def _gather(self, model: str) -> Gathered:
        if model not in self._gathered:
            found = gather(self.folder, model)
            if found is None:
                raise ScenarioUnusable(f"there is no model {model}")
            self._gathered[model] = found
        return self._gathered[model]


def _cast(gathered: Gathered, functions: frozenset[str]) -> Cast:
    if gathered.refused:
        return Cast(refused=gathered.refused)
    findings = check(gathered.files, Catalogue(functions=functions, languages=()))
    refused = tuple(found for found in findings if found.severity is Severity.ERROR and found.code not in _TOLERATED)
    if refused:
        return Cast(refused=refused)
    try:
        bundles = {bundle.key: bundle for bundle in load(gathered.files)}
    except BundleInvalid as invalid:
        return Cast(refused=invalid.findings)
    definitions, unfit = compile_bundles(bundles.values(), functions)
    return Cast(gathered.main, definitions, bundles, tuple(unfit), tuple(findings))


def _flaws(bundle: Bundle) -> list[Finding]:
    return soundness_findings(bundle.process, bundle.diagram.file)


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
