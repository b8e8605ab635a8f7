"""What tasks need: somebody to do them, a handler with its inputs, a place for results, collections to go through."""

from __future__ import annotations

import re

from bpmn import iso
from bpmn.checking.catalogue import Catalogue, HandlerEntry
from bpmn.checking.expressions import severity_of_missing
from bpmn.checking.report import Report
from bpmn.model import Assignment, Kind, Node, Process, Schedule
from bpmn.supported import PRIORITIES

_VARIABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_DIGITS = re.compile(r"\d{1,4}")


def check_tasks(process: Process, catalogue: Catalogue, report: Report) -> None:
    """The rules of every activity."""
    for node in process.nodes.values():
        if node.kind is Kind.USER_TASK:
            _check_user_task(node, catalogue, report)
        elif node.kind is Kind.SERVICE_TASK and node.job is None:
            report.error("job-missing", node)
        elif node.kind is Kind.SCRIPT_TASK and node.job is None:
            _check_script(node, report)
        elif node.kind is Kind.BUSINESS_RULE_TASK and node.job is None:
            _check_decision(node, report)
        elif node.kind is Kind.CALL_ACTIVITY:
            _check_call(node, report)
        if node.job is not None:
            _check_job(node, catalogue, report)
        if node.loop is not None:
            _check_loop(node, report)
        _check_mappings(node, report)


# --- user tasks ---------------------------------------------------------------------------------------------------


def _check_user_task(node: Node, catalogue: Catalogue, report: Report) -> None:
    assignment = node.assignment or Assignment()
    given = [assignment.assignee, assignment.candidate_users, assignment.candidate_groups]
    if not any(text and text.strip() for text in given):
        report.warn("nobody-assigned", node)
    groups = assignment.candidate_groups
    if groups and not groups.startswith("=") and catalogue.groups is not None:
        for group in (part.strip() for part in groups.split(",")):
            if group.partition("@")[0] not in catalogue.groups:
                report.warn("unknown-group", node, group=group)
    if node.priority and not node.priority.startswith("="):
        _check_priority(node, node.priority, report)
    schedule = node.schedule or Schedule()
    for name, text in (("dueDate", schedule.due), ("followUpDate", schedule.follow_up)):
        if text and not text.startswith("=") and not _is_moment(text):
            report.error("not-a-moment", node, property=name, text=text[:80])


def _check_priority(node: Node, text: str, report: Report) -> None:
    if not _DIGITS.fullmatch(text) or int(text) not in PRIORITIES:
        report.error("priority-range", node, text=text[:80])


def _is_moment(text: str) -> bool:
    try:
        iso.parse_moment(text)
    except ValueError:
        return False
    return True


# --- work done by handlers, scripts, tables and other processes ---------------------------------------------------


def _check_job(node: Node, catalogue: Catalogue, report: Report) -> None:
    job = node.job
    if job is None:
        return
    if not job.type.strip():
        report.error("job-missing", node)
    elif not job.type.startswith("=") and (catalogue.handlers is not None or catalogue.standalone):
        entry = (catalogue.handlers or {}).get(job.type)
        if entry is None:
            report.at(severity_of_missing(catalogue), "unknown-handler", node, handler=job.type)
        else:
            _check_inputs(node, entry, report)
    if not job.retries.startswith("=") and not _DIGITS.fullmatch(job.retries):
        report.error("retries-number", node, text=job.retries[:80])
    if node.kind is Kind.SCRIPT_TASK and node.script is not None:
        report.error("two-implementations", node)
    if node.kind is Kind.BUSINESS_RULE_TASK and node.decision is not None:
        report.error("two-implementations", node)


def _check_inputs(node: Node, entry: HandlerEntry, report: Report) -> None:
    """A handler sees the mapped inputs where there are any; without mappings it sees every variable."""
    if not node.inputs:
        return
    mapped = {mapping.target.partition(".")[0] for mapping in node.inputs}
    handler = node.job.type if node.job else ""
    for name in entry.required:
        if name not in mapped:
            report.error("handler-input-missing", node, handler=handler, input=name)
    if not entry.takes_rest:
        for name in sorted(mapped - {*entry.required, *entry.optional}):
            report.warn("handler-input-unknown", node, handler=handler, input=name)


def _check_script(node: Node, report: Report) -> None:
    if node.script is None or not node.script.expression:
        report.error("script-missing", node)
    elif not node.script.result_variable:
        report.error("result-variable-missing", node)


def _check_decision(node: Node, report: Report) -> None:
    if node.decision is None or not node.decision.decision:
        report.error("decision-missing", node)
        return
    if not node.decision.result_variable:
        report.error("result-variable-missing", node)
    if node.decision.binding not in {"latest", "deployment"}:
        report.error("unsupported-binding", node, binding=node.decision.binding)


def _check_call(node: Node, report: Report) -> None:
    if node.called is None or not node.called.process:
        report.error("call-target-missing", node)
    elif node.called.binding not in {"latest", "deployment"}:
        report.error("unsupported-binding", node, binding=node.called.binding)


# --- loops and mappings -------------------------------------------------------------------------------------------


def _check_loop(node: Node, report: Report) -> None:
    loop = node.loop
    if loop is None:
        return
    if loop.standard:
        if not loop.loop_condition and not loop.loop_maximum:
            report.error("loop-without-end", node)
        if loop.loop_maximum and not _DIGITS.fullmatch(loop.loop_maximum):
            report.error("loop-maximum", node, text=loop.loop_maximum[:80])
        return
    if not loop.input_collection and not loop.cardinality:
        report.error("collection-missing", node)
    if loop.cardinality and not loop.cardinality.startswith("=") and not _DIGITS.fullmatch(loop.cardinality):
        report.error("loop-cardinality", node, text=loop.cardinality[:80])
    if bool(loop.output_collection) != bool(loop.output_element):
        report.error("output-collection", node)


def _check_mappings(node: Node, report: Report) -> None:
    for direction, mappings in (("input", node.inputs), ("output", node.outputs)):
        for mapping in mappings:
            if not _VARIABLE.fullmatch(mapping.target):
                report.error("mapping-target", node, direction=direction, target=mapping.target[:80])
            if not mapping.source:
                report.error("mapping-source", node, direction=direction, target=mapping.target[:80])
    for name in _result_names(node):
        if name is not None and not _VARIABLE.fullmatch(name):
            report.error("variable-name", node, variable=name[:80])


def _result_names(node: Node) -> tuple[str | None, ...]:
    loop = node.loop
    return (
        (node.script.result_variable or None) if node.script else None,
        (node.decision.result_variable or None) if node.decision else None,
        (loop.input_element or None) if loop else None,
        (loop.output_collection or None) if loop else None,
    )
