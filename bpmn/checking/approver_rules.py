"""Task headers about approvers: each says something known, and names steps that people do."""

from __future__ import annotations

from bpmn.approver_rules import DIFFERENT_FROM, VALUES
from bpmn.checking.report import Report
from bpmn.model import Kind, Node, Process

_BY_PEOPLE = (Kind.USER_TASK, Kind.MANUAL_TASK)


def check_approver_rules(process: Process, report: Report) -> None:
    """The headers of every user task."""
    for node in process.nodes.values():
        if node.kind in _BY_PEOPLE:
            _check_values(node, report)
            _check_steps(process, node, report)


def _check_values(node: Node, report: Report) -> None:
    for header, known in VALUES.items():
        value = node.headers.get(header)
        if value is not None and value not in known:
            report.error("rule-unknown", node, header=header, text=value[:80], known=", ".join(known))


def _check_steps(process: Process, node: Node, report: Report) -> None:
    named = node.headers.get(DIFFERENT_FROM)
    if named is None:
        return
    steps = [part.strip() for part in named.split(",")]
    for step in steps:
        target = process.nodes.get(step)
        if target is None or target.kind not in _BY_PEOPLE or target.id == node.id:
            report.error("rule-step", node, header=DIFFERENT_FROM, text=step[:80])
