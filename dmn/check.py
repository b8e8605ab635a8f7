"""Checking a model before anybody relies on it: texts, names, and what its tables forget or answer twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import feel
from dmn.api import Model
from dmn.findings import Finding, Position, Severity
from dmn.lowering import Scope, Text
from dmn.model import Decision, InputData, Knowledge, Node, Ref
from dmn.tablecheck import check_table
from feel.types import FUNCTION, Type

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}


def check(
    model: Model,
    *,
    inputs: Mapping[str, Type | None] | None = None,
    functions: Iterable[str | feel.Function] = (),
) -> tuple[Finding, ...]:
    """Everything that can be said about a model without running it, in the order of the files.

    `inputs` are names that callers pass beside the declared ones, with their types where known: given, every other
    unknown name is an error. Without them it is a warning in a file that declares input data, and nothing in one that
    declares none, as Camunda's files do. `functions` are the host functions that will be lent.
    """
    lent: dict[str, Type | None] = {item if isinstance(item, str) else item.name: FUNCTION for item in functions}
    known = {**(inputs or {}), **lent}
    findings = list(model.findings)
    for ref, node in model.graph.nodes.items():
        if not isinstance(node, (Decision, Knowledge)):
            continue
        plan = model.engine.plan(ref)
        unknown = _weight_of_unknown_names(model, ref, is_closed=inputs is not None)
        for text in plan.texts:
            findings += _check_text(text, known, unknown)
        findings += _check_logic(node)
        for box, scope in plan.tables:
            findings += check_table(box, scope, model.engine.types(ref))
    return _distinct(findings)


def _weight_of_unknown_names(model: Model, ref: Ref, *, is_closed: bool) -> Severity | None:
    """What an unknown name means in a file; None where it is just a variable of the caller."""
    if is_closed:
        return Severity.ERROR
    declares = any(isinstance(node, InputData) for node in model.graph.home[ref].nodes)
    return Severity.WARNING if declares else None


def _check_text(text: Text, known: Scope, unknown: Severity | None) -> Iterator[Finding]:
    """FEEL's own findings about one text, placed in the file."""
    for found in feel.check(text.text, {**known, **text.scope}, unary=text.is_test):
        severity = _SEVERITIES.get(found.severity, Severity.HINT)
        if found.code == "name.unknown":
            if unknown is None:
                continue
            severity = unknown
        yield Finding(
            code=f"feel-{found.code}",
            element=text.id,
            severity=severity,
            values=dict(found.values),
            line=text.line,
            position=Position(found.line, found.column, found.start),
        )


def _check_logic(node: Node) -> Iterator[Finding]:
    """A decision or a knowledge model without logic gives null for ever."""
    if isinstance(node, Decision) and node.expression is None:
        yield Finding(code="decision-without-logic", element=node.ref.id, severity=Severity.WARNING, line=node.line)
    if isinstance(node, Knowledge) and (node.logic is None or node.logic.body is None):
        yield Finding(code="knowledge-without-logic", element=node.ref.id, severity=Severity.WARNING, line=node.line)


def _distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple({repr(item): item for item in findings}.values())
