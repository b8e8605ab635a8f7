"""Which element of the new version takes the place of an old one: by id, or as somebody chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bpmn.model import EventKind, Kind, Loop, Node
from workflows.engine.api import Entry, ModificationRefused
from workflows.engine.modifying import startable
from workflows.engine.reach import Reach
from workflows.engine.specs.multi_instance import Repeated

if TYPE_CHECKING:
    from workflows.engine.definition import Definition
    from workflows.engine.specs.base import FlowNode


class Act(StrEnum):
    """What becomes of a token."""

    KEEP = "keep"
    RESTART = "restart"
    END = "end"


class Reason(StrEnum):
    """Why an element has no place in the new version as it stands."""

    GONE = "element-gone"
    TYPE = "type-changed"
    EVENT = "event-changed"
    REPETITION = "repetition-changed"
    SCOPE = "scope-changed"
    CALL = "call-target-changed"
    TARGET = "target-unfit"
    FLOW = "join-flow-gone"
    STARVES = "join-would-starve"
    UNDO = "compensation-gone"
    HELD = "stopped-by-budget"
    ENDS = "nothing-left"
    FAILED = "expression-failed"
    UNREADABLE = "state-unreadable"


ACCEPTABLE = frozenset({Reason.CALL})
"""Differences a step may be kept in spite of, if somebody says so by naming its element in the mapping."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen: ``mapping`` old element -> new element; ``end``: elements whose steps are ended.

    A step whose chosen element is of another kind begins there anew. ``replan``: timer events of the old version
    whose waiting timers are planned as the new one says, counted from when they began to wait.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    end: frozenset[str] = frozenset()
    replan: frozenset[str] = frozenset()


class Route(NamedTuple):
    """What becomes of the tokens at an element; ``target`` is the new element unless they are ended."""

    act: Act
    target: str = ""


class Fitting:
    """Compares two versions under a plan; answers are kept, because many instances ask the same."""

    def __init__(self, old: Definition, new: Definition, plan: Plan) -> None:
        self.old, self.new, self.plan = old, new, plan
        self._routes: dict[str, Route | Reason] = {}

    def image(self, element: str | None) -> str | None:
        """The element of the new version meant by an old id; None is the process itself."""
        return None if element is None else self.plan.mapping.get(element, element)

    def route(self, element: str) -> Route | Reason:
        """What becomes of tokens at an element of the flow, or why that must be chosen."""
        if element not in self._routes:
            self._routes[element] = self._route(element)
        return self._routes[element]

    def kept(self, element: str) -> str | None:
        """The new id of an element whose tokens stay as they are, listeners included."""
        route = self.route(element)
        return route.target if isinstance(route, Route) and route.act is Act.KEEP else None

    def listener(self, event: str) -> str | None:
        """The event that takes the place of one that is listened for; None when nobody listens for it any more.

        It must be of the same kind, at the image of what it was at.
        """
        target = self.kept(event)
        if target is None:
            return None
        before, after = self.old.nodes[event].node, self.new.nodes[target].node
        if self.image(before.attached_to) != after.attached_to:
            return None
        return target

    def handler(self, activity: str, handler: str | None) -> str | None:
        """The new id of a completed activity that may still be compensated; None when nothing would undo it."""
        target = self.new.nodes.get(self.image(activity) or "")
        if target is None:
            return None
        undoes = getattr(target, "handler", None) is not None
        return target.bpmn_id if undoes == (handler is not None) else None

    # --- joins ----------------------------------------------------------------------------------------------------

    def arrival(self, join: str, flow: str) -> str | None:
        """The flow into the image of ``join`` that stands for one a token came by: same id, same ends, or the only
        one that the old flow's source still leads to."""
        target = str(self.image(join))
        incoming = self.new.nodes[target].node.incoming if target in self.new.nodes else ()
        if flow in incoming:
            return flow
        source = self.image(self.old.process.flows[flow].source)
        direct = [entry for entry in incoming if self.new.process.flows[entry].source == source]
        if len(direct) == 1:
            return direct[0]
        leading = [entry for entry in incoming if source in self.reach.upstream(target, entry)]
        taken = set(self.old.nodes[join].node.incoming)
        free = [entry for entry in leading if entry not in taken]
        return free[0] if len(free) == 1 else None

    @cached_property
    def reach(self) -> Reach:
        """The ways of the new version."""
        return Reach(self.new.process)

    # --- routes ---------------------------------------------------------------------------------------------------

    def _route(self, element: str) -> Route | Reason:
        if element in self.plan.end:
            return Route(Act.END)
        target = self.image(element)
        assert target is not None
        chosen = element in self.plan.mapping
        found = self.new.nodes.get(target)
        if found is None:
            return Reason.TARGET if chosen else Reason.GONE
        before = self.old.nodes[element].node
        if self.image(before.scope) != found.node.scope:
            return Reason.SCOPE
        misfit = _misfit(self.old.nodes[element], found)
        if misfit is None or (chosen and misfit in ACCEPTABLE):
            return Route(Act.KEEP, target)
        if not chosen:
            return misfit
        try:
            startable(self.new, Entry(target))
        except ModificationRefused:
            return Reason.TARGET
        return Route(Act.RESTART, target)


def _misfit(before: FlowNode, after: FlowNode) -> Reason | None:
    """Why a token at one node could not have come to stand at the other just so."""
    old, new = before.node, after.node
    if _repetition(old.loop) != _repetition(new.loop):
        return Reason.REPETITION
    if type(_inner(before)) is not type(_inner(after)) or _by_job(old) != _by_job(new):
        return Reason.TYPE
    if old.for_compensation != new.for_compensation:
        return Reason.TYPE
    if _event(old) is not _event(new):
        return Reason.EVENT
    if old.called is not None and new.called is not None and old.called.process != new.called.process:
        return Reason.CALL
    return None


def _inner(spec: FlowNode) -> FlowNode:
    return spec.item if isinstance(spec, Repeated) else spec


def _by_job(node: Node) -> bool:
    """Whether a handler does it; of nodes that may or may not have one."""
    return node.job is not None


def _event(node: Node) -> EventKind:
    return EventKind.NONE if node.event is None else node.event.kind


def _repetition(loop: Loop | None) -> str:
    if loop is None:
        return ""
    if loop.standard:
        return "standard"
    return "sequential" if loop.sequential else "parallel"


def is_parallel_join(node: Node) -> bool:
    """Whether it waits for a token from every incoming flow."""
    return node.kind is Kind.PARALLEL_GATEWAY and len(node.incoming) > 1
