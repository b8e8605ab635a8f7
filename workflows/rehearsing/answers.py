"""The world as a draft meets it: what was answered then, and nothing that was never asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

import dmn
import feel
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
from workflows.models import HistoryEvent
from workflows.rehearsing.recorded import Asked, Recorded

Kind = HistoryEvent.Kind
NOT_RECORDED = "this was never asked"


class RecordedAnswers:
    """Ports of one rehearsed instance. ``missing`` names what the draft asked and nobody answered then.

    Handlers answer as they did for the same activation, else for the same element, else under the same name. Decisions
    are the draft's own.
    """

    def __init__(self, story: Recorded, decisions: dmn.Model | None) -> None:
        self.moment: datetime = story.happened[0].at
        self.missing: tuple[str, str] | None = None
        self._decisions = decisions
        self._calls = [entry for entry in story.asked if entry.kind == Kind.CALLED]
        self._decided = [entry for entry in story.asked if entry.kind == Kind.DECIDED]
        self._lookups = {
            (entry.element, orjson.dumps(entry.data["arguments"])): entry.data
            for entry in story.asked
            if entry.kind == Kind.LOOKED_UP
        }

    def now(self) -> datetime:
        """The moment of the recording."""
        return self.moment

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """The recorded answer that fits best, each used once."""
        for fits in (
            lambda entry: (entry.element, entry.loop) == (step.element, step.loop),
            lambda entry: entry.element == step.element,
            lambda entry: entry.data["handler"] == handler,
        ):
            found = _take(self._calls, fits)
            if found is not None:
                return _answer(found.data)
        self._miss(step.element, handler)
        return Failed(NOT_RECORDED)

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """The recorded answer to the same arguments."""
        data = self._lookups.get((function, orjson.dumps(list(arguments), default=str)))
        if data is None:
            self._miss("", function)
            raise HostFunctionFailed(NOT_RECORDED)
        kind = data.get("type")
        return data["answer"] if kind is None else feel.evaluate(f"{kind}(answer)", {"answer": data["answer"]})

    def functions(self) -> Mapping[str, Sequence[str]]:
        """The host functions on offer."""
        return {
            name: tuple(entry.name + ("" if entry.required else "?") for entry in function.parameters)
            for name, function in registry.host_functions().items()
        }

    def decide(self, decision: str, context: Variables) -> Decided:
        """The draft's own decision; what was decided then where it asks what was not asked."""
        if self._decisions is not None:
            try:
                value = self._decisions.evaluate(
                    decision, context, clock=feel.FixedClock(self.moment), functions=self._feel_functions()
                ).to_json()
                if self.missing is None:
                    return Decided(value["value"], value)
            except dmn.DecisionUnknown:
                raise DecisionFailed(f"there is no decision {decision!r}") from None
            except (feel.BudgetExceeded, feel.FeelError) as error:
                if self.missing is None:
                    raise DecisionFailed(str(error)) from error
        found = _take(self._decided, lambda entry: entry.data["decision"] == decision)
        if found is None:
            self._miss("", decision)
            raise DecisionFailed(NOT_RECORDED)
        self.missing = None
        return Decided(found.data["value"], found.data.get("trace", {}))

    def _miss(self, element: str, name: str) -> None:
        self.missing = self.missing or (element, name)

    def _feel_functions(self) -> dict[str, feel.HostFunction]:
        return {
            name: feel.HostFunction(
                name,
                [feel.Parameter(parameter.removesuffix("?"), optional=True) for parameter in parameters],
                self._asking(name),
            )
            for name, parameters in self.functions().items()
        }

    def _asking(self, name: str) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            given = list(arguments)
            while given and given[-1] is None:
                given.pop()
            try:
                return self.lookup(name, [feel.to_json(feel.from_python(argument)) for argument in given])
            except HostFunctionFailed as error:
                raise feel.FeelError("host-function.failed", function=name, reason=str(error)) from error

        return ask


def _take(entries: list[Asked], fits: Callable[[Asked], bool]) -> Asked | None:
    """The first entry that fits, used up."""
    for place, entry in enumerate(entries):
        if fits(entry):
            return entries.pop(place)
    return None


def _answer(data: Mapping[str, Any]) -> Answer:
    match data["answer"]:
        case "done":
            return Done(data.get("variables", {}))
        case "fault":
            return Fault(data.get("code", ""), data.get("message", ""), data.get("variables", {}))
        case "later":
            return Later()
    return Failed(data.get("message", ""), data.get("detail", ""))
