"""Boundary events, event sub-processes, links, compensation, messages, signals, errors: what each must say."""

from __future__ import annotations

from collections import Counter, defaultdict

from bpmn.checking.report import Report
from bpmn.model import EventKind, Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES

_CATCHES = frozenset({Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT, Kind.RECEIVE_TASK, Kind.START_EVENT})
_THROWS = frozenset({Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT, Kind.SEND_TASK})


def check_events(process: Process, report: Report) -> None:
    """The rules of every event."""
    for node in process.nodes.values():
        if node.kind is Kind.BOUNDARY_EVENT:
            _check_boundary(process, node, report)
        if node.event is not None:
            _check_definition(process, node, report)
        elif node.kind is Kind.RECEIVE_TASK or (node.kind is Kind.SEND_TASK and node.job is None):
            report.error("message-missing", node)
    _check_links(process, report)
    _check_rivals(process, report)
    _check_handlers(process, report)
    _check_compensation_targets(process, report)


# --- boundary events ----------------------------------------------------------------------------------------------


def _check_boundary(process: Process, node: Node, report: Report) -> None:
    host = process.nodes.get(node.attached_to or "")
    if host is None:
        report.error("boundary-host-unknown", node, target=node.attached_to or "")
        return
    if host.kind not in ACTIVITIES or host.triggered_by_event:
        report.error("boundary-host-kind", node, target=host.id)
    elif host.scope != node.scope:
        report.error("boundary-host-scope", node, target=host.id)
    elif host.for_compensation:
        report.error("boundary-host-compensates", node, target=host.id)
    kind = node.event.kind if node.event else EventKind.NONE
    if kind is EventKind.COMPENSATION:
        _check_compensation(process, node, report)
    elif not node.outgoing:
        report.warn("boundary-leads-nowhere", node)
    if kind is EventKind.CANCEL and host.kind is not Kind.TRANSACTION:
        report.error("cancel-outside-transaction", node)


def _check_compensation(process: Process, node: Node, report: Report) -> None:
    if node.outgoing:
        report.error("compensation-flow", node)
    handler = process.nodes.get(node.compensation_handler or "")
    if handler is None:
        report.error("compensation-no-handler", node)
    elif not handler.for_compensation or handler.kind not in ACTIVITIES:
        report.error("compensation-handler-kind", node, target=handler.id)


def _check_handlers(process: Process, report: Report) -> None:
    used = {node.compensation_handler for node in process.nodes.values()}
    for node in process.nodes.values():
        if node.for_compensation and node.id not in used and not node.incoming:
            report.error("compensation-handler-unused", node)


# --- what an event says -------------------------------------------------------------------------------------------


def _check_definition(process: Process, node: Node, report: Report) -> None:
    event = node.event
    if event is None:
        return
    if event.kind is EventKind.MESSAGE:
        _check_message(node, report, named=event.name, key=event.correlation_key, in_process=node.scope is None)
    elif event.kind is EventKind.SIGNAL and not event.name:
        report.error("signal-missing", node)
    elif event.kind in {EventKind.ERROR, EventKind.ESCALATION}:
        _check_code(node, event.kind, event.code or "", report)
    elif event.kind is EventKind.LINK and not event.name:
        report.error("link-name-missing", node)
    elif event.kind is EventKind.CANCEL and node.kind is Kind.END_EVENT:
        _check_cancel(process, node, report)


def _check_code(node: Node, kind: EventKind, code: str, report: Report) -> None:
    """What is thrown may be computed, what is caught may not: who catches is known before anything runs."""
    if node.kind in _THROWS and not code:
        report.error(f"{kind.value}-code-missing", node)
    elif node.kind not in _THROWS and code.startswith("="):
        report.error("caught-code-computed", node, event=kind.value, text=code[:80])


def _check_message(node: Node, report: Report, *, named: str | None, key: str | None, in_process: bool) -> None:
    if node.kind in _THROWS and node.job is not None:
        return
    if not named:
        report.error("message-missing", node)
        return
    if node.kind in _THROWS:
        report.notice("not-portable", node, feature="message throw")
    elif not key and not (node.kind is Kind.START_EVENT and in_process):
        report.warn("no-correlation-key", node, message=named)


