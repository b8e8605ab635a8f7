"""What a process does by itself right after a step, as far as its diagram tells: is any of it beyond taking back?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import feel
from bpmn.model import Flow, Kind, Node, Process
from workflows import registry
from workflows.definitions import loaded

_COMPUTED = {Kind.SERVICE_TASK, Kind.SCRIPT_TASK, Kind.BUSINESS_RULE_TASK}
_PASSED = {Kind.EXCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.TASK}
_STEPS = 60
"""How many elements are looked at; who needs more between two rests is not asked about the far ones."""


def irreversible_after(version_id: UUID, element: str, variables: Mapping[str, Any]) -> registry.Handler | None:
    """The first effect that cannot be undone among what follows ``element`` before the process rests again.

    ``variables`` are those the step would leave behind. Ways whose condition they refuse are not taken; behind
    whatever computes new values every way is.
    """
    process = loaded(version_id).bundle.process
    for node in _ahead(process, element, variables):
        found = registry.handler(node.job.type) if node.job is not None else None
        if found is not None and found.irreversible:
            return found
    return None


def _ahead(process: Process, element: str, variables: Mapping[str, Any]) -> Iterator[Node]:
    """The automatic elements after one, nearest first, up to where the process waits for somebody or something."""
    seen: set[str] = set()
    waiting: list[tuple[Node, Mapping[str, Any] | None]] = [(process.nodes[element], variables)]
    while waiting and len(seen) < _STEPS:
        node, known = waiting.pop(0)
        for following in _following(process, node, known):
            if following.id in seen or following.kind not in _COMPUTED | _PASSED:
                continue
            seen.add(following.id)
            yield following
            if _is_passed(following):
                waiting.append((following, known if following.kind in _PASSED else None))


def _is_passed(node: Node) -> bool:
    """Whether the process goes on from here at once: an effect answers later."""
    found = registry.handler(node.job.type) if node.job is not None else None
    return found is None or found.kind is registry.HandlerKind.SERVICE_TASK


def _following(process: Process, node: Node, known: Mapping[str, Any] | None) -> Iterator[Node]:
    flows = [process.flows[flow] for flow in node.outgoing]
    answers = {flow.id: _holds(flow, known) for flow in flows if flow.id != node.default}
    for flow in flows:
        taken = answers[flow.id] if flow.id in answers else True not in answers.values()
        if taken is not False:
            yield process.nodes[flow.target]


def _holds(flow: Flow, known: Mapping[str, Any] | None) -> bool | None:
    """Whether the flow's condition holds; None where that cannot be said beforehand."""
    text = (flow.condition or "").strip().removeprefix("=")
    if not text or known is None:
        return None
    try:
        answer = feel.evaluate(text, dict(known))
    except Exception:  # what the engine would say of it, it says when it comes there
        return None
    return answer if isinstance(answer, bool) else None
