"""Where deployed diagrams name a person outright: as assignee, or among those a task is offered to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bpmn import queries
from bpmn.models import ProcessVersion


@dataclass(frozen=True, slots=True)
class Naming:
    """A step of a live version that names a person."""

    process_key: str
    version: UUID
    element: str
    name: str


def steps_naming(username: str) -> list[Naming]:
    """The user tasks of live versions that name a person outright, by process."""
    versions = ProcessVersion.objects.filter(status=ProcessVersion.Status.LIVE).select_related("definition")
    return [
        Naming(version.definition.key, version.pk, node.id, node.name or node.id)
        for version in versions.order_by("definition__key")
        for node in queries.version_bundle(version.pk).process.nodes.values()
        if node.assignment is not None and username in _named(node.assignment.assignee, node.assignment.candidate_users)
    ]


def _named(assignee: str | None, candidates: str | None) -> set[str]:
    """Plain names; of an expression the texts in quotes."""
    texts = [text for text in (assignee, candidates) if text]
    found: set[str] = set()
    for text in texts:
        found |= set(text.split('"')[1::2]) if text.startswith("=") else {part.strip() for part in text.split(",")}
    return found
