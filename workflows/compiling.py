"""Compiling what was checked: proves that every flow node of a diagram exists in what runs."""

from __future__ import annotations

from collections.abc import Iterable

from bpmn.bundle import Bundle
from bpmn.findings import Finding, Severity
from workflows.engine import Definition, DefinitionRefused, compile_definition

ENGINE_REFUSES = "engine-refuses"


def compile_bundles(bundles: Iterable[Bundle], functions: Iterable[str]) -> tuple[dict[str, Definition], list[Finding]]:
    """The definitions by process key, and an error for every process that cannot be run exactly as drawn."""
    known = tuple(functions)
    definitions: dict[str, Definition] = {}
    findings: list[Finding] = []
    for bundle in bundles:
        try:
            definitions[bundle.key] = compile_definition(bundle.process, known)
        except DefinitionRefused as refused:
            findings.append(_refusal(bundle, refused))
    return definitions, findings


def _refusal(bundle: Bundle, refused: DefinitionRefused) -> Finding:
    node = bundle.process.nodes.get(refused.element)
    values = {"reason": refused.reason, "name": (node.name or "") if node else ""}
    line = node.line if node else bundle.process.line
    return Finding(bundle.diagram.file, Severity.ERROR, ENGINE_REFUSES, refused.element, line, values)
