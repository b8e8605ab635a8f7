"""What a model's assignment of a task rests on: the expressions behind it, and the decisions behind those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import feel
from bpmn.model import Node, Process

MOST = 40


@dataclass(frozen=True, slots=True)
class Grounds:
    """The ``assignee`` text and the ``groups`` text of a task, and the business rule tasks they follow from."""

    assignee: str
    groups: str
    decisions: tuple[str, ...]


def grounds_of(process: Process, element: str, *, functions: frozenset[str] = frozenset()) -> Grounds:
    """What decides who gets the task at an element; empty texts where the model names nobody.

    Decisions are followed through scripts, mappings of the task and the collections of repeated activities.
    ``functions`` are the host functions, whose names may be of several words.
    """
    node = process.nodes[element]
    named = node.assignment
    if named is None:
        return Grounds("", "", ())
    texts = [named.assignee or "", named.candidate_users or "", named.candidate_groups or ""]
    return Grounds(texts[0], texts[2], tuple(_decisions(process, node, texts, functions)))


def names_in(text: str, *, functions: frozenset[str] = frozenset()) -> list[str]:
    """The variables a dialect text reads, in its order; none where it is literal or cannot be read."""
    if not text.strip().startswith("="):
        return []
    try:
        used = feel.names_used(feel.compile(text.strip()[1:], names=functions))
        return [name for name in dict.fromkeys(each.name for each in used) if name not in functions]
    except feel.FeelError:
        return []


def _decisions(process: Process, node: Node, texts: list[str], functions: frozenset[str]) -> Iterator[str]:
    pending = [name for text in texts for name in names_in(text, functions=functions)]
    seen: set[str] = set()
    found: dict[str, None] = {}
    while pending and len(seen) < MOST:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for other in process.nodes.values():
            if other.decision is not None and other.decision.result_variable == name:
                found[other.id] = None
            pending.extend(_behind(process, node, other, name, functions))
    yield from found


def _behind(process: Process, node: Node, other: Node, name: str, functions: frozenset[str]) -> list[str]:
    """The variables a node computes this one from."""
    if other.script is not None and other.script.result_variable == name:
        text = other.script.expression
        return names_in(text if text.startswith("=") else f"={text}", functions=functions)
    if other.loop is not None and other.loop.input_element == name and _holds(process, other, node):
        return names_in(other.loop.input_collection or "", functions=functions)
    if other.id == node.id:
        sources = [mapping.source for mapping in node.inputs if mapping.target == name]
        return [used for source in sources for used in names_in(source, functions=functions)]
    return []


def _holds(process: Process, outer: Node, inner: Node) -> bool:
    scope: str | None = inner.id
    while scope is not None:
        if scope == outer.id:
            return True
        scope = process.nodes[scope].scope
    return False
