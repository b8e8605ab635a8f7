"""What a diagram refers to outside itself: forms, decisions, processes, and whether anybody catches its errors."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.checking.catalogue import Catalogue
from bpmn.checking.expressions import severity_of_missing
from bpmn.checking.report import Report
from bpmn.model import EventKind, Kind, Node, Process


def check_references(
    process: Process, *, forms: frozenset[str], decisions: frozenset[str] | None, catalogue: Catalogue, report: Report
) -> None:
    """Forms and decisions of the folder by id; ``decisions`` None where its files cannot be read."""
    for node in process.nodes.values():
        form = node.form
        if form and not form.startswith("=") and form not in forms and form not in process.forms:
            report.at(severity_of_missing(catalogue), "unknown-form", node, form=form)
        decision = node.decision.decision if node.decision else ""
        if decision and not decision.startswith("=") and decisions is not None and decision not in decisions:
            report.at(severity_of_missing(catalogue), "unknown-decision", node, decision=decision)
        if node.kind is Kind.END_EVENT and node.event is not None and node.event.kind is EventKind.ERROR:
            _check_caught(process, node, report)


def _check_caught(process: Process, node: Node, report: Report) -> None:
    """An error that leaves the process needs a caller that catches it."""
    code = node.event.code if node.event else None
    if not code or code.startswith("="):
        return
    scope = node.scope
    while scope is not None:
        if _catches(process, scope, code, node):
            return
        scope = process.nodes[scope].scope
    if not _catches(process, None, code, node):
        report.notice("error-leaves-process", node, code=code)


def _catches(process: Process, scope: str | None, code: str, thrown_by: Node) -> bool:
    """Whether a boundary event on the scope, or an event sub-process in it, catches the error."""
    for node in process.nodes.values():
        event = node.event
        if event is None or event.kind is not EventKind.ERROR or (event.code is not None and event.code != code):
            continue
        if node.kind is Kind.BOUNDARY_EVENT and scope is not None and node.attached_to == scope:
            return True
        outer = process.nodes.get(node.scope or "")
        if node.kind is Kind.START_EVENT and outer is not None and outer.scope == scope and outer.id != thrown_by.scope:
            return True
    return False


def check_calls(processes: Mapping[str, Process], catalogue: Catalogue, reports: Mapping[str, Report]) -> None:
    """Call targets, which may be in any file of the set, and processes that call themselves for ever.

    Both mappings are by process key.
    """
    calls: dict[str, set[str]] = {}
    for key, process in processes.items():
        for node in process.nodes.values():
            target = node.called.process if node.called else ""
            if not target or target.startswith("="):
                continue
            calls.setdefault(key, set()).add(target)
            if target not in processes and target not in catalogue.processes:
                reports[key].at(severity_of_missing(catalogue), "unknown-process", node, process=target)
    for key in _circles(calls):
        process = processes[key]
        for node in process.nodes.values():
            if node.called and node.called.process in calls.get(key, ()) and _leads_to(calls, node.called.process, key):
                reports[key].warn("call-circle", node, process=node.called.process)


def _circles(calls: Mapping[str, set[str]]) -> list[str]:
    return [key for key in calls if any(_leads_to(calls, target, key) for target in calls[key])]


def _leads_to(calls: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            waiting += calls.get(key, ())
    return False
