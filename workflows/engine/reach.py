"""Which nodes lead where: what an inclusive join must know about its upstream."""

from __future__ import annotations

from bpmn.model import EventKind, Node, Process


def upstream_of(process: Process, join: Node) -> dict[str, frozenset[str]]:
    """For each incoming flow of ``join``: the nodes from which a path ends with it, without passing ``join``.

    Boundary events count as ways out of their activity, link events as ways to their catch event.
    """
    before: dict[str, set[str]] = {}
    for node in process.nodes.values():
        if node.scope != join.scope:
            continue
        for target in _next(process, node):
            before.setdefault(target, set()).add(node.id)
    found: dict[str, frozenset[str]] = {}
    for flow_id in join.incoming:
        seen: set[str] = set()
        todo = [process.flows[flow_id].source]
        while todo:
            at = todo.pop()
            if at in seen or at == join.id:
                continue
            seen.add(at)
            todo += before.get(at, ())
        found[flow_id] = frozenset(seen)
    return found


def _next(process: Process, node: Node) -> list[str]:
    targets = [process.flows[flow].target for flow in node.outgoing]
    targets += [event.id for event in process.boundary_events(node.id)]
    event = node.event
    if event is not None and event.kind is EventKind.LINK and not node.outgoing:
        targets += [
            other.id
            for other in process.nodes.values()
            if other.scope == node.scope
            and other is not node
            and other.event is not None
            and other.event.kind is EventKind.LINK
            and other.event.name == event.name
            and other.outgoing
        ]
    return targets
