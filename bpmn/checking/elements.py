"""Whether every element is on the supported list, and where it must say that it is not portable."""

from __future__ import annotations

from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.model import EventKind, Kind, Node, Process
from bpmn.supported import EVENTS_AT, NODES, REASONS, Support, position_of
from bpmn.vocabulary import EVENTS, SUB_PROCESSES


def check_elements(process: Process, report: Report) -> None:
    """Refuse what is not supported; say what runs here but not on Camunda 8."""
    for node in process.nodes.values():
        support = NODES[node.kind]
        if support is Support.NO:
            report.error(REASONS.get(node.kind.value, "unsupported-element"), node, tag=f"bpmn:{node.kind.value}")
        elif support is Support.NOT_PORTABLE:
            report.notice("not-portable", node, feature=node.kind.value)
        if node.kind in EVENTS:
            _check_event(process, node, report)
        if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1:
            report.notice("not-portable", node, feature="inclusive join")
        if node.loop is not None and node.loop.standard:
            report.notice("not-portable", node, feature="standard loop")
        if node.loop is not None and node.loop.cardinality:
            report.notice("not-portable", node, feature="loop cardinality")


def _check_event(process: Process, node: Node, report: Report) -> None:
    position = position_of(process, node)
    kind = node.event.kind if node.event is not None else EventKind.NONE
    support = EVENTS_AT[position].get(kind, Support.NO)
    if kind is EventKind.CONDITIONAL:
        report.error("conditional-event", node)
    elif support is Support.NO:
        report.error("unsupported-event", node, event=kind.value, position=position.value)
    elif support is Support.NOT_PORTABLE:
        report.notice("not-portable", node, feature="cancel event")


def check_scopes(process: Process, report: Report) -> None:
    """How processes and sub-processes begin, and where event sub-processes may stand."""
    starts: dict[str | None, list[Node]] = {}
    for node in process.nodes.values():
        if node.kind is Kind.START_EVENT:
            starts.setdefault(node.scope, []).append(node)
    _check_process_start(process, starts.get(None, []), report)
    for node in process.nodes.values():
        if node.kind in SUB_PROCESSES and node.kind is not Kind.AD_HOC_SUB_PROCESS:
            _check_sub_process(node, starts.get(node.id, []), report)


def _check_process_start(process: Process, starts: list[Node], report: Report) -> None:
    if not starts:
        report.add(Severity.ERROR, "no-start", process.id, process.line, name=process.name or "")
    by_hand = [node for node in starts if node.event is None or node.event.kind is EventKind.NONE]
    for node in by_hand[1:]:
        report.error("several-none-starts", node, first=by_hand[0].id)


def _check_sub_process(node: Node, starts: list[Node], report: Report) -> None:
    if not starts:
        report.error("no-start", node)
    elif len(starts) > 1:
        report.error("several-starts", node, count=len(starts))
    if node.triggered_by_event:
        if node.kind is Kind.TRANSACTION:
            report.error("event-transaction", node)
        if node.loop is not None:
            report.error("event-sub-process-loop", node)
