"""What a diagram says, as plain immutable data: the reader makes it, checker and engine read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Flow nodes by their BPMN 2.0 element name."""

    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    SCRIPT_TASK = "scriptTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    TRANSACTION = "transaction"
    AD_HOC_SUB_PROCESS = "adHocSubProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    COMPLEX_GATEWAY = "complexGateway"


class EventKind(StrEnum):
    """What an event waits for or raises."""

    NONE = "none"
    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    COMPENSATION = "compensation"
    TERMINATE = "terminate"
    LINK = "link"
    CANCEL = "cancel"
    CONDITIONAL = "conditional"
    MULTIPLE = "multiple"


class TimerKind(StrEnum):
    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Event:
    """The event definition of an event, send or receive task.

    ``name`` is the message, signal or link name (dialect text: ``=`` marks FEEL); ``code`` the error or escalation
    code (None catches all); ``correlation_key`` the FEEL text of a message subscription; ``timer`` the text of a
    timer; ``activity`` the target of a compensation throw; ``ref`` the id of the declared message, signal, error or
    escalation as written, also when nothing of that id is declared.
    """

    kind: EventKind
    name: str | None = None
    code: str | None = None
    correlation_key: str | None = None
    timer_kind: TimerKind | None = None
    timer: str | None = None
    activity: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance (Camunda's or by BPMN cardinality) or a standard loop; all texts are dialect texts."""

    standard: bool = False
    sequential: bool = False
    input_collection: str | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None
    cardinality: str | None = None
    loop_condition: str | None = None
    loop_maximum: str | None = None
    test_before: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    assignee: str | None = None
    candidate_users: str | None = None
    candidate_groups: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    due: str | None = None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """``zeebe:taskDefinition``: the registered handler and how often it is tried."""

    type: str
    retries: str = "3"


@dataclass(frozen=True, slots=True)
class Script:
    expression: str
    result_variable: str | None


@dataclass(frozen=True, slots=True)
class CalledDecision:
    decision: str
    result_variable: str | None
    binding: str = "latest"


@dataclass(frozen=True, slots=True)
class CalledElement:
    process: str
    propagate_all_parent: bool = True
    propagate_all_child: bool = True
    binding: str = "latest"


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """One ``zeebe:input`` or ``zeebe:output``: the dialect text ``source`` is written to ``target``."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. ``scope`` is the id of the sub-process it lies in, None in the process itself."""

    id: str
    kind: Kind
    name: str | None = None
    line: int = 0
    scope: str | None = None
    lane: str | None = None
    documentation: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    triggered_by_event: bool = False
    for_compensation: bool = False
    compensation_handler: str | None = None
    loop: Loop | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    job: Job | None = None
    script: Script | None = None
    decision: CalledDecision | None = None
    called: CalledElement | None = None
    assignment: Assignment | None = None
    schedule: Schedule | None = None
    priority: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is a dialect text."""

    id: str
    source: str
    target: str
    condition: str | None = None
    name: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process with all its scopes flattened; document order is kept in both mappings."""

    id: str
    name: str | None
    executable: bool
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    line: int = 0
    version_tag: str | None = None
    documentation: str | None = None
    lanes: Mapping[str, str] = field(default_factory=dict)
    """Names of the lanes by id."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Form texts embedded in the file (``zeebe:userTaskForm``) by id."""
    form_lines: Mapping[str, int] = field(default_factory=dict)
    """The lines on which they begin."""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def record_kind(self) -> str:
        """The kind of record every instance is about, "" for a process about none (property ``record``)."""
        return self.properties.get("record", "").strip()

    @property
    def startable_by(self) -> tuple[str, ...]:
        """Codes of the roles that may start it by hand; empty when everybody may (property ``startableBy``)."""
        roles = self.properties.get("startableBy", "").split(",")
        return tuple(role.strip() for role in roles if role.strip())

    @property
    def is_callable(self) -> bool:
        """Whether a call activity can start it: starts by messages, signals and timers are none for a caller."""
        starts = [node for node in self.children(None) if node.kind is Kind.START_EVENT]
        return not starts or any(node.event is None or node.event.kind is EventKind.NONE for node in starts)

    def children(self, scope: str | None) -> tuple[Node, ...]:
        """The nodes that lie directly in ``scope``, in document order."""
        return tuple(node for node in self.nodes.values() if node.scope == scope)

    def boundary_events(self, node_id: str) -> tuple[Node, ...]:
        """The boundary events attached to an activity, in document order."""
        return tuple(node for node in self.nodes.values() if node.attached_to == node_id)


class Unread(NamedTuple):
    """An element or attribute the reader does not know.

    ``id`` is its own id or else its tag; ``tag`` carries the usual prefix (``bpmn:``, ``zeebe:``, ``camunda:``) and
    for an attribute ends with ``@name``; ``owner`` is the id of the nearest element that has one; ``again`` when it is
    known but stands there twice.
    """

    id: str
    name: str
    line: int
    tag: str = ""
    owner: str = ""
    again: bool = False


class BrokenReference(NamedTuple):
    """A reference to an id that does not exist: ``role`` is the referring attribute or element."""

    owner: str
    role: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A message, signal, error or escalation declared beside the processes; ``code`` of errors and escalations."""

    kind: EventKind
    id: str
    name: str | None
    line: int = 0
    code: str | None = None
    correlation_key: str | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """One BPMN file.

    ``participants`` maps a pool's id to its process ("" for a black box). ``unread`` lists what the reader does not
    know, ``duplicates`` the ids used again (id, line), ``nameless`` elements that need an id and have none (tag,
    line), ``broken`` references to nothing. ``drawn`` tells whether the file has a layout.
    """

    file: str
    processes: tuple[Process, ...]
    message_flows: tuple[tuple[str, str], ...] = ()
    participants: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    duplicates: tuple[tuple[str, int], ...] = ()
    nameless: tuple[tuple[str, int], ...] = ()
    broken: tuple[BrokenReference, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    drawn: bool = True
