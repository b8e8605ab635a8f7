"""What a step's completion would lead to: the process goes on in memory, up to the next people, and is forgotten.

Decisions and host functions answer as they would; what service steps would find out nobody knows beforehand. They are
taken to go well, and where the way depends on what one of them finds, that is said instead of guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from bpmn.assigning import names_in
from bpmn.model import Kind, Process
from config import clock
from workflows import registry
from workflows.definitions import Loaded, loaded
from workflows.engine import advance
from workflows.engine.api import (
    Advance,
    Answer,
    Budget,
    CompleteStep,
    Decided,
    Done,
    LogEntry,
    LogKind,
    OpenedStep,
    StepContext,
    StepKind,
    StimulusRefused,
    Variables,
)
from workflows.models import ProcessInstance
from workflows.ports import LivePorts

BUDGET = Budget(steps=2_000, cpu_seconds=0.5, feel_steps=100_000)
MOST = 6
"""So many next steps or ways are named."""
_LOOKED_AT = 60
_PEOPLE = frozenset({StepKind.USER_TASK, StepKind.MANUAL_TASK})
_WAITS = frozenset({StepKind.RECEIVE_TASK, StepKind.CATCH})


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that would wait then: for somebody (``assignee``, ``groups``), for a called process, or for an event."""

    element: str
    kind: StepKind
    assignee: str = ""
    groups: tuple[str, ...] = ()
    process: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be next. ``ends`` are the end events reached, ``finished`` says that the process is over then.

    ``provided``: that is so if this service step finds nothing that leads off the usual way; ``otherwise`` are the
    people's steps and ends it may lead to then. ``unsure``: beyond ``next`` the way depends on what this service step
    finds, and the model has no usual one; ``ways`` are those there are. ``stuck``: the process would stop there for an
    operator. All empty: others still work beside it.
    """

    next: tuple[NextStep, ...] = ()
    ends: tuple[str, ...] = ()
    finished: bool = False
    provided: str = ""
    otherwise: tuple[str, ...] = ()
    unsure: str = ""
    ways: tuple[str, ...] = ()
    stuck: str = ""


def after(instance: ProcessInstance, step: str, answers: Variables, *, actor: User) -> Foreseen | None:
    """What completing an open step with these answers leads to, as far as that can be said; None when it is not open.

    Nothing is written and nothing is caused. Reads what host functions read. The caller has checked the right.
    """
    version = loaded(instance.version_id)
    with transaction.atomic():
        ports = Foreseeing(LivePorts(instance, version.bundle.decisions, clock.now(), actor))
        try:
            stimulus = CompleteStep(step, dict(answers))
            result = advance(version.definition, bytes(instance.state), stimulus, ports, BUDGET)
        except StimulusRefused:
            return None
        finally:
            transaction.set_rollback(True)
    return Reading(version, result).read()


class Foreseeing:
    """The world as it is, in which handlers do nothing and go well; of what they answer only echoes are known."""

    def __init__(self, live: LivePorts) -> None:
        self._live = live

    def now(self) -> datetime:
        return self._live.now()

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        found = registry.handler(handler)
        return Done({result: inputs.get(name) for result, name in found.echoes.items()} if found is not None else {})

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        return self._live.lookup(function, arguments)

    def functions(self) -> Mapping[str, Sequence[str]]:
        return self._live.functions()

    def decide(self, decision: str, context: Variables) -> Decided:
        return self._live.decide(decision, context)


@dataclass
class Reading:
    """What happened in memory, read in order until it depends on what nobody knows; `workflows.route_ahead` too."""

    version: Loaded
    result: Advance
    unknown: dict[str, str] = field(default_factory=dict)
    """Variables nobody knows, with the service step that would tell."""
    called: str = ""
    provided: str = ""
    otherwise: tuple[str, ...] = ()

    @property
    def process(self) -> Process:
        return self.version.bundle.process

    def read(self) -> Foreseen:
        for at, entry in enumerate(self.result.log):
            doubt = self.take(entry)
            if doubt and not self._goes_on(entry, doubt):
                return self._unsure(at, entry, doubt)
            if entry.kind is LogKind.INCIDENT:
                if self.called:
                    return self._unsure(at, entry, self.called)
                return Foreseen(next=self._opened(at), stuck=entry.element)
        return Foreseen(
            provided=self.provided,
            otherwise=self.otherwise,
            next=self._opened(len(self.result.log)),
            ends=self._ends(len(self.result.log)),
            finished=self.result.finished is not None,
        )

    def take(self, entry: LogEntry) -> str:
        """Note what becomes unknown; the step the way depends on, where it does."""
        match entry.kind:
            case LogKind.CALLED:
                self.called = entry.element
                self._answered(entry)
            case LogKind.DECIDED:
                node = self.process.nodes.get(entry.element)
                source = self._source(_inputs(entry))
                if source and node is not None and node.decision is not None and node.decision.result_variable:
                    self.unknown[node.decision.result_variable] = source
            case LogKind.COMPLETED:
                node = self.process.nodes.get(entry.element)
                script = node.script if node is not None else None
                source = self._source(_names(script.expression)) if script is not None else ""
                if source and script is not None and script.result_variable:
                    self.unknown[script.result_variable] = source
            case LogKind.CONDITION:
                return self._source(_names(str(entry.data.get("condition", ""))))
        return ""

    def _goes_on(self, entry: LogEntry, service: str) -> bool:
        """Whether the model has a usual way past a condition that nobody can answer: the gateway's default flow.

        One such assumption is made; what depends on a second one is not foreseen.
        """
        flow = self.process.flows.get(entry.element)
        gateway = self.process.nodes[flow.source] if flow is not None else None
        if flow is None or gateway is None or gateway.default is None or entry.data.get("value") is True:
            return False
        if self.provided and self.provided != service:
            return False
        self.provided = service
        self.otherwise = tuple(dict.fromkeys((*self.otherwise, *ways_from(self.process, flow.target, itself=True))))
        return True

    def _answered(self, entry: LogEntry) -> None:
        """What the handler would have answered, under the names its step gives it."""
        node = self.process.nodes.get(entry.element)
        handler = registry.handler(str(entry.data.get("handler", "")))
        results = set(handler.results) - set(handler.echoes) if handler is not None else set()
        if node is not None and node.outputs:
            results = {each.target for each in node.outputs if results & _names(each.source)}
        self.unknown |= dict.fromkeys(results, entry.element)

    def _source(self, names: Iterable[str]) -> str:
        return next((self.unknown[name] for name in names if name in self.unknown), "")

    def _unsure(self, at: int, entry: LogEntry, service: str) -> Foreseen:
        return Foreseen(
            next=self._opened(at),
            ends=self._ends(at),
            provided=self.provided if self.provided != service else "",
            otherwise=self.otherwise if self.provided != service else (),
            unsure=service,
            ways=ways_from(self.process, entry.element),
        )

    def _opened(self, before: int) -> tuple[NextStep, ...]:
        """The steps that wait in the end and were reached before this entry of the log."""
        reached = {entry.step for entry in self.result.log[:before] if entry.kind is LogKind.ENTERED}
        steps = [_next(step) for step in self.result.opened if step.step in reached]
        waits = [
            NextStep(timer.element, StepKind.CATCH, until=timer.due)
            for timer in self.result.timers
            if self._is_waited_at(timer.element)
        ]
        return tuple([each for each in steps if each is not None][:MOST] + waits[:MOST])

    def _is_waited_at(self, element: str) -> bool:
        node = self.process.nodes.get(element)
        return node is not None and node.kind is Kind.INTERMEDIATE_CATCH_EVENT

    def _ends(self, before: int) -> tuple[str, ...]:
        ends = [entry.element for entry in self.result.log[:before] if entry.kind is LogKind.ENDED]
        return tuple(dict.fromkeys(each for each in ends if self._is_of_process(each)))

    def _is_of_process(self, element: str) -> bool:
        node = self.process.nodes.get(element)
        return node is not None and node.scope is None


def _next(step: OpenedStep) -> NextStep | None:
    if step.kind in _PEOPLE:
        groups = step.candidate_groups if not step.assignee else ()
        return NextStep(step.element, step.kind, step.assignee or "", groups)
    if step.kind is StepKind.CALL:
        return NextStep(step.element, step.kind, process=step.process or "")
    return NextStep(step.element, step.kind) if step.kind in _WAITS else None


def ways_from(process: Process, element: str, *, itself: bool = False) -> tuple[str, ...]:
    """The people's steps, calls, waits and ends that may come first after a node, or after the gateway of a flow.

    With ``itself`` the node counts, too.
    """
    flow = process.flows.get(element)
    begin = flow.source if flow is not None else element
    found: dict[str, None] = {}
    seen: set[str] = set() if itself else {begin}
    pending = [begin] if itself else list(_following(process, begin))
    while pending and len(seen) < _LOOKED_AT and len(found) < MOST:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        node = process.nodes[name]
        rests = node.kind in {Kind.USER_TASK, Kind.MANUAL_TASK, Kind.CALL_ACTIVITY, Kind.RECEIVE_TASK}
        if rests or (node.kind is Kind.END_EVENT and node.scope is None):
            found[name] = None
        else:
            pending.extend(_following(process, name))
    return tuple(found)


def _following(process: Process, name: str) -> list[str]:
    """What may come after: into a sub-process, along the flows, and out of the sub-process that ends here."""
    inside = [child.id for child in process.children(name) if child.kind is Kind.START_EVENT]
    if inside:
        return inside
    node = process.nodes[name]
    if node.kind is Kind.END_EVENT and node.scope is not None:
        return [process.flows[flow].target for flow in process.nodes[node.scope].outgoing]
    return [process.flows[flow].target for flow in node.outgoing]


def _names(text: str) -> set[str]:
    """The variables an expression reads; none where it cannot be read."""
    text = text.strip().removeprefix("=")
    return set(names_in(f"={text}", functions=frozenset(registry.host_functions())))


def _inputs(entry: LogEntry) -> set[str]:
    """The data a decision was made on."""
    steps = (entry.data.get("trace") or {}).get("trace", {}).get("steps", ())
    return {str(source["name"]) for step in steps for source in step.get("sources", ()) if source["kind"] != "decision"}
