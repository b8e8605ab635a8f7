"""What can happen next in a state: one move is all alternatives of one token, which no other token can take away.

Moves go in the order of their urgency: what waits for nobody happens before anything that waits is done, and events
from outside cut a scope short when it is opened or when nothing else gets it going.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from bpmn.model import EventKind, Kind, Node
from bpmn.vocabulary import ACTIVITIES
from workflows.soundness.net import OUTSIDE, Net, is_sub_process
from workflows.soundness.state import Open, Scope


class Urgency(IntEnum):
    """When a move is explored."""

    PASS = 0
    """A token goes on without waiting for anything."""
    CANCEL = 1
    """A token ends others, at once as well."""
    COMPLETE = 2
    """Something that waits is done."""
    INTERRUPT = 3
    """Only an event from outside gets a scope going again."""


class Raised(NamedTuple):
    """An error or escalation on its way out of a scope."""

    kind: EventKind
    code: str | None
    node: str


class Taken(NamedTuple):
    """One step of a path: what happened at which element, and which flows or event it took."""

    element: str
    take: tuple[str, ...] = ()


class Alternative(NamedTuple):
    """One way a move can go. ``interrupts`` marks that an event from outside cut a whole scope short."""

    taken: tuple[Taken, ...]
    scope: Scope
    raised: Raised | None = None
    interrupts: bool = False
    chosen: bool = False
    """Whether data or an event decided."""


class Move(NamedTuple):
    """A move of one token; ``alternatives`` works them out."""

    urgency: Urgency
    rank: int
    alternatives: Callable[[], list[Alternative]]


_WAITING = ACTIVITIES | {Kind.INTERMEDIATE_CATCH_EVENT, Kind.EVENT_BASED_GATEWAY}
_RAISING = {
    EventKind.ERROR: EventKind.ERROR,
    EventKind.ESCALATION: EventKind.ESCALATION,
    EventKind.CANCEL: EventKind.CANCEL,
}


class Mover:
    """The moves of a process."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.nodes = net.process.nodes

    def initial(self) -> list[Alternative]:
        """The states a new instance may begin in: one per start event, and what may happen at once."""
        return self._open_scope(None)

    def moves(self, scope: Scope) -> Iterator[Move]:
        """Everything that can happen in a scope and in those inside it."""
        yield from self._token_moves(scope)
        for item in scope.open:
            node = self.nodes[item.node]
            rank = self.net.ranks.get(item.node, 0)
            if item.finished:
                yield Move(Urgency.PASS, rank, partial(self._leave, scope, item, node))
            elif not item.inner:
                yield Move(Urgency.COMPLETE, rank, partial(self._complete, scope, item, node))
            else:
                yield from self._inner_moves(scope, item, node)
                if any(self._cuts(boundary) for boundary in self.net.boundaries.get(item.node, ())):
                    yield Move(Urgency.INTERRUPT, rank, partial(self._cut_short, scope, item, node))
        if any(self._cuts(listener) for listener in self.net.listeners.get(scope.id, ())):
            yield Move(Urgency.INTERRUPT, -1, partial(self._interrupted, scope))

    # --- tokens on flows ----------------------------------------------------------------------------------------

    def _token_moves(self, scope: Scope) -> Iterator[Move]:
        seen: set[str] = set()
        for flow in scope.tokens:
            node = self.nodes[self.net.process.flows[flow].target]
            if node.id in seen:
                continue
            seen.add(node.id)
            rank = self.net.ranks.get(node.id, 0)
            if node.kind is Kind.PARALLEL_GATEWAY and len(node.incoming) > 1:
                if all(incoming in scope.tokens for incoming in node.incoming):
                    yield Move(Urgency.PASS, rank, partial(self._pass, scope.minus(*node.incoming), node))
            elif node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1:
                present = [incoming for incoming in node.incoming if incoming in scope.tokens]
                if self._nobody_else_comes(scope, node, present):
                    yield Move(
                        Urgency.PASS,
                        rank,
                        partial(self._pass, scope.minus(*present), node),
                    )
            else:
                urgency = Urgency.CANCEL if self._cancels(node) else Urgency.PASS
                yield Move(urgency, rank, partial(self._enter, scope.minus(flow), node))

    def _nobody_else_comes(self, scope: Scope, join: Node, present: list[str]) -> bool:
        """BPMN's rule of the inclusive join: no token elsewhere can reach an empty flow and none that has a token."""
        flows = self.net.process.flows
        elsewhere = {flows[flow].target for flow in scope.tokens} | {item.node for item in scope.open}
        upstream = self.net.reach.upstream
        awaited = [upstream(join.id, incoming) for incoming in join.incoming if incoming not in present]
        arrived = [upstream(join.id, incoming) for incoming in present]
        return not any(
            place in reached and not any(place in other for other in arrived)
            for place in elsewhere - {join.id}
            for reached in awaited
        )

    @staticmethod
    def _cancels(node: Node) -> bool:
        event = node.event
        return (
            node.kind is Kind.END_EVENT
            and event is not None
            and event.kind in {EventKind.TERMINATE, EventKind.ERROR, EventKind.CANCEL, EventKind.ESCALATION}
        )

    def _is_about_to_terminate(self, scope: Scope) -> bool:
        """Whether a token stands before a terminating end: no event from outside comes before it."""
        ends = (self.nodes[self.net.process.flows[flow].target].event for flow in scope.tokens)
        return any(event is not None and event.kind is EventKind.TERMINATE for event in ends)

    def _enter(self, scope: Scope, node: Node) -> list[Alternative]:
        """A token arrives at a node and is taken off its flow already."""
        if node.kind is Kind.END_EVENT:
            return self._end(scope, node)
        if is_sub_process(node):
            return self._enter_sub_process(scope, node)
        if node.kind in _WAITING and not self._is_link(node):
            opened = scope.opening(Open(node.id))
            beside = () if self._is_about_to_terminate(scope) else self._beside(node)
            return [Alternative((Taken(node.id),), opened)] + [
                Alternative((Taken(node.id), Taken(more.id, more.outgoing)), opened.plus(*more.outgoing), chosen=True)
                for more in beside
            ]
        return self._pass(scope, node)

    def _pass(self, scope: Scope, node: Node) -> list[Alternative]:
        """A token goes through a gateway or throw event."""
        event = node.event
        if node.kind is Kind.INTERMEDIATE_THROW_EVENT and event is not None:
            if event.kind is EventKind.LINK:
                caught = self.net.links.get((node.scope, event.name))
                out = caught.outgoing if caught else ()
                there = (Taken(caught.id, out),) if caught else ()
                return [Alternative((Taken(node.id), *there), scope.plus(*out))]
            if event.kind is EventKind.ESCALATION:
                raised = Raised(EventKind.ESCALATION, event.code, node.id)
                passed = Alternative((Taken(node.id, node.outgoing),), scope.plus(*node.outgoing), raised)
                return self._caught_inside(passed)
        ways = self.net.ways_out(node)
        return [Alternative((Taken(node.id, flows),), scope.plus(*flows), chosen=len(ways) > 1) for flows in ways]

    def _end(self, scope: Scope, node: Node) -> list[Alternative]:
        event = node.event
        ended = scope._replace(ended=True)
        if event is None or event.kind not in {*_RAISING, EventKind.TERMINATE}:
            return [Alternative((Taken(node.id),), ended)]
        if event.kind is EventKind.TERMINATE:
            return [Alternative((Taken(node.id),), ended.emptied())]
        return self._caught_inside(Alternative((Taken(node.id),), ended, Raised(event.kind, event.code, node.id)))

    # --- activities ----------------------------------------------------------------------------------------------

    def _enter_sub_process(self, scope: Scope, node: Node) -> list[Alternative]:
        """Open the scopes of a sub-process, a parallel multi-instance twice; or see it cut short at once."""
        inner = self._open_scope(node.id)
        ways = []
        for first in inner:
            children = (first.scope, inner[0].scope) if self.net.runs_twice(node) else (first.scope,)
            opened = scope.opening(_item(node.id, children))
            ways.append(
                Alternative((Taken(node.id), *first.taken), opened, interrupts=first.interrupts, chosen=first.chosen)
            )
        plain = ways[0].scope
        for boundary in self.net.boundaries.get(node.id, ()):
            if not self.net.outside(boundary):
                continue
            taken = (Taken(node.id), Taken(boundary.id, boundary.outgoing))
            if boundary.interrupting:
                ways.append(Alternative(taken, scope.plus(*boundary.outgoing), interrupts=True, chosen=True))
            else:
                ways.append(Alternative(taken, plain.plus(*boundary.outgoing), chosen=True))
        return ways

    def _open_scope(self, identity: str | None) -> list[Alternative]:
        """A scope as it begins: by each of its start events, alone and with each of its event sub-processes."""
        begun = [
            Alternative((Taken(start.id, start.outgoing),), Scope(identity).plus(*start.outgoing))
            for start in self.net.starts.get(identity, ())
        ] or [Alternative((), Scope(identity))]
        ways = list(begun)
        for listener in self.net.listeners.get(identity, ()):
            if not self.net.outside(listener):
                continue
            for inner in self._open_scope(listener.id):
                stopped = self.net.event_of(listener).interrupting
                base = begun[0].scope.emptied() if stopped else begun[0].scope
                opened = base.opening(_item(listener.id, (inner.scope,)))
                taken = (*begun[0].taken, Taken(listener.id), *inner.taken)
                ways.append(Alternative(taken, opened, interrupts=stopped, chosen=True))
        return ways

    def _complete(self, scope: Scope, item: Open, node: Node) -> list[Alternative]:
        """What waits is done, or one of its interrupting boundary events ends it."""
        without = scope.closing(item)
        if node.kind is Kind.EVENT_BASED_GATEWAY:
            ways = []
            for flow in node.outgoing:
                caught = self.nodes[self.net.process.flows[flow].target]
                taken = (Taken(node.id, (flow,)), Taken(caught.id, caught.outgoing))
                ways.append(Alternative(taken, without.plus(*caught.outgoing), chosen=True))
            return ways
        ends = [
            boundary
            for boundary in self.net.boundaries.get(node.id, ())
            if boundary.interrupting and boundary.event and boundary.event.kind is not EventKind.COMPENSATION
        ]
        outs = self.net.ways_out(node)
        ways = [
            Alternative((Taken(node.id, flows),), without.plus(*flows), chosen=len(outs) + len(ends) > 1)
            for flows in outs
        ]
        ways += (
            Alternative((Taken(boundary.id, boundary.outgoing),), without.plus(*boundary.outgoing), chosen=True)
            for boundary in ends
        )
        return ways

    def _leave(self, scope: Scope, item: Open, node: Node) -> list[Alternative]:
        """A sub-process whose scopes have ended is left."""
        without = scope.closing(item)
        if node.triggered_by_event:
            return [Alternative((), without)]
        outs = self.net.ways_out(node)
        return [Alternative((Taken(node.id, flows),), without.plus(*flows), chosen=len(outs) > 1) for flows in outs]

    def _beside(self, node: Node) -> list[Node]:
        """The boundary events that may happen while an activity goes on."""
        return [
            boundary
            for boundary in self.net.boundaries.get(node.id, ())
            if not boundary.interrupting and boundary.event and boundary.event.kind in {*OUTSIDE, EventKind.ESCALATION}
        ]

    @staticmethod
    def _is_link(node: Node) -> bool:
        return node.event is not None and node.event.kind is EventKind.LINK

    # --- scopes inside scopes ------------------------------------------------------------------------------------

    def _inner_moves(self, scope: Scope, item: Open, node: Node) -> Iterator[Move]:
        for index, child in enumerate(item.inner):
            if index and child == item.inner[index - 1]:
                continue
            for move in self.moves(child):
                yield Move(move.urgency, move.rank, partial(self._lift_all, scope, item, node, index, move))

    def _lift_all(self, scope: Scope, item: Open, node: Node, index: int, move: Move) -> list[Alternative]:
        return [self._lift(scope, item, node, index, inner) for inner in move.alternatives()]

    def _lift(self, scope: Scope, item: Open, node: Node, index: int, inner: Alternative) -> Alternative:
        """What happened in an inner scope, as it looks from the scope around it."""
        if inner.raised is not None:
            return self._raised_out(scope, item, node, index, inner)
        return inner._replace(scope=_with_child(scope, item, index, inner.scope))

    def _raised_out(self, scope: Scope, item: Open, node: Node, index: int, inner: Alternative) -> Alternative:
        raised = inner.raised
        for boundary in self.net.boundaries.get(node.id, ()):
            if raised is None or not _catches(boundary, raised):
                continue
            taken = (*inner.taken, Taken(boundary.id, boundary.outgoing))
            left = scope.closing(item) if boundary.interrupting else _with_child(scope, item, index, inner.scope)
            return inner._replace(taken=taken, scope=left.plus(*boundary.outgoing), raised=None)
        kept = _with_child(scope, item, index, inner.scope)
        return self._caught_inside(inner._replace(scope=kept))[0]

    def _caught_inside(self, raised: Alternative) -> list[Alternative]:
        """Look for an event sub-process of the scope itself that catches what was raised in it."""
        if raised.raised is None:
            return [raised]
        for listener in self.net.listeners.get(raised.scope.id, ()):
            start = self.net.event_of(listener)
            if not _catches(start, raised.raised):
                continue
            inner = self._open_scope(listener.id)[0]
            base = raised.scope.emptied() if start.interrupting else raised.scope
            opened = base.opening(_item(listener.id, (inner.scope,)))
            taken = (*raised.taken, Taken(listener.id), *inner.taken)
            return [raised._replace(taken=taken, scope=opened, raised=None)]
        if raised.scope.id is None:
            gone = raised.scope if raised.raised.kind is EventKind.ESCALATION else raised.scope.emptied()
            return [raised._replace(scope=gone, raised=None)]
        return [raised]

    # --- events that cut a scope short ---------------------------------------------------------------------------

    def _cuts(self, node: Node) -> bool:
        return self.net.event_of(node).interrupting and self.net.outside(node)

    def _cut_short(self, scope: Scope, item: Open, node: Node) -> list[Alternative]:
        """Each interrupting boundary event of a running sub-process."""
        without = scope.closing(item)
        return [
            Alternative(
                (Taken(boundary.id, boundary.outgoing),),
                without.plus(*boundary.outgoing),
                interrupts=True,
                chosen=True,
            )
            for boundary in self.net.boundaries.get(node.id, ())
            if self._cuts(boundary)
        ]

    def _interrupted(self, scope: Scope) -> list[Alternative]:
        """Each interrupting event sub-process of a running scope."""
        ways = []
        for listener in self.net.listeners.get(scope.id, ()):
            if not self._cuts(listener) or any(item.node == listener.id for item in scope.open):
                continue
            inner = self._open_scope(listener.id)[0]
            opened = scope.emptied().opening(_item(listener.id, (inner.scope,)))
            ways.append(Alternative((Taken(listener.id), *inner.taken), opened, interrupts=True, chosen=True))
        return ways


def _item(node: str, children: tuple[Scope, ...]) -> Open:
    """A sub-process with its running scopes; finished when none is left."""
    running = tuple(sorted((child for child in children if not child.is_over), key=repr))
    return Open(node, running, finished=not running)


def _with_child(scope: Scope, item: Open, index: int, child: Scope) -> Scope:
    children = (*item.inner[:index], child, *item.inner[index + 1 :])
    return scope.closing(item).opening(_item(item.node, children))


def _catches(node: Node, raised: Raised) -> bool:
    event = node.event
    return event is not None and event.kind is raised.kind and event.code in {None, raised.code}
