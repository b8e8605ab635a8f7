"""Gateways and sequence flows: conditions where a choice is made, none where none is, and defaults that exist."""

from __future__ import annotations

from bpmn.checking.report import Report
from bpmn.model import EventKind, Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES

_CHOICES = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_AWAITED = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL})


def check_routing(process: Process, report: Report) -> None:
    """The rules of every kind of gateway and of conditional flows."""
    for node in process.nodes.values():
        if node.default is not None:
            _check_default(process, node, report)
        if node.kind in _CHOICES:
            _check_choice(process, node, report)
        elif node.kind is Kind.EVENT_BASED_GATEWAY:
            _check_event_based(process, node, report)
        _check_conditions(process, node, report)


def _check_default(process: Process, node: Node, report: Report) -> None:
    flow = process.flows.get(node.default or "")
    if flow is None or flow.source != node.id:
        report.error("default-not-outgoing", node, target=node.default)
    elif flow.condition is not None:
        report.warn("default-with-condition", flow)


def _check_choice(process: Process, node: Node, report: Report) -> None:
    if len(node.outgoing) < 2:
        return
    for identity in node.outgoing:
        if process.flows[identity].condition is None and identity != node.default:
            report.error("flow-without-condition", process.flows[identity], gateway=node.id)
    if node.default is None:
        report.warn("no-default-flow", node)


def _check_conditions(process: Process, node: Node, report: Report) -> None:
    """Conditions only count after exclusive and inclusive gateways and activities."""
    conditional = [process.flows[flow] for flow in node.outgoing if process.flows[flow].condition is not None]
    if not conditional or node.kind in _CHOICES:
        return
    if node.kind not in ACTIVITIES:
        for flow in conditional:
            report.error("condition-not-allowed", flow, source=node.id)
    elif len(conditional) == len(node.outgoing) and node.default is None:
        report.warn("no-default-flow", node)


def _check_event_based(process: Process, node: Node, report: Report) -> None:
    if len(node.outgoing) < 2:
        report.error("event-gateway-needs-two", node)
    seen: set[tuple[EventKind, str]] = set()
    for identity in node.outgoing:
        target = process.nodes.get(process.flows[identity].target)
        if target is None:
            continue
        event = target.event
        if target.kind is not Kind.INTERMEDIATE_CATCH_EVENT or event is None or event.kind not in _AWAITED:
            report.error("event-gateway-target", node, target=target.id)
            continue
        if len(target.incoming) > 1:
            report.error("event-gateway-shared-target", target, gateway=node.id)
        if event.kind is not EventKind.TIMER and event.name:
            if (event.kind, event.name) in seen:
                values = {event.kind.value: event.name, "target": target.id}
                report.error(f"event-gateway-same-{event.kind.value}", node, **values)
            seen.add((event.kind, event.name))
