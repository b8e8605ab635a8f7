"""A process as the search reads it: which flows lead where, which events end or join what, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from bpmn.model import EventKind, Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES, SUB_PROCESSES
from workflows.engine.reach import Reach
from workflows.soundness.choices import compatible

OUTSIDE = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL, EventKind.MULTIPLE})
"""Events that may happen at any time, whatever the process does."""
_FAILING = frozenset({Kind.SERVICE_TASK, Kind.SEND_TASK, Kind.BUSINESS_RULE_TASK, Kind.SCRIPT_TASK, Kind.CALL_ACTIVITY})
_ENDING = frozenset({EventKind.TERMINATE, EventKind.ERROR, EventKind.ESCALATION, EventKind.CANCEL})
_MAX_FREE_CHOICES = 3
_MAX_AROUND = 2


@dataclass(slots=True)
class Net:
    """Lookups over one process; scopes are named by the id of their sub-process, None is the process itself."""

    process: Process
    ranks: dict[str, int] = field(default_factory=dict)
    """How far a node lies from the start of its scope: what is near goes first, so that tokens move as a front."""
    boundaries: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    listeners: dict[str | None, tuple[Node, ...]] = field(default_factory=dict)
    """The event sub-processes of a scope."""
    starts: dict[str | None, tuple[Node, ...]] = field(default_factory=dict)
    links: dict[tuple[str | None, str | None], Node] = field(default_factory=dict)
    aside: frozenset[str] = frozenset()
    """Nodes that only events beside an activity lead to: what runs there may well run again."""
    ways: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """The ways out of each node, once they were asked for."""
    reach: Reach = field(init=False)

    def __post_init__(self) -> None:
        self.reach = Reach(self.process)

    @classmethod
    def of(cls, process: Process) -> Net:
        """The lookups of a process that the deploy check found no structural error in."""
        net = cls(process)
        children: dict[str | None, list[Node]] = {}
        for node in process.nodes.values():
            children.setdefault(node.scope, []).append(node)
            if node.attached_to:
                net.boundaries[node.attached_to] = (*net.boundaries.get(node.attached_to, ()), node)
            if node.kind is Kind.INTERMEDIATE_CATCH_EVENT and node.event and node.event.kind is EventKind.LINK:
                net.links[(node.scope, node.event.name)] = node
        for scope, nodes in children.items():
            net.listeners[scope] = tuple(node for node in nodes if node.triggered_by_event)
            net.starts[scope] = tuple(node for node in nodes if node.kind is Kind.START_EVENT)
        net._rank()
        net._find_aside()
        return net

    @property
    def is_free_of_races(self) -> bool:
        """Whether it makes no difference which branch goes first: no event ends a scope, no join looks around, and
        no loop could put off the others for ever.
        """
        ranks = self.ranks
        return not any(
            (node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1)
            or (node.event is not None and node.event.kind in _ENDING)
            or any(ranks.get(following, 0) <= ranks.get(node.id, 0) for following in self._following(node))
            for node in self.process.nodes.values()
        )

    def runs_twice(self, node: Node) -> bool:
        """Whether a sub-process is opened twice side by side: parallel multi-instance, but not inside two others."""
        loop = node.loop
        if loop is None or loop.standard or loop.sequential:
            return False
        around = 0
        while node.scope is not None:
            node = self.process.nodes[node.scope]
            around += node.loop is not None and not node.loop.standard and not node.loop.sequential
        return around < _MAX_AROUND

    def event_of(self, node: Node) -> Node:
        """The node that carries the event: an event sub-process's start event, else the node itself."""
        starts = self.starts.get(node.id, ()) if node.triggered_by_event else ()
        return starts[0] if starts else node

    def outside(self, node: Node) -> bool:
        """Whether a boundary event or event sub-process may be triggered by something that no throw event says.

        Errors and escalations count where a job or a called process inside may raise them.
        """
        event = self.event_of(node).event
        if event is None:
            return False
        if event.kind in OUTSIDE:
            return True
        if event.kind not in {EventKind.ERROR, EventKind.ESCALATION}:
            return False
        where = node.attached_to if node.attached_to else node.scope
        return any(
            inner.kind in _FAILING and inner.id != node.id
            for inner in self.process.nodes.values()
            if inner.id == where or self._lies_in(inner, where)
        )

    def _lies_in(self, node: Node, scope: str | None) -> bool:
        if scope is None:
            return True
        above = node.scope
        while above is not None:
            if above == scope:
                return True
            above = self.process.nodes[above].scope
        return False

    def ways_out(self, node: Node) -> list[tuple[str, ...]]:
        """Which flows may be taken together when ``node`` is left; conditions that exclude each other are not."""
        known = self.ways.get(node.id)
        if known is None:
            known = self.ways[node.id] = self._ways(node)
        return known

    def _ways(self, node: Node) -> list[tuple[str, ...]]:
        if node.kind in {Kind.EXCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY}:
            return [(flow,) for flow in node.outgoing] or [()]
        if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.outgoing) > 1:
            free = [flow for flow in node.outgoing if flow != node.default]
            return self._subsets((), free, node.default)
        if node.kind in ACTIVITIES:
            free = [flow for flow in node.outgoing if self.process.flows[flow].condition is not None]
            always = tuple(flow for flow in node.outgoing if flow not in free and flow != node.default)
            return self._subsets(always, [flow for flow in free if flow != node.default], node.default)
        return [node.outgoing]

    def _subsets(self, always: tuple[str, ...], free: list[str], default: str | None) -> list[tuple[str, ...]]:
        """All ways to take some of the free flows; with many of them one at a time and as many as can be together."""
        ways: dict[tuple[str, ...], None] = {}
        together = [
            tuple(free[place] for place in places)
            for places in compatible([self.process.flows[flow].condition or "" for flow in free])
        ]
        for flows in together:
            sizes: Iterable[int] = range(1, len(flows) + 1) if len(free) <= _MAX_FREE_CHOICES else (1, len(flows))
            ways.update(((*always, *some), None) for size in sizes for some in combinations(flows, size))
        if default is not None:
            return [*ways, (*always, default)]
        return [always, *ways] if always or not ways else list(ways)

    def _find_aside(self) -> None:
        waiting = [
            node
            for node in self.process.nodes.values()
            if node.kind is Kind.START_EVENT or node.triggered_by_event or not (node.incoming or node.attached_to)
        ]
        main: set[str] = set()
        while waiting:
            node = waiting.pop()
            if node.id in main:
                continue
            main.add(node.id)
            waiting += (
                self.process.nodes[following]
                for following in self._following(node)
                if self.process.nodes[following].interrupting
            )
        self.aside = frozenset(self.process.nodes.keys() - main)

    def _rank(self) -> None:
        """Number the nodes so that a node comes after everything that leads to it, loops aside."""
        done: list[str] = []
        seen: set[str] = set()
        for root in self.process.nodes.values():
            if root.incoming and root.attached_to is None:
                continue
            waiting: list[tuple[str, bool]] = [(root.id, False)]
            while waiting:
                identity, left = waiting.pop()
                if left:
                    done.append(identity)
                    continue
                if identity in seen:
                    continue
                seen.add(identity)
                waiting.append((identity, True))
                waiting += ((following, False) for following in self._following(self.process.nodes[identity]))
        done.reverse()
        self.ranks = {identity: rank for rank, identity in enumerate(done)}

    def _following(self, node: Node) -> list[str]:
        targets = [self.process.flows[flow].target for flow in node.outgoing]
        targets += [boundary.id for boundary in self.boundaries.get(node.id, ())]
        if node.kind is Kind.INTERMEDIATE_THROW_EVENT and node.event and node.event.kind is EventKind.LINK:
            caught = self.links.get((node.scope, node.event.name))
            targets += [caught.id] if caught else []
        return targets


def is_sub_process(node: Node) -> bool:
    """Whether a node opens a scope of its own."""
    return node.kind in SUB_PROCESSES
