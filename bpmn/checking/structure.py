"""Whether a diagram holds together: ids, references, flows, and that every element can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.model import Diagram, EventKind, Flow, Kind, Node, Process, Unread
from bpmn.supported import EXTENSION_PLACES, REASONS
from bpmn.vocabulary import ENGINE_NAMESPACES, GATEWAYS, SUB_PROCESSES

_HARMLESS_REFERENCES = frozenset({"incoming", "outgoing", "flowNodeRef"})
_ENGINE_PREFIXES = tuple(f"{prefix}:" for prefix in ENGINE_NAMESPACES.values())


def check_diagram(diagram: Diagram, report: Report) -> None:
    """What concerns the whole file."""
    for identity, line in diagram.duplicates:
        report.add(Severity.ERROR, "duplicate-id", identity, line)
    for tag, line in diagram.nameless:
        severity = Severity.WARNING if tag == "sequenceFlow" else Severity.ERROR
        report.add(severity, "missing-id", None, line, tag=tag)
    for broken in diagram.broken:
        severity = Severity.WARNING if broken.role in _HARMLESS_REFERENCES else Severity.ERROR
        report.add(
            severity, "broken-reference", broken.owner or None, broken.line, role=broken.role, target=broken.target
        )
    for unread in diagram.unread:
        check_unread(unread, report)
    if not diagram.processes:
        report.add(Severity.ERROR, "no-process")
    elif not any(process.executable for process in diagram.processes):
        report.add(Severity.ERROR, "no-executable-process", diagram.processes[0].id, diagram.processes[0].line)
    else:
        for process in diagram.processes:
            if not process.executable and process.nodes:
                report.add(Severity.NOTICE, "not-executable", process.id, process.line, name=process.name or "")
    if not diagram.drawn:
        report.add(Severity.NOTICE, "no-layout")


def check_unread(unread: Unread, report: Report) -> None:
    """What the reader did not know: refused, except for extensions of tools that change nothing."""
    tag, _, attribute = unread.tag.partition("@")
    prefix, _, local = tag.rpartition(":")
    values = {"tag": unread.tag, "name": unread.name, "owner": unread.owner}
    element = unread.id if unread.id != unread.tag else unread.owner or None
    if unread.again:
        report.add(Severity.ERROR, "said-twice", element, unread.line, **values)
    elif f"{prefix}:".startswith(_ENGINE_PREFIXES) or attribute.startswith(_ENGINE_PREFIXES):
        report.add(Severity.ERROR, "foreign-engine", element, unread.line, **values)
    elif local in REASONS and prefix in {"bpmn", "zeebe"} and not attribute:
        report.add(Severity.ERROR, REASONS[local], element, unread.line, **values)
    elif prefix == "zeebe":
        known = local in EXTENSION_PLACES and not attribute
        code = "misplaced-extension" if known else "unsupported-extension"
        report.add(Severity.ERROR, code, element, unread.line, **values)
    elif prefix == "bpmn":
        code = "unsupported-attribute" if attribute else "unsupported-element"
        report.add(Severity.ERROR, code, element, unread.line, **values)
    else:
        report.add(Severity.NOTICE, "foreign-extension", element, unread.line, **values)


def check_flows(process: Process, report: Report) -> None:
    """The ends of every sequence flow."""
    for flow in process.flows.values():
        ends = []
        for role, end in (("sourceRef", flow.source), ("targetRef", flow.target)):
            node = process.nodes.get(end)
            if node is None:
                report.error("flow-end-unknown", flow, role=role, target=end)
            else:
                ends.append(node)
        if len(ends) == 2:
            _check_ends(flow, ends[0], ends[1], report)


def _check_ends(flow: Flow, source: Node, target: Node, report: Report) -> None:
    if source.scope != target.scope:
        report.error("flow-crosses-scope", flow, source=source.id, target=target.id)
    if target.kind in {Kind.START_EVENT, Kind.BOUNDARY_EVENT} or target.triggered_by_event:
        report.error("flow-into-event", flow, target=target.id)
    if source.kind is Kind.END_EVENT or source.triggered_by_event:
        report.error("flow-out-of-end", flow, source=source.id)
    if source.for_compensation or target.for_compensation:
        report.error("flow-at-compensation", flow, target=target.id if target.for_compensation else source.id)


def check_reachability(process: Process, report: Report) -> None:
    """Every node must have a way from a start event."""
    reached = reachable(process)
    for node in process.nodes.values():
        if node.id not in reached and not (node.scope and node.scope not in reached):
            report.error("unreachable", node)


def reachable(process: Process) -> set[str]:
    """The nodes that some path of flows, events, links and compensation leads to."""
    children: dict[str | None, list[Node]] = {}
    attached: dict[str, list[Node]] = {}
    catches: dict[tuple[str | None, str | None], list[Node]] = {}
    for node in process.nodes.values():
        children.setdefault(node.scope, []).append(node)
        if node.attached_to:
            attached.setdefault(node.attached_to, []).append(node)
        if _is_link(node, Kind.INTERMEDIATE_CATCH_EVENT):
            catches.setdefault((node.scope, node.event.name if node.event else None), []).append(node)
    reached: set[str] = set()
    waiting = _entries(children.get(None, ()))
    while waiting:
        node = waiting.pop()
        if node.id in reached:
            continue
        reached.add(node.id)
        waiting += (process.nodes[end] for end in _targets(process, node) if end in process.nodes)
        waiting += attached.get(node.id, ())
        if node.compensation_handler and node.compensation_handler in process.nodes:
            waiting.append(process.nodes[node.compensation_handler])
        if node.kind in SUB_PROCESSES:
            waiting += _entries(children.get(node.id, ()))
        if _is_link(node, Kind.INTERMEDIATE_THROW_EVENT):
            waiting += catches.get((node.scope, node.event.name if node.event else None), ())
    return reached


def _entries(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if node.kind is Kind.START_EVENT or node.triggered_by_event]


def _targets(process: Process, node: Node) -> Iterable[str]:
    return (process.flows[flow].target for flow in node.outgoing)


def _is_link(node: Node, kind: Kind) -> bool:
    return node.kind is kind and node.event is not None and node.event.kind is EventKind.LINK


def check_gateways_lead_on(process: Process, report: Report) -> None:
    """A gateway without a way out ends a path where nobody sees it."""
    for node in process.nodes.values():
        if node.kind in GATEWAYS and not node.outgoing:
            report.warn("gateway-leads-nowhere", node)
