"""Explaining an evaluation: the rules that matched, the cell that kept the nearest rule out, the source of inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import feel
from dmn.engine import Engine
from dmn.model import Decision, InputData, Ref, Service
from dmn.recording import DecisionRun, NodeRecord, Recorder, TableRecord

MAX_ITEMS = 50
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class FailedCell:
    """An input cell that did not hold, with the value it was asked about."""

    input: str
    label: str
    cell: str
    test: str
    value: Any


@dataclass(frozen=True, slots=True)
class NearestRule:
    """The rule that came closest without matching: the fewest cells failed, the first in order on a tie."""

    rule: str
    number: int
    failed: tuple[FailedCell, ...]


@dataclass(frozen=True, slots=True)
class TableStep:
    """What one table did. `outcome` is a code: matched, default, no-match, conflict, input-refused."""

    table: str
    hit_policy: str
    outcome: str
    inputs: tuple[Mapping[str, Any], ...]
    matched: tuple[Mapping[str, Any], ...]
    chosen: tuple[str, ...]
    nearest: NearestRule | None
    refused_input: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a node's input came from: `input` (given from outside), `decision` or `service`."""

    name: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Step:
    """One computed node: `kind` is input or decision; `service` names the service it ran in."""

    kind: str
    id: str
    name: str
    value: Any
    sources: tuple[Source, ...] = ()
    tables: tuple[TableStep, ...] = ()
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """All steps in the order of computation; the asked decision is the last one. Values are JSON-ready."""

    steps: tuple[Step, ...] = ()
    truncated: bool = False

    def step(self, name: str) -> Step | None:
        """The last step of that name or id."""
        return next((item for item in reversed(self.steps) if name in (item.name, item.id)), None)

    def to_json(self) -> dict[str, Any]:
        """The trace as JSON-ready data."""
        return {"truncated": self.truncated, "steps": [_plain(step) for step in self.steps]}


def explain(engine: Engine, recorder: Recorder, run: DecisionRun) -> Trace:
    """Work the records of an evaluation out into a trace."""
    steps = tuple(_step(engine, record, run) for record in recorder.nodes)
    return Trace(steps, recorder.truncated)


def brief(value: Any) -> Any:
    """A FEEL value as JSON-ready data of bounded size; a function is only named."""
    if isinstance(value, list):
        shown = [brief(item) for item in value[:MAX_ITEMS]]
        return shown if len(value) <= MAX_ITEMS else [*shown, {"more": len(value) - MAX_ITEMS}]
    if isinstance(value, dict):
        return {key: brief(item) for key, item in list(value.items())[:MAX_ITEMS]}
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…"
    if isinstance(value, feel.Function):
        return {"function": value.name}
    return feel.to_json(value)


def _step(engine: Engine, record: NodeRecord, run: DecisionRun) -> Step:
    node = engine.graph.nodes[record.ref]
    return Step(
        kind="input" if isinstance(node, InputData) else "decision",
        id=record.ref.id,
        name=node.name,
        value=brief(record.value),
        sources=_sources(engine, record.ref) if isinstance(node, Decision) else (),
        tables=tuple(_table(table, run) for table in record.tables),
        service=record.service.id if record.service else None,
    )


def _sources(engine: Engine, ref: Ref) -> tuple[Source, ...]:
    found = []
    for item in engine.graph.visible(ref):
        node = engine.graph.nodes[item.ref]
        kind = {InputData: "input", Decision: "decision", Service: "service"}.get(type(node))
        if kind and not item.is_id:
            name = f"{item.alias}.{item.name}" if item.alias else item.name
            found.append(Source(name, kind, item.ref.id))
    return tuple(found)


def _table(record: TableRecord, run: DecisionRun) -> TableStep:
    box = record.table.box
    inputs = tuple(
        {"id": column.id, "label": column.label, "expression": column.expression.text.strip(), "value": brief(value)}
        for column, value in zip(box.inputs, record.values, strict=True)
    )
    matched = tuple(
        {
            "rule": box.rules[index].id,
            "number": index + 1,
            "description": box.rules[index].description,
            "annotations": list(box.rules[index].annotations),
            "outputs": [cell.text.strip() for cell in box.rules[index].outputs],
        }
        for index in record.matched
    )
    return TableStep(
        table=box.id,
        hit_policy=str(box.hit_policy),
        outcome=_outcome(record),
        inputs=inputs,
        matched=matched,
        chosen=tuple(box.rules[index].id for index in record.chosen),
        nearest=None if record.refused_input is not None else _nearest(record, run),
        refused_input=None if record.refused_input is None else box.inputs[record.refused_input].id,
    )


def _outcome(record: TableRecord) -> str:
    if record.refused_input is not None:
        return "input-refused"
    if record.conflict is not None:
        return "conflict"
    if record.matched:
        return "matched"
    return "default" if record.used_default else "no-match"


def _nearest(record: TableRecord, run: DecisionRun) -> NearestRule | None:
    """Tests every cell of the rules that did not match; a spent budget leaves the answer open."""
    table, best, best_columns = record.table, -1, [0] * (len(record.values) + 1)
    try:
        for index in range(len(table.rules)):
            columns = table.failing_columns([run, *record.frame[1:]], record.values, index)
            if columns and len(columns) < len(best_columns):
                best, best_columns = index, columns
    except feel.BudgetExceeded:
        return None
    if best < 0:
        return None
    rule, box = table.box.rules[best], table.box
    failed = tuple(
        FailedCell(
            input=box.inputs[column].id,
            label=box.inputs[column].label or box.inputs[column].expression.text.strip(),
            cell=rule.inputs[column].id,
            test=rule.inputs[column].text.strip(),
            value=brief(record.values[column]),
        )
        for column in best_columns
    )
    return NearestRule(rule.id, best + 1, failed)


def _plain(step: Step) -> dict[str, Any]:
    """A step without empty parts, so that stored traces stay small."""
    data: dict[str, Any] = {"kind": step.kind, "id": step.id, "name": step.name, "value": step.value}
    if step.service:
        data["service"] = step.service
    if step.sources:
        data["sources"] = [{"name": s.name, "kind": s.kind, "id": s.id} for s in step.sources]
    if step.tables:
        data["tables"] = [_plain_table(table) for table in step.tables]
    return data


def _plain_table(table: TableStep) -> dict[str, Any]:
    data: dict[str, Any] = {
        "table": table.table,
        "hit_policy": table.hit_policy,
        "outcome": table.outcome,
        "inputs": [dict(item) for item in table.inputs],
        "matched": [dict(item) for item in table.matched],
        "chosen": list(table.chosen),
    }
    if table.refused_input:
        data["refused_input"] = table.refused_input
    if table.nearest:
        data["nearest"] = {
            "rule": table.nearest.rule,
            "number": table.nearest.number,
            "failed": [
                {"input": c.input, "label": c.label, "cell": c.cell, "test": c.test, "value": c.value}
                for c in table.nearest.failed
            ],
        }
    return data
