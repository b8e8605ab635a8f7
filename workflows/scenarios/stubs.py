"""What stands in for the world in a scenario: stubbed handlers, functions and calendar; real decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import dmn
import feel
from accounts.business_time import BusinessCalendar
from bpmn.bundle import Bundle
from bpmn.scenario import Answers, Calendar, Fails, RaisesError, Scenario, Waits
from workflows import registry
from workflows.engine.api import (
    Answer,
    Decided,
    DecisionFailed,
    Done,
    Failed,
    Fault,
    HostFunctionFailed,
    Later,
    StepContext,
    Variables,
)

OF_THE_CALENDAR = {
    "business moment": ("hours", "from", "unit?"),
    "business duration": ("hours", "from", "unit?"),
    "business hours between": ("from", "to", "unit?"),
}
ANY_ARGUMENTS = tuple(f"argument{number}?" for number in range(1, 9))


def _parameters(function: str) -> tuple[str, ...]:
    """A stub takes the arguments of the function it stands for by name, and any others by their place."""
    known = registry.host_functions().get(function)
    names = tuple(f"{parameter.name}?" for parameter in known.parameters) if known is not None else ()
    return names + ANY_ARGUMENTS[len(names) :]


def calendar_of(calendar: Calendar) -> BusinessCalendar:
    """The working hours a scenario lives by."""
    if calendar.always:
        return BusinessCalendar.always_open(calendar.zone)
    return BusinessCalendar(calendar.zone, calendar.hours, calendar.holidays, calendar.extra_workdays)


class Stubs:
    """Everything stubbed, shared by all instances of a story; ``failures`` counts technical failures by step."""

    def __init__(self, scenario: Scenario, now: Callable[[], datetime]) -> None:
        self.scenario = scenario
        self.now = now
        self.calendar = calendar_of(scenario.calendar)
        self.failures: dict[tuple[int, str], tuple[int, int]] = {}
        self._answered: dict[str, int] = {}
        self._failed: dict[tuple[str, int], int] = {}

    def functions(self) -> dict[str, Sequence[str]]:
        """Stubs by name and what the calendar answers."""
        return {**OF_THE_CALENDAR, **{name: _parameters(name) for name in self.scenario.functions}}

    def answer(self, handler: str) -> Answer:
        """The next answer of a handler; the last one repeats, unnamed handlers answer {}."""
        stubs = self.scenario.handlers.get(handler)
        if not stubs:
            return Done()
        at = min(self._answered.get(handler, 0), len(stubs) - 1)
        stub = stubs[at]
        if isinstance(stub, Fails):
            failed = self._failed.get((handler, at), 0)
            if stub.times is None or failed < stub.times:
                self._failed[handler, at] = failed + 1
                return Failed(stub.reason)
            self._answered[handler] = at + 1
            return Done(stub.variables)
        self._answered[handler] = at + 1
        match stub:
            case Answers(variables):
                return Done(variables)
            case RaisesError(code, message, variables):
                return Fault(code, message, variables)
            case Waits():
                return Later()

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """A stub's answer, else the calendar's."""
        stub = self.scenario.functions.get(function)
        if stub is not None:
            return stub.answer(arguments[0] if arguments else None)
        if function not in OF_THE_CALENDAR:
            raise HostFunctionFailed(f"there is no stub for {function!r}")
        try:
            return self._business(function, *arguments)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise HostFunctionFailed(f"{function}: {error}") from error

    def _business(self, function: str, first: Any, second: Any, _unit: Any = None) -> Any:
        if function == "business hours between":
            return self.calendar.hours_between(_moment(first), _moment(second))
        start = _moment(second)
        end = self.calendar.add(start, Decimal(str(first)))
        return end if function == "business moment" else end - start


def _moment(value: Any) -> datetime:
    found = feel.to_python(feel.evaluate("date and time(m)", {"m": value})) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise ValueError(f"{value!r} is no moment with an offset")
    return found


class ScenarioPorts:
    """The windows of one instance of a story."""

    def __init__(self, stubs: Stubs, bundle: Bundle, key: int) -> None:
        self._stubs = stubs
        self._bundle = bundle
        self._key = key

    def now(self) -> datetime:
        """The driven clock."""
        return self._stubs.now()

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """The stub of the handler."""
        answer = self._stubs.answer(handler)
        if isinstance(answer, Failed):
            failed, _ = self._stubs.failures.get((self._key, step.step), (0, 0))
            self._stubs.failures[self._key, step.step] = (failed + 1, step.retries)
        return answer

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """The stub of the host function."""
        return self._stubs.lookup(function, arguments)

    def functions(self) -> Mapping[str, Sequence[str]]:
        """The stubbed host functions."""
        return self._stubs.functions()

    def decide(self, decision: str, context: Variables) -> Decided:
        """The decision of the model's own folder."""
        model = self._bundle.decisions
        if model is None:
            raise DecisionFailed(f"there is no decision {decision!r}")
        functions = {name: self._feel_function(name, parameters) for name, parameters in self.functions().items()}
        try:
            evaluation = model.evaluate(
                decision, context, clock=feel.FixedClock(self.now()), functions=functions
            ).to_json()
        except dmn.DecisionUnknown:
            raise DecisionFailed(f"there is no decision {decision!r}") from None
        except feel.FeelError as error:
            raise DecisionFailed(str(error)) from error
        return Decided(evaluation["value"], evaluation)

    def _feel_function(self, name: str, parameters: Sequence[str]) -> feel.HostFunction:
        def ask(*arguments: Any) -> Any:
            given = list(arguments)
            while given and given[-1] is None:
                given.pop()
            try:
                return self.lookup(name, given)
            except HostFunctionFailed as error:
                raise feel.FeelError("host-function.failed", function=name, reason=str(error)) from error

        formal = [feel.Parameter(parameter.removesuffix("?"), optional=True) for parameter in parameters]
        return feel.HostFunction(name, formal, ask)
