"""Circles in which nothing waits and nothing decides: a token that enters one never comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from bpmn.checking.report import Report
from bpmn.model import EventKind, Kind, Node, Process

_JOINS = frozenset({Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_CHOICES = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_PASSED = _JOINS | _CHOICES | {Kind.TASK, Kind.SCRIPT_TASK, Kind.BUSINESS_RULE_TASK}


def check_circles(process: Process, report: Report) -> None:
    """Refuse an endless circle, once for each, at its first element."""
    circling = _Circling(process)
    while circling.caught:
        circle = circling.circle()
        report.error("endless-circle", next(node for node in process.nodes.values() if node.id in circle))
        circling.forget(circle)


class _Circling:
    """``caught`` are the elements from which no decision leads out of circles, in document order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        hosts = {node.attached_to for node in process.nodes.values()}
        passed = [node for node in process.nodes.values() if node.id not in hosts and _is_passed(node)]
        self.caught = {node.id: node for node in passed}
        self._before: dict[str, list[str]] = defaultdict(list)
        for node in passed:
            for target in self._targets(node):
                self._before[target].append(node.id)
        self._let_out(passed)

    def _let_out(self, passed: Iterable[Node]) -> None:
        """A decision gets out where one of its ways does, everything else where all of them do."""
        ways = {node.id: 1 if self._decides(node) else len(node.outgoing) for node in passed}
        out = list(dict.fromkeys(target for node in passed for target in self._targets(node) if target not in ways))
        seen = set(out)
        while out:
            for identity in self._before[out.pop()]:
                ways[identity] -= 1
                if ways[identity] <= 0 and identity not in seen:
                    seen.add(identity)
                    del self.caught[identity]
                    out.append(identity)

    def circle(self) -> set[str]:
        """One of them: whoever always follows a flow that does not get out comes round."""
        at = next(iter(self.caught))
        way: dict[str, None] = {}
        while at not in way:
            way[at] = None
            at = next(target for target in self._targets(self.caught[at]) if target in self.caught)
        round_trip = list(way)
        return set(round_trip[round_trip.index(at) :])

    def forget(self, circle: set[str]) -> None:
        """The circle, and all that leads into it, has been told."""
        pending = list(circle)
        while pending:
            identity = pending.pop()
            if self.caught.pop(identity, None) is not None:
                pending += self._before[identity]

    def _targets(self, node: Node) -> Iterator[str]:
        return (self._process.flows[flow].target for flow in node.outgoing)

    def _decides(self, node: Node) -> bool:
        return node.kind in _CHOICES or any(self._process.flows[flow].condition is not None for flow in node.outgoing)


def _is_passed(node: Node) -> bool:
    """Whether a token goes through without waiting for anything, another token included."""
    if node.kind is Kind.INTERMEDIATE_THROW_EVENT:
        return bool(node.outgoing) and (node.event is None or node.event.kind is EventKind.NONE)
    waits = node.job is not None or (node.kind in _JOINS and len(node.incoming) > 1)
    return node.kind in _PASSED and bool(node.outgoing) and not waits