def _check_compensation_targets(process: Process, report: Report) -> None:
    """An activity is worth compensating when it, or something inside it, has a compensation event."""
    compensable: set[str | None] = set()
    throws: list[tuple[Node, str]] = []
    for node in process.nodes.values():
        if node.event is None or node.event.kind is not EventKind.COMPENSATION:
            continue
        if node.kind is Kind.BOUNDARY_EVENT:
            host = process.nodes.get(node.attached_to or "")
            while host is not None and host.id not in compensable:
                compensable.add(host.id)
                host = process.nodes.get(host.scope or "")
        elif node.event.activity in process.nodes:
            throws.append((node, node.event.activity or ""))
    for node, target in throws:
        if process.nodes[target].scope not in _compensated_from(process, node):
            report.error("compensation-scope", node, target=target)
        elif target not in compensable:
            report.warn("compensation-target", node, target=target)


def _compensated_from(process: Process, node: Node) -> set[str | None]:
    """The scopes whose activities a throw can undo: its own and, from event sub-processes, those they belong to."""
    scopes = {node.scope}
    at = process.nodes.get(node.scope or "")
    while at is not None and at.triggered_by_event:
        scopes.add(at.scope)
        at = process.nodes.get(at.scope or "")
    return scopes


def _check_cancel(process: Process, node: Node, report: Report) -> None:
    """A transaction that is cancelled is left by its cancel event and by no other way."""
    scope = process.nodes.get(node.scope or "")
    if scope is None or scope.kind is not Kind.TRANSACTION:
        report.error("cancel-outside-transaction", node)
    elif not any(one.event and one.event.kind is EventKind.CANCEL for one in process.boundary_events(scope.id)):
        report.error("cancel-without-boundary", node, transaction=scope.id)


# --- links --------------------------------------------------------------------------------------------------------


def _check_links(process: Process, report: Report) -> None:
    throws: dict[tuple[str | None, str], list[Node]] = defaultdict(list)
    catches: dict[tuple[str | None, str], list[Node]] = defaultdict(list)
    for node in process.nodes.values():
        if node.event is None or node.event.kind is not EventKind.LINK or not node.event.name:
            continue
        if node.kind is Kind.INTERMEDIATE_THROW_EVENT:
            throws[node.scope, node.event.name].append(node)
            if node.outgoing:
                report.error("link-throw-leads-on", node)
        else:
            catches[node.scope, node.event.name].append(node)
            if node.incoming:
                report.error("link-catch-led-to", node)
    for key, nodes in throws.items():
        if key not in catches:
            for node in nodes:
                report.error("link-no-catch", node, link=key[1])
    for key, nodes in catches.items():
        for node in nodes[1:]:
            report.error("link-catch-twice", node, link=key[1], first=nodes[0].id)


# --- two that wait for the same -----------------------------------------------------------------------------------


def _check_rivals(process: Process, report: Report) -> None:
    """Two events that would catch the same thing at the same place: which of them acts would be chance."""
    catching: dict[str, list[Node]] = defaultdict(list)
    for node in process.nodes.values():
        if node.kind is Kind.BOUNDARY_EVENT:
            catching[f"boundary {node.attached_to}"].append(node)
        elif node.kind is Kind.START_EVENT:
            scope = process.nodes.get(node.scope or "")
            if scope is None:
                catching["start"].append(node)
            elif scope.triggered_by_event:
                catching[f"scope {scope.scope}"].append(node)
    for nodes in catching.values():
        _report_rivals(nodes, report)


def _report_rivals(nodes: list[Node], report: Report) -> None:
    counted: Counter[tuple[EventKind, str]] = Counter()
    for node in nodes:
        event = node.event
        if event is None or event.kind in {EventKind.NONE, EventKind.TIMER}:
            continue
        what = event.code if event.kind in {EventKind.ERROR, EventKind.ESCALATION} else event.name
        if what is None and event.ref:
            continue
        counted[event.kind, what or ""] += 1
        if counted[event.kind, what or ""] == 2:
            report.error("caught-twice", node, event=event.kind.value, what=what or "")
