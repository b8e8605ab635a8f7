"""FEEL in diagrams: where it may stand, where it must, whether it can be read, and which functions it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import feel
from bpmn.checking.catalogue import Catalogue
from bpmn.checking.names import report_unknown
from bpmn.checking.report import Report
from bpmn.checking.writers import Writers
from bpmn.findings import Severity
from bpmn.model import Flow, Kind, Node, Process

SYNTAX = ("syntax.", "budget.")
START = Kind.START_EVENT


_ASKED = re.compile(r"\bis defined\s*\(\s*([^\W\d]\w*)")
"""A variable that is asked for whether it is there at all."""
_AFTERWARDS = ("output", "completionCondition", "loopCondition")
"""Properties that are evaluated when the element has its results."""


class Text(NamedTuple):
    """One dialect text: of whom, which property, and whether only FEEL makes sense there."""

    owner: Node | Flow
    property: str
    text: str
    must_be_feel: bool = False


def check_expressions(process: Process, catalogue: Catalogue, writers: Writers, report: Report) -> None:
    """Every dialect text of a process; a variable that nothing writes is told where it is read first."""
    told: set[str] = set()
    for item in texts_of(process):
        if item.text.startswith("="):
            for name in check_feel(item, catalogue.functions, report):
                if _is_of_starting_message(item, process):
                    continue
                own = isinstance(item.owner, Flow) or item.property.startswith(_AFTERWARDS)
                if name not in told and report_unknown(item.owner, name, writers, report, own=own):
                    told.add(name)
        elif item.text.lstrip().startswith("="):
            report.error("space-before-equals", item.owner, property=item.property)
        elif "${" in item.text or "#{" in item.text:
            report.error("foreign-expression", item.owner, property=item.property, text=item.text[:80])
        elif item.must_be_feel:
            report.error("must-be-feel", item.owner, property=item.property, text=item.text[:80])


def _is_of_starting_message(item: Text, process: Process) -> bool:
    """The key of a message that starts the process comes with the message: it is no expression over variables."""
    node = item.owner
    return item.property == "correlationKey" and isinstance(node, Node) and (node.kind, node.scope) == (START, None)


def texts_of(process: Process) -> Iterator[Text]:
    """All texts of a process in which ``=`` marks FEEL."""
    for flow in process.flows.values():
        if flow.condition is not None:
            yield Text(flow, "condition", flow.condition, True)
    for node in process.nodes.values():
        yield from _texts_of_node(node)


def _texts_of_node(node: Node) -> Iterator[Text]:
    for direction, mappings in (("input", node.inputs), ("output", node.outputs)):
        for mapping in mappings:
            yield Text(node, f"{direction} {mapping.target}", mapping.source)
    for name, text, must in (*_event_texts(node), *_loop_texts(node), *_task_texts(node)):
        if text:
            yield Text(node, name, text, must)


_Named = tuple[str, str | None, bool]


def _event_texts(node: Node) -> Iterator[_Named]:
    if node.event is not None:
        yield "name", node.event.name, False
        yield "code", node.event.code, False
        yield "correlationKey", node.event.correlation_key, True
        yield "timer", node.event.timer, False


def _loop_texts(node: Node) -> Iterator[_Named]:
    if node.loop is not None:
        yield "inputCollection", node.loop.input_collection, True
        yield "outputElement", node.loop.output_element, True
        yield "completionCondition", node.loop.completion_condition, True
        yield "loopCardinality", node.loop.cardinality, False
        yield "loopCondition", node.loop.loop_condition, True


def _task_texts(node: Node) -> Iterator[_Named]:
    if node.assignment is not None:
        yield "assignee", node.assignment.assignee, False
        yield "candidateUsers", node.assignment.candidate_users, False
        yield "candidateGroups", node.assignment.candidate_groups, False
    if node.schedule is not None:
        yield "dueDate", node.schedule.due, False
        yield "followUpDate", node.schedule.follow_up, False
    if node.job is not None:
        yield "type", node.job.type, False
        yield "retries", node.job.retries, False
    yield "priority", node.priority, False
    yield "script", node.script.expression if node.script else None, True
    yield "decisionId", node.decision.decision if node.decision else None, False
    yield "processId", node.called.process if node.called else None, False
    yield "formId", node.form, False


def check_feel(item: Text, functions: frozenset[str], report: Report) -> list[str]:
    """Syntax, unknown functions and what can never have a value; gives the variables that are read."""
    text = item.text[1:]
    if not text.strip():
        report.error("feel-empty", item.owner, property=item.property)
        return []
    names: list[str] = []
    for found in feel.check(text, dict.fromkeys(functions)):
        if found.code == "name.unknown":
            names.append(str(found.values.get("name", "")))
            continue
        values = {"property": item.property, "text": text.strip()[:120], **reason_values(found)}
        if found.code.startswith(SYNTAX):
            report.error("feel-syntax", item.owner, **values)
        elif found.code == "function.unknown":
            report.error("unknown-function", item.owner, function=found.values.get("name", ""), **values)
        else:
            report.warn("feel-doubtful", item.owner, **values)
    asked = set(_ASKED.findall(text))
    return [name for name in names if name not in asked]


def reason_values(found: feel.Finding) -> dict[str, Any]:
    """Why and where in the text: in English, and as FEEL's own code and values."""
    plain = {key: value for key, value in found.values.items() if isinstance(value, (str, int, list))}
    return {
        "reason": str(found),
        "feel": {"code": found.code, **plain},
        "text_line": found.line,
        "text_column": found.column,
    }


def severity_of_missing(catalogue: Catalogue) -> Severity:
    """How much a reference weighs that the given files do not answer."""
    return Severity.NOTICE if catalogue.standalone else Severity.ERROR
