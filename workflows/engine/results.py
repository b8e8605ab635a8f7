"""What came of one advance: everything that opened, closed, was sent, failed or happened, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from workflows.engine.stimuli import Variables


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
    enclosing multi-instance items, outermost first. ``part_of`` is the key of what it belongs to: of an item the
    repeated activity, of an added signer (``signing`` says when they are asked) the step they sign. An INCIDENT step
    waits for nothing but its incident to be dealt with: every open incident has an open step of its key.
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
    part_of: str | None = None
    signing: str = ""


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


NO_DATA: Mapping[str, Any] = {}


class LogEntry(NamedTuple):
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
    data: Mapping[str, Any] = NO_DATA


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
