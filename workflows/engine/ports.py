"""How the engine asks the world: its ports, and what they answer, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from workflows.engine.stimuli import Variables


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
