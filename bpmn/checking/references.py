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
    catches = _catches(process)
    for node in process.nodes.values():
        for form in (node.form, node.headers.get("signerForm")):
            if form and not form.startswith("=") and form not in forms and form not in process.forms:
                report.at(severity_of_missing(catalogue), "unknown-form", node, form=form)
        decision = node.decision.decision if node.decision else ""
        if decision and not decision.startswith("=") and decisions is not None and decision not in decisions:
            report.at(severity_of_missing(catalogue), "unknown-decision", node, decision=decision)
        if node.kind is Kind.END_EVENT and node.event is not None and node.event.kind is EventKind.ERROR:
            _check_caught(process, node, catches, report)


def _check_caught(process: Process, node: Node, catches: Catches, report: Report) -> None:
    """An error that leaves the process needs a caller that catches it."""
    code = node.event.code if node.event else None
    if not code or code.startswith("="):
        return
    scope = node.scope
    thrown_in = None  # the event sub-process on the way up: it does not catch its own errors
    while True:
        if any(caught in (None, code) and catcher != thrown_in for caught, catcher in catches.get(scope, ())):
            return
        if scope is None:
            break
        thrown_in, scope = scope, process.nodes[scope].scope
        if any(caught in (None, code) for caught, _ in catches.get(f"boundary {thrown_in}", ())):
            return
    report.notice("error-leaves-process", node, code=code)


Catches = Mapping[str | None, list[tuple[str | None, str]]]
"""Error codes caught (None catches all) and by what: in a scope by event sub-processes, at ``boundary <id>``."""


def _catches(process: Process) -> Catches:
    found: dict[str | None, list[tuple[str | None, str]]] = {}
    for node in process.nodes.values():
        if node.event is None or node.event.kind is not EventKind.ERROR:
            continue
        outer = process.nodes.get(node.scope or "")
        if node.kind is Kind.BOUNDARY_EVENT and node.attached_to:
            found.setdefault(f"boundary {node.attached_to}", []).append((node.event.code, node.id))
        elif node.kind is Kind.START_EVENT and outer is not None and outer.triggered_by_event:
            found.setdefault(outer.scope, []).append((node.event.code, outer.id))
    return found


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
            elif target in processes and not processes[target].is_callable:
                reports[key].error("call-target-start", node, process=target)
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
