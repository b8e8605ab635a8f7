"""Looking at a stored instance without moving it: what is open, which variables are where, what a step sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from workflows.engine.api import (
    Answer,
    Budget,
    Decided,
    OpenedIncident,
    OpenedTimer,
    Outcome,
    StepContext,
    StepKind,
    StimulusRefused,
    Variables,
    Where,
)
from workflows.engine.api import IncidentKind as Kind
from workflows.engine.changes import Changes
from workflows.engine.codec import decode
from workflows.engine.definition import Definition
from workflows.engine.evaluation import Evaluator
from workflows.engine.frames import copied
from workflows.engine.instance import Instance
from workflows.engine.meter import Meter
from workflows.engine.opening import moment
from workflows.engine.token import Phase, Token
from workflows.engine.variables import visible


@dataclass(frozen=True, slots=True)
class StepView:
    """An open step: where it is, since which activation, and what hangs on it."""

    step: str
    kind: StepKind
    element: str
    name: str | None
    loop: int
    path: tuple[int, ...]
    scope: str
    local: Variables
    incident: OpenedIncident | None = None
    part_of: str | None = None
    signing: str = ""


@dataclass(frozen=True, slots=True)
class SignerView:
    """Somebody asked at a step (``host``) who is not through: asked already, or to be asked later (``is_open`` False).

    ``has_answered`` but still here is who waits for signers of their own.
    """

    step: str
    host: str
    person: str
    where: Where
    is_open: bool
    has_answered: bool


@dataclass(frozen=True, slots=True)
class ScopeView:
    """One scope of variables; ``key`` is the step that owns it ("" is the process), ``element`` its node."""

    key: str
    element: str
    variables: Variables
    children: tuple[ScopeView, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenView:
    """Where a token stands, also where nothing outside waits (joins, gateways, sub-processes)."""

    step: str
    element: str
    loop: int


@dataclass(frozen=True, slots=True)
class InstanceView:
    """A stored instance as data; ``variables`` are those of the process scope."""

    steps: tuple[StepView, ...]
    timers: tuple[OpenedTimer, ...]
    subscriptions: tuple[str, ...]
    incidents: tuple[OpenedIncident, ...]
    tokens: tuple[TokenView, ...]
    variables: Variables
    scopes: ScopeView
    ends: Mapping[str, int] = field(default_factory=dict)
    outcome: Outcome | None = None


def inspect(definition: Definition, state: bytes) -> InstanceView:
    """What a stored instance looks like now. Raises StateUnreadable."""
    instance = load(definition, state)
    tokens = instance.all_tokens()
    steps = tuple(_step(token) for token in tokens if token.kind is not None)
    return InstanceView(
        steps=steps,
        timers=tuple(_timer(token) for token in tokens if token.internal_data.get("w") == "t"),
        subscriptions=tuple(token.key for token in tokens if token.internal_data.get("w") in {"m", "s"}),
        incidents=tuple(step.incident for step in steps if step.incident is not None),
        tokens=tuple(TokenView(t.key, t.element, t.loop) for t in tokens if not _is_aside(t)),
        variables=instance.data,
        scopes=_scopes(instance, tokens),
        ends=instance.ends,
        outcome=instance.outcome,
    )


def step_variables(definition: Definition, state: bytes | Instance, step: str) -> dict[str, Any]:
    """Every variable visible at an open step, as values of the caller's own.

    Raises StimulusRefused when it is not open.
    """
    instance = state if isinstance(state, Instance) else load(definition, state)
    token = instance.token_of(step)
    if token is None or token.id <= 0:
        raise StimulusRefused(f"step {step} is not open")
    seen = visible(token)
    return copied(seen) if instance is state else seen


def signers(definition: Definition, state: bytes | Instance) -> tuple[SignerView, ...]:
    """Everybody who was added to sign and is not through, in the order they were added. Raises StateUnreadable."""
    instance = state if isinstance(state, Instance) else load(definition, state)
    return tuple(_signer(token) for token in instance.all_tokens() if token.task_spec.is_signer)


def load(definition: Definition, state: bytes) -> Instance:
    """A stored instance to look at, or to be moved by `advance`; until then it asks nobody anything.

    Raises StateUnreadable.
    """
    changes, meter, ports = Changes(), Meter(Budget()), _NoPorts()
    instance = Instance(definition, Evaluator(ports, ports.now(), meter, changes), ports, meter, changes)
    decode(state, instance)
    return instance


def _step(token: Token) -> StepView:
    stored = token.incident
    incident = None
    if stored is not None:
        incident = OpenedIncident(token.key, token.element, Kind(stored[0]), stored[1], stored[2])
    owner = token.workflow.owner
    assert token.kind is not None
    return StepView(
        token.key,
        token.kind,
        token.element,
        token.task_spec.bpmn_name,
        token.loop,
        token.indexes,
        "" if owner is None else owner.key,
        token.local or {},
        incident,
        None if token.holder is None else token.holder.key,
        token.internal_data["s"][0] if "s" in token.internal_data else "",
    )


def _signer(token: Token) -> SignerView:
    holder, (where, person, *_advisory) = token.holder, token.internal_data["s"]
    assert holder is not None
    answered = token.phase != Phase.ENTER and token.kind is None
    return SignerView(token.key, holder.key, person, Where(where), token.kind is not None, answered)


def _timer(token: Token) -> OpenedTimer:
    data = token.internal_data
    return OpenedTimer(token.key, token.element, moment(data.get("d")), data.get("n"))


def _is_aside(token: Token) -> bool:
    """Whether it is no token of the flow: it listens for an event, or is a signer of one that is."""
    return ("w" in token.internal_data and "k" not in token.internal_data) or token.task_spec.is_signer


def _scopes(instance: Instance, tokens: Sequence[Token]) -> ScopeView:
    below: dict[str, list[ScopeView]] = {}
    for token in reversed(tokens):
        local = token.local
        children = tuple(reversed(below.pop(token.key, [])))
        above = token.holder or token.workflow.owner
        key = "" if above is None else above.key
        if local is None:
            below.setdefault(key, []).extend(reversed(children))
        else:
            below.setdefault(key, []).append(ScopeView(token.key, token.element, local, children))
    return ScopeView("", instance.definition.process.id, instance.data, tuple(reversed(below.get("", []))))


class _NoPorts:
    """Looking asks nobody anything."""

    def now(self) -> datetime:
        return datetime.min.replace(tzinfo=UTC)

    def functions(self) -> Mapping[str, Sequence[str]]:
        return {}

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        self._never()

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        self._never()

    def decide(self, decision: str, context: Variables) -> Decided:
        self._never()

    def _never(self) -> NoReturn:
        raise AssertionError("looking at an instance asks nobody anything")
