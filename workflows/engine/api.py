"""What the engine takes and gives: stimuli, ports, and the outcome of one advance, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

Variables = Mapping[str, Any]  # JSON-ready values by name


# --- what may happen to an instance -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an operator starts a token: before an element, or on the flows after it (``after``).

    ``ancestor`` is the key of the scope it is started in, or of one around it: then the scopes between are new.
    Needed only where several scopes fit. ``variables`` are the new token's own.
    """

    element: str
    after: bool = False
    ancestor: str | None = None
    variables: Variables = field(default_factory=dict)


def _entries(given: Sequence[Entry | Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Entries also from how they were recorded."""
    return tuple(entry if isinstance(entry, Entry) else Entry(**entry) for entry in given)


@dataclass(frozen=True, slots=True)
class StartInstance:
    """Begin at the none start event or at the one named ``event`` (element id); ``variables`` go to the root scope."""

    variables: Variables
    event: str | None = None
    called: bool = False  # by a call activity: what nobody catches inside goes to the caller (``Advance.thrown``)
    at: tuple[Entry, ...] = ()  # instead of a start event: an operator starts the process in its midst

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", _entries(self.at))


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """A user, manual or receive task, or a job left open, is done with these results."""

    step: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailStep:
    """A job failed for technical reasons and has no retries left: an incident opens at the step."""

    step: str
    message: str


@dataclass(frozen=True, slots=True)
class ThrowError:
    """A step ends with a BPMN error; uncaught it becomes an incident at the step."""

    step: str
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escalate:
    """A called child raised an escalation at this call activity."""

    step: str
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FireTimer:
    """The timer ``timer`` (key of an opened timer) is due."""

    timer: str


@dataclass(frozen=True, slots=True)
class Receive:
    """A message or signal reaches the subscription ``subscription`` (key of an opened subscription)."""

    subscription: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildFinished:
    """The instance called by ``step`` ended; ``variables`` is its root scope."""

    step: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resume:
    """The caller has dealt with the escalation thrown at ``step`` and did not end this instance: go on."""

    step: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Try the step of an open incident again, after ``variables`` were written to its scope."""

    step: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolve:
    """Leave the step of an open incident without carrying it out: as completed with ``variables``, or by an error."""

    step: str
    variables: Variables = field(default_factory=dict)
    error: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Modify:
    """An operator moves tokens, all at once or not at all: write, start, then end.

    ``end`` names steps (or scopes) by key, or all tokens at an element by its id; ``variables`` go to the root scope.
    """

    start: tuple[Entry, ...] = ()
    end: tuple[str, ...] = ()
    variables: Variables = field(default_factory=dict)
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", _entries(self.start))
        object.__setattr__(self, "end", tuple(self.end))


@dataclass(frozen=True, slots=True)
class SetVariables:
    """An operator writes variables into the scope of ``step``, or into the root scope."""

    variables: Variables
    step: str | None = None


@dataclass(frozen=True, slots=True)
class ReplanTimers:
    """Evaluate the due expressions of all waiting timers again."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance now: everything open is closed, nothing is compensated."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Migrate:
    """The instance goes over to another version of its process (`workflows.engine.migrating`, not ``advance``).

    ``before`` and ``after`` are version numbers; ``mapping`` gives renamed or chosen elements by their old id, ``end``
    the elements whose steps are ended; ``undo`` brings back what an earlier migration changed.
    """

    before: int
    after: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    end: tuple[str, ...] = ()
    undo: bool = False
    reason: str = ""


Stimulus = (
    StartInstance
    | CompleteStep
    | FailStep
    | ThrowError
    | Escalate
    | FireTimer
    | Receive
    | ChildFinished
    | Resume
    | Retry
    | Resolve
    | Modify
    | SetVariables
    | ReplanTimers
    | Migrate
    | Cancel
)


# --- how the engine asks the world --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepContext:
    """Who is asking: the step on whose behalf a handler is called.

    ``loop`` numbers the activations of one element within the instance (1, 2, ... in order of opening), so that
    (instance, element, loop) is the idempotency key of everything the step causes. ``retries`` is how often the
    model wants the handler tried.
    """

    step: str
    element: str
    name: str | None
    loop: int
    headers: Mapping[str, str]
    lane: str | None = None
    retries: int = 3


@dataclass(frozen=True, slots=True)
class Done:
    """The handler succeeded with these results."""

    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """The handler raised a BPMN error."""

    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The handler failed for a technical reason: an incident opens, the step keeps its token."""

    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The work was requested outside: the step stays open until CompleteStep, FailStep or ThrowError."""


Answer = Done | Fault | Failed | Later


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision's value and its explanation (the dmn trace as JSON-ready data)."""

    value: Any
    trace: Mapping[str, Any] = field(default_factory=dict)


class Ports(Protocol):
    """The engine's only windows. Everything they answer goes into the log, so a replay gives the same trace."""

    def now(self) -> datetime:
        """The moment of this advance, aware."""

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """Carry out a service task.

        ``inputs`` are the step's local variables when it has input mappings, else all visible ones.
        """

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """Answer a host function from FEEL; plain values in and out; raises HostFunctionFailed with a reason."""

    def functions(self) -> Mapping[str, Sequence[str]]:
        """The host functions on offer: name -> parameter names."""

    def decide(self, decision: str, context: Variables) -> Decided:
        """Evaluate a decision of the definition; raises DecisionFailed with a reason."""


class HostFunctionFailed(Exception):
    """A host function could not answer."""


class DecisionFailed(Exception):
    """A decision could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of one advance; exceeding one is an incident, never a hang."""

    steps: int = 100_000
    cpu_seconds: float = 10.0
    feel_steps: int = 1_000_000
    state_bytes: int = 4_000_000


# --- what came of it ----------------------------------------------------------------------------------------------


class StepKind(StrEnum):
    """Steps that wait for somebody outside the engine."""

    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    RECEIVE_TASK = "receiveTask"
    JOB = "job"
    CALL = "callActivity"
    CATCH = "catch"
    INCIDENT = "incident"


class Closing(StrEnum):
    """How a step, timer or subscription left the list of what is open."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OpenedStep:
    """A step that now waits.

    ``assignee``, ``candidate_users`` and ``candidate_groups`` are the evaluated assignment, ``due`` and
    ``follow_up`` aware moments.
    A JOB step also carries ``job`` (type), ``inputs`` and ``retries``; a CALL step ``process`` and ``inputs``.
    ``step`` is unique in the instance and stable until the step closes; ``path`` lists the numbers (from 1) of the
    enclosing multi-instance items, outermost first. An INCIDENT step waits for nothing but its incident to be dealt
    with: every open incident has an open step of its key.
    """

    step: str
    kind: StepKind
    element: str
    name: str | None
    loop: int
    lane: str | None = None
    scope: str | None = None
    path: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    form: str | None = None
    job: str | None = None
    retries: int = 3
    process: str | None = None
    propagate_all: bool = True
    inputs: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedStep:
    step: str
    element: str
    how: Closing
    kind: StepKind | None = None


@dataclass(frozen=True, slots=True)
class OpenedTimer:
    """A waiting timer; ``due`` None means parked (its expression gave null) until timers are planned again."""

    timer: str
    element: str
    due: datetime | None
    repetitions: int | None = None  # left after this one; -1 without end


@dataclass(frozen=True, slots=True)
class OpenedSubscription:
    """Waiting for a message (``correlation_key`` set, "" if it has none) or a signal (``signal`` True)."""

    subscription: str
    element: str
    name: str
    correlation_key: str = ""
    signal: bool = False


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message event or send task without a job type throws a message to other instances."""

    name: str
    correlation_key: str
    variables: Variables
    element: str
    loop: int


@dataclass(frozen=True, slots=True)
class SignalSent:
    """A signal for everybody else: what this instance itself was listening for has been served already."""

    name: str
    variables: Variables
    element: str
    loop: int


class IncidentKind(StrEnum):
    HANDLER = "handler"
    ERROR = "uncaught-error"
    EXPRESSION = "expression"
    DECISION = "decision"
    NO_FLOW = "no-flow"
    BUDGET = "budget"
    CALL = "call"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """The step keeps its token and waits for Retry."""

    step: str
    element: str
    kind: IncidentKind
    message: str
    detail: str = ""


class LogKind(StrEnum):
    """Kinds of log entries, in the order things happen."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FLOW = "flow"  # element = sequence flow id
    VARIABLES = "variables"
    CALLED = "called"  # a handler and its answer
    LOOKED_UP = "looked-up"
    DECIDED = "decided"
    CONDITION = "condition"
    WARNING = "warning"
    INCIDENT = "incident"
    ENDED = "ended"  # an end event was reached


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened at an element; ``step`` is the token it happened to.

    ``data``: ENTERED loop · VARIABLES scope (step that owns it, "" the process), values · CALLED handler, inputs,
    answer (done, fault, failed, later), then variables, code, message or detail · LOOKED_UP (element is the function)
    arguments, answer, type where it was a date, time or duration · DECIDED decision, value, trace · CONDITION
    (element is the flow, or the activity whose completion or loop is decided) condition, value, reasons when null ·
    INCIDENT kind, message, detail · WARNING expression and reasons, or what was not caught. A repeated activity
    completes once per item.
    """

    kind: LogKind
    element: str
    step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    COMPLETED = "completed"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finished:
    """The instance ended: the end events reached over its life, in order, and its root scope."""

    outcome: Outcome
    ends: tuple[str, ...]
    variables: Variables


@dataclass(frozen=True, slots=True)
class ErrorThrown:
    """An error (or escalation) nobody caught inside a called instance: its parent's call activity must handle it."""

    code: str
    message: str
    variables: Variables
    escalation: bool = False
    step: str = ""  # where it was thrown; an escalation's throw waits there for Resume


@dataclass(frozen=True, slots=True)
class Advance:
    """Everything that one stimulus changed. Lists hold differences: opened now, closed now.

    Closed lists are to be applied before opened ones (a step may close as one kind and open as another); an opened
    timer whose key is known already has moved to another moment. ``kept`` are steps that stay, or are open again, under
    another description: element, name, lane, headers and form (migration).
    """

    state: bytes
    opened: tuple[OpenedStep, ...] = ()
    closed: tuple[ClosedStep, ...] = ()
    kept: tuple[OpenedStep, ...] = ()
    timers: tuple[OpenedTimer, ...] = ()
    timers_closed: tuple[str, ...] = ()
    subscriptions: tuple[OpenedSubscription, ...] = ()
    subscriptions_closed: tuple[str, ...] = ()
    messages: tuple[MessageSent, ...] = ()
    signals: tuple[SignalSent, ...] = ()
    incidents: tuple[OpenedIncident, ...] = ()
    incidents_closed: tuple[str, ...] = ()
    thrown: tuple[ErrorThrown, ...] = ()
    log: tuple[LogEntry, ...] = ()
    finished: Finished | None = None


class StimulusRefused(Exception):
    """The stimulus does not fit the instance: the step is not open, the timer is gone, the instance has ended."""


class Obstacle(StrEnum):
    """Why a modification is impossible."""

    NOTHING = "nothing"
    UNKNOWN_ELEMENT = "unknown-element"
    START_EVENT = "start-event"
    BOUNDARY_EVENT = "boundary-event"
    EVENT_SUB_PROCESS = "event-sub-process"
    COMPENSATION = "compensation"
    AFTER_GATEWAY = "after-event-based-gateway"
    NOTHING_FOLLOWS = "nothing-follows"
    SEVERAL_SCOPES = "several-scopes"
    NO_ITEM = "no-item"
    NO_ANCESTOR = "no-ancestor"
    NOT_OPEN = "not-open"
    LISTENER = "listener"
    FAILED = "failed"


class ModificationRefused(StimulusRefused):
    """BPMN's scopes, or the element itself, make the modification impossible; nothing has changed."""

    def __init__(self, obstacle: Obstacle, element: str, detail: str = "") -> None:
        super().__init__(f"{element}: {obstacle.value}" + (f" ({detail})" if detail else ""))
        self.obstacle = obstacle
        self.element = element
        self.detail = detail
