"""What may happen to an instance: the stimuli of one advance, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Variables = Mapping[str, Any]  # JSON-ready values by name


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
