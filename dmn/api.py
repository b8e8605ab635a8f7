"""What the outside uses: load a model from files, ask it for a decision, read why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import feel
from dmn.engine import Engine, undeclared
from dmn.findings import DmnRefused, Finding, Severity
from dmn.graph import Graph, link
from dmn.model import Decision, Definitions, Ref, Service, TableBox
from dmn.reader import read
from dmn.recording import DecisionRun, Recorder
from dmn.trace import Trace, explain
from dmn.types import types_of
from feel.functions import Function
from feel.limits import Budget, Clock

MAX_FILES = 200
NO_INPUTS: Mapping[str, object] = {}
Files = Mapping[str, bytes] | Sequence[bytes]


class DecisionUnknown(Exception):
    """The model has no decision or service of that id or name."""


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """What a list of decisions shows; `inputs` are all names it reads from outside, directly or not."""

    id: str
    name: str
    namespace: str
    is_table: bool
    is_service: bool
    inputs: tuple[str, ...]


class Evaluation:
    """The answer to a question: `feel_value`, why parts became null (`warnings`), and how it came about (`trace`)."""

    def __init__(self, feel_value: Any, warnings: tuple[feel.Warning, ...], engine: Engine, run: DecisionRun) -> None:
        self.feel_value = feel_value
        self.warnings = warnings
        self._engine = engine
        self._run = run

    @property
    def value(self) -> Any:
        """The value as plain Python data; what Python cannot hold stays a FEEL value."""
        return feel.to_python(self.feel_value)

    @cached_property
    def trace(self) -> Trace:
        """The steps of the evaluation, worked out when first asked for; empty when it was not recorded."""
        recorder = self._run.recorder
        if recorder is None:
            return Trace()
        again = DecisionRun(self._run.clock, self._run.budget, self._run.functions, None)
        return explain(self._engine, recorder, again)

    def to_json(self) -> dict[str, Any]:
        """Value, warnings and trace as JSON-ready data."""
        try:
            value = feel.to_json(self.feel_value)
        except feel.NotData:
            value = None
        return {
            "value": value,
            "warnings": [warning.to_json() for warning in self.warnings],
            "trace": self.trace.to_json(),
        }


class Model:
    """One or more DMN files, read, linked and ready to evaluate; immutable and shared between threads."""

    def __init__(self, graph: Graph, engine: Engine, findings: tuple[Finding, ...]) -> None:
        self.graph = graph
        self.engine = engine
        self.findings = findings
        self._by_id: dict[str, Ref] = {}
        self._by_name: dict[str, Ref] = {}
        for ref, node in graph.nodes.items():
            if isinstance(node, (Decision, Service)):
                self._by_id.setdefault(ref.id, ref)
                self._by_name.setdefault(node.name, ref)

    @property
    def files(self) -> tuple[Definitions, ...]:
        """The files as they were read, the main one first."""
        return self.graph.files

    @cached_property
    def decisions(self) -> tuple[DecisionInfo, ...]:
        """The decisions and services of all files, those of the main file first."""
        return tuple(self._info(ref) for ref, node in self.graph.nodes.items() if isinstance(node, (Decision, Service)))

    def decision(self, id_or_name: str) -> DecisionInfo:
        """One decision or service. Raises `DecisionUnknown`."""
        return self._info(self.find(id_or_name))

    def find(self, id_or_name: str) -> Ref:
        """The address of a decision or service by id, else by name. Raises `DecisionUnknown`."""
        found = self._by_id.get(id_or_name) or self._by_name.get(" ".join(id_or_name.split()))
        if found is None:
            raise DecisionUnknown(id_or_name)
        return found

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, object] = NO_INPUTS,
        *,
        clock: Clock | None = None,
        budget: Budget | None = None,
        functions: Mapping[str, Function] | None = None,
        record: bool = True,
    ) -> Evaluation:
        """The value of a decision or service by id or name, on plain Python data.

        Inputs that the model does not declare are visible to every expression, as Camunda's engine does it. Raises
        `DecisionUnknown`, `feel.BudgetExceeded`, and `feel.FeelError` for inputs that are no data; everything else
        that goes wrong is null with a warning.
        """
        ref = self.find(decision)
        run = DecisionRun(clock, budget, functions, Recorder() if record else None)
        given = {" ".join(str(name).split()): feel.from_python(value) for name, value in inputs.items()}
        run.outside = given
        try:
            value = self.engine.evaluate(run, ref, given)
        except RecursionError:
            raise feel.BudgetExceeded("depth", run.budget.depth) from None
        return Evaluation(value, tuple(run.warnings or ()), self.engine, run)

    def _info(self, ref: Ref) -> DecisionInfo:
        node = self.graph.nodes[ref]
        return DecisionInfo(
            id=ref.id,
            name=node.name,
            namespace=ref.namespace,
            is_table=isinstance(node, Decision) and isinstance(node.expression, TableBox),
            is_service=isinstance(node, Service),
            inputs=self.graph.read_inputs.get(ref, ()),
        )


def load(files: Files, *, lenient: bool = False) -> Model:
    """A model from the bytes of DMN files, the main file first; the others are its imports or stand beside it.

    Raises `DmnRefused` with every error found: unreadable XML, two nodes of one name, a circle, a missing
    requirement, an unknown hit policy or type, FEEL that cannot be read. With `lenient` only what cannot be read at
    all is refused; a broken expression is null when it is evaluated, as the conformance tests want it.
    """
    named = list(files.items()) if isinstance(files, Mapping) else [(f"file {n}", c) for n, c in enumerate(files, 1)]
    if not named or len(named) > MAX_FILES:
        raise DmnRefused([Finding(code="file-count", element="definitions", values={"files": len(named)})])
    findings: list[Finding] = []
    read_files = []
    for name, content in named:
        definitions, found = read(content, name)
        read_files.append(definitions)
        findings += found
    graph, found = link(read_files)
    findings += found
    engine = Engine(graph, types_of(graph.files, findings), findings)
    if not lenient:
        engine.prepare()
        findings += undeclared(engine)
        errors = [item for item in _once(findings) if item.severity is Severity.ERROR]
        if errors:
            raise DmnRefused(errors)
    return Model(graph, engine, _once(findings))


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings without repetitions, in the order found."""
    seen: dict[str, Finding] = {}
    for item in findings:
        seen.setdefault(repr(item), item)
    return tuple(seen.values())
