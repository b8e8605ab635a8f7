"""What may happen to an instance: the stimuli of one advance, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
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


class Where(StrEnum):
    """When an added signer is asked: before the holder answers, after it, or at the same time."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class AddSigner:
    """One more person is asked at an open user task, or at the step of a signer (`workflows.engine.signing`).

    With ``advisory`` what the signer says decides nothing.
    """

    step: str
    person: str
    where: Where = Where.BESIDE
    advisory: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", Where(self.where))


@dataclass(frozen=True, slots=True)
class RemoveSigner:
    """A signer who has not answered is not asked any more, nor whom they asked."""

    step: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """The instance goes back to an earlier visit of a step (`workflows.returning`), all at once or not at all.

    ``of`` is the key the visit of ``to`` had, ``scope`` the running scope ("" the process) it starts in again once
    the sub-processes ``reopen`` (old key and element, outermost first) are opened anew. ``end`` are the tokens that are
    undone; ``arrivals`` says what waits at joins afterwards: scope, join, and (flow, who sent it) of each token. Of the
    visits' own variables ``local`` are restored, by old key. ``assignee`` is meant to have the step again.
    """

    to: str
    of: str
    scope: str = ""
    reopen: tuple[tuple[str, str], ...] = ()
    end: tuple[str, ...] = ()
    arrivals: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    local: Mapping[str, Variables] = field(default_factory=dict)
    assignee: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reopen", tuple((old, element) for old, element in self.reopen))
        object.__setattr__(self, "end", tuple(self.end))
        waiting = ((scope, join, tuple(tuple(one) for one in found)) for scope, join, found in self.arrivals)
        object.__setattr__(self, "arrivals", tuple(waiting))


@dataclass(frozen=True, slots=True)
class Detour:
    """An open user task is put aside until an earlier step, ``to``, is done once more; then it is open again as it was.

    ``of`` is the key the earlier visit had; ``assignee`` is meant to have it again.
    """

    step: str
    to: str
    of: str
    assignee: str = ""
    reason: str = ""


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
    | AddSigner
    | RemoveSigner
    | GoBack
    | Detour
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
