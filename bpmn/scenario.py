"""The scenario file format: a readable story about one process, read into plain immutable data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bpmn.iso import Duration

DEFAULT_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANY_ARGUMENT = "*"

Variables = Mapping[str, Any]  # JSON-ready values by name


# --- what stands in for the world ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """The handler succeeds at once with these results."""

    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RaisesError:
    """The handler raises a BPMN error."""

    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fails:
    """The handler fails for technical reasons ``times`` times (None: always), then answers ``variables``."""

    reason: str
    times: int | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waits:
    """The work is left open until a complete_job, fail_job or throw_error step."""


HandlerStub = Answers | RaisesError | Fails | Waits


@dataclass(frozen=True, slots=True)
class FunctionStub:
    """A host function: ``answers`` by the text of its first argument ("*" answers any other), or one ``constant``."""

    answers: Mapping[str, Any] | None = None
    constant: Any = None

    def answer(self, first: Any = None) -> Any:
        """The value for a call whose first argument is ``first``; None where nothing was said."""
        if self.answers is None:
            return self.constant
        return self.answers.get(_text(first), self.answers.get(ANY_ARGUMENT))


def _text(value: Any) -> str:
    """How a key of the map spells a value."""
    if value is None or isinstance(value, bool):
        return str(json.dumps(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business hours: ``hours`` as `accounts.working_hours.read_week` reads them; ``always`` around the week."""

    zone: str = "Asia/Shanghai"
    hours: Mapping[Any, Any] | Sequence[Any] = field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    extra_workdays: tuple[date, ...] = ()
    always: bool = False


DEFAULT_CALENDAR = Calendar(hours={"mon-fri": ["09:00-12:00", "13:00-18:00"]})


@dataclass(frozen=True, slots=True)
class Start:
    """How the process begins; ``event`` is an element id or a message name, None the none start event."""

    process: str | None = None
    event: str | None = None
    variables: Variables = field(default_factory=dict)
    at: datetime = DEFAULT_START


# --- steps --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """An open step by element id (or a job by its type); ``number`` counts the open ones from 1."""

    name: str
    number: int = 1

    def __str__(self) -> str:
        return self.name if self.number == 1 else f"{self.name}#{self.number}"


@dataclass(frozen=True, slots=True)
class Complete:
    """A person, or the outside of a receive task, completes an open step."""

    target: Target
    variables: Variables = field(default_factory=dict)
    person: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class AdvanceBy:
    """The clock moves by a duration and fires everything due on the way."""

    duration: Duration
    line: int = 0


@dataclass(frozen=True, slots=True)
class AdvanceTo:
    """The clock moves to a moment and fires everything due on the way."""

    moment: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class SendMessage:
    """A message with its correlation key ("" where it has none)."""

    name: str
    key: str = ""
    variables: Variables = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class SendSignal:
    """A signal, heard by everything that waits for it."""

    name: str
    variables: Variables = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """The outside answers an open job; the target is a job type or an element id."""

    target: Target
    variables: Variables = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class FailJob:
    """An open job fails for technical reasons."""

    target: Target
    reason: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ThrowError:
    """An open job or step ends with a BPMN error."""

    target: Target
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Expect:
    """What must be true now; None means that nothing is said about it.

    ``waiting`` and ``end`` are multisets, ``completed`` counts by element, ``path`` is an ordered selection of what
    completed, ``incidents`` lists elements with an open incident.
    """

    waiting: tuple[str, ...] | None = None
    completed: Mapping[str, int] | None = None
    not_completed: tuple[str, ...] | None = None
    path: tuple[str, ...] | None = None
    variables: Variables | None = None
    incidents: tuple[str, ...] | None = None
    ended: bool | None = None
    end: tuple[str, ...] | None = None
    line: int = 0


Step = Complete | AdvanceBy | AdvanceTo | SendMessage | SendSignal | CompleteJob | FailJob | ThrowError | Expect


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story. ``handlers`` lists the answers of each job type in turn: the last one repeats."""

    name: str
    model: str | None
    start: Start
    handlers: Mapping[str, tuple[HandlerStub, ...]] = field(default_factory=dict)
    functions: Mapping[str, FunctionStub] = field(default_factory=dict)
    calendar: Calendar = DEFAULT_CALENDAR
    steps: tuple[Step, ...] = ()
    file: str = ""
