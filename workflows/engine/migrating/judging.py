"""Whether instances that stand alike can go over to another version, and what would be otherwise there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bpmn.model import Node
from workflows.engine.migrating.fitting import Act, Fitting, Reason, Route, is_parallel_join
from workflows.engine.migrating.footprint import Footprint

CHOOSABLE = frozenset(
    {
        Reason.GONE,
        Reason.TYPE,
        Reason.EVENT,
        Reason.REPETITION,
        Reason.SCOPE,
        Reason.CALL,
        Reason.TARGET,
        Reason.UNDO,
    }
)
"""What a choice for the element can solve."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An element that stands in the way; ``within`` names the sub-process to choose for, where its own is gone."""

    element: str
    reason: Reason
    within: str | None = None

    @property
    def is_choice(self) -> bool:
        """Whether another element, or ending the step, would solve it."""
        return self.reason in CHOOSABLE


class RemarkKind(StrEnum):
    """What is worth knowing before, though nothing speaks against it."""

    STOPS_LISTENING = "stops-listening"
    STARTS_LISTENING = "starts-listening"
    KEEPS_DUE = "keeps-due"
    PLANS_AGAIN = "plans-again"
    KEEPS_NAME = "keeps-name"
    BEGINS_ANEW = "begins-anew"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Remark:
    kind: RemarkKind
    element: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against it, and what would be otherwise than before."""

    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems

    @property
    def is_choice(self) -> bool:
        """Whether choices could solve everything that does."""
        return bool(self.problems) and all(problem.is_choice for problem in self.problems)


def judge(fitting: Fitting, stands: Footprint) -> Verdict:
    """The verdict on instances that stand like this; the same for all of them."""
    here = [element for element in stands.at if _leaving(fitting, element) is None]
    problems = [*_held(stands), *_places(fitting, here), *_memories(fitting, stands)]
    if not problems:
        problems = [*_arrivals(fitting, stands, here)] or [*_starving(fitting, stands, here), *_emptied(fitting, here)]
    return Verdict(tuple(problems), () if problems else tuple(_remarks(fitting, stands, here)))


def _leaving(fitting: Fitting, element: str) -> str | None:
    """The sub-process around an element that goes away with everything in it, as chosen."""
    scope = fitting.old.nodes[element].node.scope
    while scope is not None:
        route = fitting.route(scope)
        if isinstance(route, Route) and route.act is not Act.KEEP:
            return scope
        scope = fitting.old.nodes[scope].node.scope
    return None


def _held(stands: Footprint) -> Iterator[Problem]:
    if stands.held:
        yield Problem("", Reason.HELD)


def _places(fitting: Fitting, here: Iterable[str]) -> Iterator[Problem]:
    for element in here:
        found = fitting.route(element)
        if isinstance(found, Reason):
            yield Problem(element, found, _unplaced_scope(fitting, element) if found is Reason.SCOPE else None)


def _unplaced_scope(fitting: Fitting, element: str) -> str | None:
    scope = fitting.old.nodes[element].node.scope
    return scope if scope is not None and isinstance(fitting.route(scope), Reason) else None


def _memories(fitting: Fitting, stands: Footprint) -> Iterator[Problem]:
    for activity, handler in stands.undo:
        if activity not in fitting.plan.end and fitting.handler(activity, handler) is None:
            yield Problem(activity, Reason.UNDO)


def _arrivals(fitting: Fitting, stands: Footprint, here: Iterable[str]) -> Iterator[Problem]:
    """Tokens that wait at a join must have come by a flow that still leads there."""
    for join, flows in stands.arrived:
        if join not in here or fitting.kept(join) is None:
            continue
        images = [fitting.arrival(join, flow) for flow in flows]
        if None in images or len(set(images)) < len(images):
            yield Problem(join, Reason.FLOW)


def _starving(fitting: Fitting, stands: Footprint, here: Iterable[str]) -> Iterator[Problem]:
    """A parallel join that came anew, or got other flows, must not wait for a token nobody can send any more."""
    here = list(here)
    places = {route.target for element in here if isinstance(route := fitting.route(element), Route)}
    images = {fitting.image(id): node for id, node in fitting.old.process.nodes.items()}
    arrived = {
        fitting.image(join): {fitting.arrival(join, flow) for flow in flows}
        for join, flows in stands.arrived
        if join in here
    }
    for node in fitting.new.process.nodes.values():
        if not is_parallel_join(node) or _is_as_before(fitting, node, images.get(node.id)):
            continue
        beside = {id for id in places if id in fitting.new.nodes and fitting.new.nodes[id].node.scope == node.scope}
        fed = [
            flow in arrived.get(node.id, ()) or not beside.isdisjoint(fitting.reach.upstream(node.id, flow))
            for flow in node.incoming
        ]
        if any(fed) and not all(fed):
            yield Problem(node.id, Reason.STARVES)


def _is_as_before(fitting: Fitting, node: Node, before: Node | None) -> bool:
    if before is None or before.kind is not node.kind:
        return False
    return {fitting.arrival(before.id, flow) for flow in before.incoming} == set(node.incoming)


def _emptied(fitting: Fitting, here: Iterable[str]) -> Iterator[Problem]:
    top = [element for element in here if fitting.old.nodes[element].node.scope is None]
    if top and all(fitting.route(element) == Route(Act.END) for element in top):
        yield Problem(top[0], Reason.ENDS)


# --- remarks --------------------------------------------------------------------------------------------------------


def _remarks(fitting: Fitting, stands: Footprint, here: Iterable[str]) -> Iterator[Remark]:
    for element in here:
        route = fitting.route(element)
        if isinstance(route, Route) and route.act is Act.END:
            yield Remark(RemarkKind.ENDS, element)
        elif isinstance(route, Route) and route.act is Act.RESTART:
            yield Remark(RemarkKind.BEGINS_ANEW, element, route.target)
    for event in (*stands.listening, *here):
        target = fitting.listener(event) if event in stands.listening else fitting.kept(event)
        if target is not None:
            replanned = event in fitting.plan.replan
            yield from _otherwise(fitting.old.process.nodes[event], fitting.new.process.nodes[target], replanned)
        elif event in stands.listening:
            yield Remark(RemarkKind.STOPS_LISTENING, event)
    known = {fitting.listener(id) for id, node in fitting.old.process.nodes.items() if node.attached_to}
    for element in here:
        for added in fitting.new.process.boundary_events(fitting.kept(element) or ""):
            if added.id not in known and getattr(fitting.new.nodes[added.id], "listens", False):
                yield Remark(RemarkKind.STARTS_LISTENING, element, added.id)


def _otherwise(before: Node, after: Node, replanned: bool) -> Iterator[Remark]:
    if before.event is None or after.event is None:
        return
    if before.event.timer != after.event.timer or before.event.timer_kind is not after.event.timer_kind:
        yield Remark(RemarkKind.PLANS_AGAIN if replanned else RemarkKind.KEEPS_DUE, before.id, after.id)
    if before.event.name != after.event.name:
        yield Remark(RemarkKind.KEEPS_NAME, before.id, after.id)
