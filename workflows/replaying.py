"""Replaying an instance: its recorded stimuli with the answers the world gave then, and nobody asked again."""

from __future__ import annotations

import dataclasses
import typing
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

import feel
from workflows import registry
from workflows.engine import Definition, advance
from workflows.engine.api import (
    Advance,
    Answer,
    Budget,
    Decided,
    DecisionFailed,
    Done,
    Failed,
    Fault,
    HostFunctionFailed,
    Later,
    LogKind,
    StepContext,
    Stimulus,
    Variables,
)
from workflows.models import HistoryEvent

Kind = HistoryEvent.Kind

BUDGET = Budget(cpu_seconds=120.0)
"""Steps count as they did; the machine may be slower than it was."""
NOT_RECORDED = "nothing was answered to this then"

NOTED = frozenset(kind.value for kind in LogKind)
_STIMULI: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(Stimulus)}


def stimulus_from(data: Mapping[str, Any]) -> Stimulus:
    """The stimulus that `stimulus_data` described."""
    kind = _STIMULI[data["type"]]
    names = {entry.name for entry in dataclasses.fields(kind)}
    stimulus: Stimulus = kind(**{name: value for name, value in data.items() if name in names})
    return stimulus


@dataclass(slots=True)
class Move:
    """One recorded stimulus and all that was noted while the instance took it."""

    stimulus: Stimulus
    sequence: int
    revision: int
    at: datetime
    actor_id: int | None
    version_id: UUID | None
    log: list[HistoryEvent] = field(default_factory=list)

    def repeats(self, result: Advance) -> bool:
        """Whether a replay noted the same, in the same order."""
        recorded = [(event.kind, event.element, event.step) for event in self.log]
        return recorded == [(entry.kind.value, entry.element, entry.step or "") for entry in result.log]


def moves(events: Iterable[HistoryEvent]) -> Iterator[Move | HistoryEvent]:
    """The moves of an instance in order, and between them the events that no stimulus caused."""
    current: Move | None = None
    for event in events:
        if event.kind == Kind.STIMULUS:
            if current is not None:
                yield current
            current = Move(
                stimulus_from(event.data), event.sequence, event.revision, event.at, event.actor_id, event.version_id
            )
        elif event.kind not in NOTED:
            if current is not None:
                yield current
                current = None
            yield event
        elif current is not None:
            current.log.append(event)
        else:
            yield event
    if current is not None:
        yield current


def replay(definition: Definition, state: bytes | None, move: Move) -> Advance:
    """Let the engine take a recorded stimulus once more. Raises StimulusRefused where it does not fit any more."""
    return advance(definition, state, move.stimulus, RecordedPorts(move), BUDGET)


class RecordedPorts:
    """Answers as the world answered during one recorded move."""

    def __init__(self, move: Move) -> None:
        self._at = move.at
        self._calls: dict[str, deque[Mapping[str, Any]]] = defaultdict(deque)
        self._decisions: dict[str, deque[Mapping[str, Any]]] = defaultdict(deque)
        self._lookups: dict[tuple[str, bytes], Any] = {}
        self._asked: set[str] = set()
        self._troubles: deque[str] = deque()
        for event in move.log:
            self._note(event)

    def now(self) -> datetime:
        """The moment the move was made."""
        return self._at

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """What the handler answered to this step."""
        answers = self._calls[step.step]
        if not answers:
            return Failed(NOT_RECORDED)
        data = answers.popleft()
        match data["answer"]:
            case "done":
                return Done(data.get("variables", {}))
            case "fault":
                return Fault(data["code"], data.get("message", ""), data.get("variables", {}))
            case "later":
                return Later()
        return Failed(data.get("message", ""), data.get("detail", ""))

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """What the host function answered to these arguments."""
        try:
            return self._lookups[function, orjson.dumps(arguments)]
        except KeyError:
            raise HostFunctionFailed(self._trouble()) from None

    def functions(self) -> Mapping[str, Sequence[str]]:
        """The host functions that are on offer now, and those asked then."""
        offered = {
            name: tuple(parameter.name + ("" if parameter.required else "?") for parameter in function.parameters)
            for name, function in registry.host_functions().items()
        }
        return {name: tuple(f"argument {place}?" for place in range(1, 10)) for name in self._asked} | offered

    def decide(self, decision: str, context: Variables) -> Decided:
        """What the decision gave."""
        answers = self._decisions[decision]
        if not answers:
            raise DecisionFailed(self._trouble())
        data = answers.popleft()
        return Decided(data["value"], data.get("trace", {}))

    def _note(self, event: HistoryEvent) -> None:
        data = event.data
        if event.kind == Kind.CALLED:
            self._calls[event.step].append(data)
        elif event.kind == Kind.DECIDED:
            self._decisions[data["decision"]].append(data)
        elif event.kind == Kind.LOOKED_UP:
            self._asked.add(event.element)
            self._lookups[event.element, orjson.dumps(data["arguments"])] = _answer(data)
        elif event.kind == Kind.INCIDENT:
            self._troubles.append(str(data.get("message", "")))

    def _trouble(self) -> str:
        """Why nothing was answered: what the incident of then says after the expression or decision it names."""
        return self._troubles.popleft().rsplit("': ", 1)[-1] if self._troubles else NOT_RECORDED


def _answer(data: Mapping[str, Any]) -> Any:
    kind = data.get("type")
    return data["answer"] if kind is None else feel.evaluate(f"{kind}(answer)", {"answer": data["answer"]})
