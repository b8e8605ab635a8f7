"""The supported list: every element, event and extension that runs, as data, and why the others are refused.

The deploy check, the engine's own refusals, the designer's palette and linter, and docs/bpmn.md are derived from here
and from nowhere else.
"""

from __future__ import annotations

from enum import StrEnum

from bpmn.model import EventKind, Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES, EVENTS


class Support(StrEnum):
    """Whether something runs; NOT_PORTABLE runs as BPMN 2.0 says but not on Camunda 8."""

    YES = "yes"
    NOT_PORTABLE = "not portable"
    NO = "no"


NODES: dict[Kind, Support] = {
    **dict.fromkeys(Kind, Support.YES),
    Kind.TRANSACTION: Support.NOT_PORTABLE,
    Kind.AD_HOC_SUB_PROCESS: Support.NO,
    Kind.COMPLEX_GATEWAY: Support.NO,
}


class Position(StrEnum):
    """Where an event stands; each position allows its own kinds."""

    START = "start event"
    SUB_PROCESS_START = "start event of an embedded sub-process"
    EVENT_SUB_PROCESS_START = "interrupting start event of an event sub-process"
    EVENT_SUB_PROCESS_START_PARALLEL = "non-interrupting start event of an event sub-process"
    CATCH = "intermediate catch event"
    THROW = "intermediate throw event"
    BOUNDARY = "interrupting boundary event"
    BOUNDARY_PARALLEL = "non-interrupting boundary event"
    END = "end event"


_YES, _NOT_PORTABLE = Support.YES, Support.NOT_PORTABLE

EVENTS_AT: dict[Position, dict[EventKind, Support]] = {
    Position.START: dict.fromkeys((EventKind.NONE, EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL), _YES),
    Position.SUB_PROCESS_START: {EventKind.NONE: _YES},
    Position.EVENT_SUB_PROCESS_START: dict.fromkeys(
        (EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.ERROR, EventKind.ESCALATION), _YES
    ),
    Position.EVENT_SUB_PROCESS_START_PARALLEL: dict.fromkeys(
        (EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.ESCALATION), _YES
    ),
    Position.CATCH: dict.fromkeys((EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.LINK), _YES),
    Position.THROW: dict.fromkeys(
        (
            EventKind.NONE,
            EventKind.MESSAGE,
            EventKind.SIGNAL,
            EventKind.LINK,
            EventKind.ESCALATION,
            EventKind.COMPENSATION,
        ),
        _YES,
    ),
    Position.BOUNDARY: {
        **dict.fromkeys(
            (
                EventKind.MESSAGE,
                EventKind.TIMER,
                EventKind.SIGNAL,
                EventKind.ERROR,
                EventKind.ESCALATION,
                EventKind.COMPENSATION,
            ),
            _YES,
        ),
        EventKind.CANCEL: _NOT_PORTABLE,
    },
    Position.BOUNDARY_PARALLEL: dict.fromkeys(
        (EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.ESCALATION), _YES
    ),
    Position.END: {
        **dict.fromkeys(
            (
                EventKind.NONE,
                EventKind.MESSAGE,
                EventKind.SIGNAL,
                EventKind.ERROR,
                EventKind.ESCALATION,
                EventKind.COMPENSATION,
                EventKind.TERMINATE,
            ),
            _YES,
        ),
        EventKind.CANCEL: _NOT_PORTABLE,
    },
}


def position_of(process: Process, node: Node) -> Position:
    """Where an event of a process stands."""
    if node.kind is Kind.START_EVENT:
        scope = process.nodes.get(node.scope) if node.scope else None
        if scope is None:
            return Position.START
        if not scope.triggered_by_event:
            return Position.SUB_PROCESS_START
        return Position.EVENT_SUB_PROCESS_START if node.interrupting else Position.EVENT_SUB_PROCESS_START_PARALLEL
    if node.kind is Kind.BOUNDARY_EVENT:
        compensation = node.event is not None and node.event.kind is EventKind.COMPENSATION
        return Position.BOUNDARY if node.interrupting or compensation else Position.BOUNDARY_PARALLEL
    return {
        Kind.INTERMEDIATE_CATCH_EVENT: Position.CATCH,
        Kind.INTERMEDIATE_THROW_EVENT: Position.THROW,
        Kind.END_EVENT: Position.END,
    }[node.kind]


_WITH_MAPPINGS = frozenset(ACTIVITIES | EVENTS)
_JOBS = frozenset({Kind.SERVICE_TASK, Kind.SEND_TASK, Kind.SCRIPT_TASK, Kind.BUSINESS_RULE_TASK})
_THROWS = frozenset({Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT})
_USER_TASK = frozenset({Kind.USER_TASK})

EXTENSION_PLACES: dict[str, frozenset[str]] = {
    "ioMapping": _WITH_MAPPINGS,
    "taskDefinition": _JOBS | _THROWS,
    "taskHeaders": _JOBS | _THROWS | {Kind.USER_TASK, Kind.MANUAL_TASK, Kind.RECEIVE_TASK},
    "properties": frozenset({*Kind, "process", "collaboration", "participant", "lane", "sequenceFlow", "definitions"}),
    "formDefinition": _USER_TASK | {Kind.START_EVENT},
    "assignmentDefinition": _USER_TASK,
    "taskSchedule": _USER_TASK,
    "priorityDefinition": _USER_TASK,
    "userTask": _USER_TASK,
    "script": frozenset({Kind.SCRIPT_TASK}),
    "calledDecision": frozenset({Kind.BUSINESS_RULE_TASK}),
    "calledElement": frozenset({Kind.CALL_ACTIVITY}),
    "loopCharacteristics": frozenset({"multiInstanceLoopCharacteristics"}),
    "subscription": frozenset({"message"}),
    "versionTag": frozenset({"process"}),
    "userTaskForm": frozenset({"process"}),
}
"""The ``zeebe:`` extension elements and the kinds of elements each may stand in."""

REASONS: dict[str, str] = {
    "complexGateway": "complex-gateway",
    "adHocSubProcess": "ad-hoc",
    "conditionalEventDefinition": "conditional-event",
    "executionListeners": "execution-listener",
    "taskListeners": "task-listener",
}
"""Refusals that deserve a sentence of their own; everything else unknown is refused as such."""


PRIORITIES = range(101)
"""The priorities a user task may have."""


def position_name(position: Position) -> str:
    """The position in the words of docs/bpmn.md."""
    return position.value
