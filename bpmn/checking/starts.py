"""What starts a process before it has any variables: the names of messages and signals, the moments of timers."""

from __future__ import annotations

from datetime import date

import feel
from bpmn.checking.report import Report
from bpmn.checking.timers import check_literal
from bpmn.constants import constant, static_text
from bpmn.model import Event, Kind, Node, Process, TimerKind


def check_starts(process: Process, report: Report) -> None:
    """The start events of the process itself: their expressions are evaluated when it is deployed."""
    for node in process.children(None):
        event = node.event
        if node.kind is not Kind.START_EVENT or event is None:
            continue
        if event.name and not static_text(event.name):
            report.error("start-not-constant", node, text=event.name[:80])
        if event.timer and event.timer.startswith("="):
            _check_moment(node, event, event.timer, report)


def _check_moment(node: Node, event: Event, text: str, report: Report) -> None:
    value = constant(text)
    if value is None:
        report.error("start-not-constant", node, text=text[:80])
    elif event.timer_kind is not None and not _is_moment(event.timer_kind, value):
        check_literal(event.timer_kind, value if isinstance(value, str) else feel.to_text(value), node, report)


def _is_moment(kind: TimerKind, value: object) -> bool:
    return kind is TimerKind.DATE and isinstance(feel.to_python(value), date)
