"""What a process says about itself beside its diagram: the kind of record it is about, and who may start it."""

from __future__ import annotations

from bpmn.checking.catalogue import Catalogue
from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.model import Process


def check_properties(process: Process, catalogue: Catalogue, report: Report) -> None:
    """A kind of record nobody knows could never be given at a start; a role nobody has lets nobody start."""
    kind = process.record_kind
    if kind and catalogue.record_kinds is not None and kind not in catalogue.record_kinds:
        known = sorted(catalogue.record_kinds)
        report.add(Severity.ERROR, "unknown-record-kind", process.id, process.line, kind=kind, known=known)
    for role in process.startable_by:
        if catalogue.groups is not None and role not in catalogue.groups:
            report.add(Severity.WARNING, "unknown-starter", process.id, process.line, role=role)
