"""Decision files: what the dmn library finds in them, as findings of the deploy check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import dmn
from bpmn.checking.catalogue import Catalogue
from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.texts import decision_texts
from dmn.check import check

_SEVERITIES = {
    dmn.Severity.ERROR: Severity.ERROR,
    dmn.Severity.WARNING: Severity.WARNING,
    dmn.Severity.HINT: Severity.NOTICE,
}
_UNDECLARED = "feel-name.unknown"
"""Camunda's tables read variables without declaring them as input data: that is worth saying, not a mistake."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one folder: their ids, None where a file cannot be read, and the texts people read of them."""

    ids: frozenset[str] | None
    texts: Mapping[str, tuple[str, str]]


def check_decisions(files: Mapping[str, bytes], catalogue: Catalogue, reports: Mapping[str, Report]) -> Decisions:
    """The decisions in one folder's files; findings by file."""
    ids: set[str] = set()
    texts: dict[str, tuple[str, str]] = {}
    readable = True
    for path, data in files.items():
        others = {name: content for name, content in files.items() if name != path}
        try:
            model = _load(path, data, others)
        except dmn.DmnRefused as refused:
            readable = False
            for finding in refused.findings:
                _report(finding, reports[path])
            continue
        ids |= {decision.id for decision in model.decisions}
        texts |= decision_texts(model)
        own = model.graph.files[0].namespace if len(model.graph.files) > 1 else None
        for finding in check(model, functions=catalogue.functions):
            if own is None or finding.element in _elements(data):
                _report(finding, reports[path])
    if readable and len(files) > 1:
        readable = _load_together(files, reports)
    return Decisions(frozenset(ids) if readable else None, texts)


def _load_together(files: Mapping[str, bytes], reports: Mapping[str, Report]) -> bool:
    """A version reads all its decision files as one model: they may not clash."""
    try:
        dmn.load(files)
    except dmn.DmnRefused as refused:
        for finding in refused.findings:
            path = next((path for path, data in files.items() if finding.element in _elements(data)), None)
            _report(finding, reports[path or next(iter(files))])
        return False
    return True


def _load(path: str, data: bytes, others: Mapping[str, bytes]) -> dmn.Model:
    """A file by itself, or with the others of its folder where it imports them."""
    try:
        return dmn.load({path: data})
    except dmn.DmnRefused:
        if not others or b"<import" not in data.replace(b":import", b"<import"):
            raise
    return dmn.load({path: data, **others})


def _elements(data: bytes) -> frozenset[str]:
    return frozenset(found.decode("utf-8", "replace") for found in re.findall(rb'\bid="([^"]*)"', data))


def _report(finding: dmn.Finding, report: Report) -> None:
    values = {"reason": finding.code, **finding.values}
    if finding.position is not None:
        values |= {"text_line": finding.position.line, "text_column": finding.position.column}
    severity = Severity.NOTICE if finding.code == _UNDECLARED else _SEVERITIES[finding.severity]
    report.add(severity, f"dmn-{finding.code}", finding.element, finding.line or 0, **values)
