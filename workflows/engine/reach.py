"""Which nodes lead where: what an inclusive join must know about its upstream."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bpmn.model import EventKind, Process

MOST_KEPT = 64


class Reach:
    """The ways through a process, backwards: boundary events lead out of their activity, links to their catch event."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._before: dict[str, list[str]] = {}
        self.upstream = lru_cache(maxsize=MOST_KEPT)(self._upstream)
        """The nodes from which a path ends with a flow into a join, without passing the join itself."""
        for source, target in self._ways():
            self._before.setdefault(target, []).append(source)

    def _upstream(self, join: str, flow: str) -> frozenset[str]:
        seen: set[str] = set()
        todo = [self.process.flows[flow].source]
        while todo:
            at = todo.pop()
            if at not in seen and at != join:
                seen.add(at)
                todo += self._before.get(at, ())
        return frozenset(seen)

    def _ways(self) -> Iterator[tuple[str, str]]:
        catches = {
            (node.scope, node.event.name): node.id
            for node in self.process.nodes.values()
            if node.event is not None and node.event.kind is EventKind.LINK and node.outgoing
        }
        for flow in self.process.flows.values():
            yield flow.source, flow.target
        for node in self.process.nodes.values():
            if node.attached_to is not None:
                yield node.attached_to, node.id
            elif node.event is not None and node.event.kind is EventKind.LINK and not node.outgoing:
                target = catches.get((node.scope, node.event.name))
                if target is not None:
                    yield node.id, target
