"""Drives one instance in memory and remembers what is open, so that tests read like stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bpmn.model import Process
from workflows.engine import Definition, advance, compile_definition
from workflows.engine.api import (
    Advance,
    Answer,
    Budget,
    Cancel,
    CompleteStep,
    Decided,
    DecisionFailed,
    Done,
    Entry,
    FireTimer,
    HostFunctionFailed,
    LogEntry,
    LogKind,
    Receive,
    ReplanTimers,
    Retry,
    SetVariables,
    StartInstance,
    StepContext,
    StepKind,
    Stimulus,
    ThrowError,
    Variables,
)

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class StubPorts:
    """Answers handlers, functions and decisions from dictionaries; everything asked is kept."""

    def __init__(self) -> None:
        self.moment = BEGIN
        self.handlers: dict[str, Answer | Callable[..., Answer]] = {}
        self.host: dict[str, Any] = {}
        self.decisions: dict[str, Callable[[Variables], Any]] = {}
        self.calls: list[tuple[str, Variables, StepContext]] = []

    def now(self) -> datetime:
        return self.moment

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        self.calls.append((handler, inputs, step))
        answer = self.handlers.get(handler, Done())
        return answer(inputs, step) if callable(answer) else answer

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        answer = self.host[function]
        if isinstance(answer, Exception):
            raise HostFunctionFailed(str(answer))
        return answer(*arguments) if callable(answer) else answer

    def functions(self) -> Mapping[str, Sequence[str]]:
        return dict.fromkeys(self.host, ("a", "b?", "c?"))

    def decide(self, decision: str, context: Variables) -> Decided:
        if decision not in self.decisions:
            raise DecisionFailed("unknown decision")
        return Decided(self.decisions[decision](context), {"matched": [1]})


class Story:
    """One instance: its state as bytes only, and the outside's picture of what is open."""

    def __init__(
        self,
        process: Process | Definition,
        variables: Mapping[str, Any] | None = None,
        *,
        event: str | None = None,
        ports: StubPorts | None = None,
        called: bool = False,
        budget: Budget | None = None,
        at: tuple[Entry, ...] = (),
    ) -> None:
        self.definition = process if isinstance(process, Definition) else compile_definition(process)
        self.ports = ports or StubPorts()
        self.budget = budget or Budget()
        self.state: Any = None
        self.steps: dict[str, Any] = {}
        self.timers: dict[str, Any] = {}
        self.subscriptions: dict[str, Any] = {}
        self.incidents: dict[str, Any] = {}
        self.log: list[LogEntry] = []
        self.sent: list[Any] = []
        self.thrown: list[Any] = []
        self.finished: Any = None
        self.last: Advance
        self.do(StartInstance(dict(variables or {}), event, called, at))

    def do(self, stimulus: Stimulus) -> Advance:
        """Advance, then fold the differences into the picture; every one must fit it."""
        result = advance(self.definition, self.state, stimulus, self.ports, self.budget)
        self.state, self.last = result.state, result
        for closed in result.closed:
            assert closed.step in self.steps, f"closed {closed} was not open"
            del self.steps[closed.step]
        for key in result.timers_closed:
            del self.timers[key]
        for key in result.subscriptions_closed:
            del self.subscriptions[key]
        for key in result.incidents_closed:
            del self.incidents[key]
        for step in result.opened:
            assert step.step not in self.steps, f"opened {step} twice"
            self.steps[step.step] = step
        for step in result.kept:
            assert step.step not in self.steps, f"{step} comes back although it was not put aside"
            self.steps[step.step] = step
        for timer in result.timers:
            self.timers[timer.timer] = timer
        for subscription in result.subscriptions:
            assert subscription.subscription not in self.subscriptions
            self.subscriptions[subscription.subscription] = subscription
        for incident in result.incidents:
            self.incidents[incident.step] = incident
        self.log += result.log
        self.sent += [*result.messages, *result.signals]
        self.thrown += result.thrown
        if result.finished is not None:
            self.finished = result.finished
            assert not (self.steps)
            assert not (self.timers)
            assert not (self.subscriptions)
            assert not (self.incidents)
        return result

    # --- what people and systems do -------------------------------------------------------------------------------

    def step(self, element: str, number: int = 1) -> Any:
        return [step for step in self.steps.values() if step.element == element][number - 1]

    def complete(self, element: str, number: int = 1, **variables: Any) -> Advance:
        return self.do(CompleteStep(self.step(element, number).step, variables))

    def throw(self, element: str, code: str, **variables: Any) -> Advance:
        return self.do(ThrowError(self.step(element).step, code, "", variables))

    def retry(self, element: str, **variables: Any) -> Advance:
        key = next(key for key, incident in self.incidents.items() if incident.element == element)
        return self.do(Retry(key, variables))

    def set(self, **variables: Any) -> Advance:
        return self.do(SetVariables(variables))

    def replan(self) -> Advance:
        return self.do(ReplanTimers())

    def cancel(self) -> Advance:
        return self.do(Cancel("test"))

    def message(self, name: str = "m", key: str = "", **variables: Any) -> Advance:
        found = next(
            s for s in self.subscriptions.values() if s.name == name and s.correlation_key == key and not s.signal
        )
        return self.do(Receive(found.subscription, variables))

    def signal(self, name: str = "sig", **variables: Any) -> None:
        for key in [key for key, s in self.subscriptions.items() if s.name == name and s.signal]:
            if key in self.subscriptions:
                self.do(Receive(key, variables))

    def wait(self, **span: float) -> None:
        """Move the clock and fire what is due, earliest first."""
        until = self.ports.moment + timedelta(**span)
        while due := [t for t in self.timers.values() if t.due is not None and t.due <= until]:
            first = min(due, key=lambda timer: (timer.due, int(timer.timer)))
            assert first.due is not None
            self.ports.moment = max(self.ports.moment, first.due)
            self.do(FireTimer(first.timer))
        self.ports.moment = until

    # --- what is true ---------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[str]:
        return sorted(step.element for step in self.steps.values() if step.kind is not StepKind.INCIDENT)

    @property
    def troubled(self) -> list[str]:
        return sorted(incident.element for incident in self.incidents.values())

    @property
    def completed(self) -> list[str]:
        return [entry.element for entry in self.log if entry.kind is LogKind.COMPLETED]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.completed)

    @property
    def flows(self) -> list[str]:
        return [entry.element for entry in self.log if entry.kind is LogKind.FLOW]

    @property
    def ended(self) -> bool:
        return self.finished is not None

    @property
    def variables(self) -> dict[str, Any]:
        if self.finished is not None:
            return dict(self.finished.variables)
        from workflows.engine import inspect

        assert self.state is not None
        return dict(inspect(self.definition, self.state).variables)
