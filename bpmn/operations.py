"""Storing versions inside a caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.db import connection

from bpmn.bundle import Bundle
from bpmn.constants import static_text
from bpmn.model import EventKind, Kind, Node, Process
from bpmn.models import Deployment, ProcessDefinition, ProcessVersion, StartSubscription, VersionFile
from config import clock

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a set came to: the new versions, and the live ones that were the same already."""

    versions: tuple[ProcessVersion, ...]
    unchanged: tuple[ProcessVersion, ...]


def store_versions(*, actor: User | None, bundles: Iterable[Bundle], note: str = "") -> Stored:
    """Store a new live version of every process that differs from its live one; running instances stay on theirs.

    Locks the definitions in the order of their keys. Nothing is checked here: the caller has checked the files.
    """
    assert connection.in_atomic_block
    ordered = sorted(bundles, key=lambda bundle: bundle.key)
    definitions = _lock_definitions(ordered)
    live = {
        version.definition_id: version
        for version in ProcessVersion.objects.filter(
            definition__in=definitions.values(), status=ProcessVersion.Status.LIVE
        ).select_related("definition")
    }
    changed, unchanged = [], []
    for bundle in ordered:
        current = live.get(definitions[bundle.key].pk)
        if current is not None and current.digest == bundle.digest:
            unchanged.append(current)
        else:
            changed.append(bundle)
    if not changed:
        return Stored((), tuple(unchanged))
    deployment = Deployment.objects.create(digest=_digest(changed), by=actor, at=clock.now(), note=note)
    versions = [_store(bundle, definitions[bundle.key], deployment) for bundle in changed]
    return Stored(tuple(versions), tuple(unchanged))


def start_nodes(process: Process) -> tuple[Node, ...]:
    """The start events of the process itself, in document order."""
    return tuple(node for node in process.children(None) if node.kind is Kind.START_EVENT)


def _lock_definitions(bundles: list[Bundle]) -> dict[str, ProcessDefinition]:
    now = clock.now()
    ProcessDefinition.objects.bulk_create(
        [
            ProcessDefinition(key=bundle.key, name=bundle.process.name or bundle.key, created_at=now)
            for bundle in bundles
        ],
        ignore_conflicts=True,
    )
    keys = [bundle.key for bundle in bundles]
    locked = ProcessDefinition.objects.filter(key__in=keys).order_by("key").select_for_update()
    return {definition.key: definition for definition in locked}


def _digest(bundles: list[Bundle]) -> str:
    return hashlib.sha256("".join(bundle.digest for bundle in bundles).encode()).hexdigest()


def _store(bundle: Bundle, definition: ProcessDefinition, deployment: Deployment) -> ProcessVersion:
    last = definition.versions.order_by("-number").first()
    definition.versions.filter(status=ProcessVersion.Status.LIVE).update(status=ProcessVersion.Status.REPLACED)
    _describe(definition, bundle.process)
    version = ProcessVersion.objects.create(
        definition=definition,
        number=last.number + 1 if last else 1,
        deployment=deployment,
        name=definition.name,
        diagram=PurePosixPath(bundle.diagram.file).name,
        digest=bundle.digest,
    )
    VersionFile.objects.bulk_create(
        VersionFile(version=version, name=name, content=content) for name, content in bundle.files.items()
    )
    StartSubscription.objects.bulk_create(_start(version, node) for node in start_nodes(bundle.process))
    return version


def _describe(definition: ProcessDefinition, process: Process) -> None:
    definition.name = (process.name or process.id)[:300]
    definition.category = process.properties.get("category", "")[:100]
    definition.record_kind = process.record_kind[:100]
    definition.area = process.properties.get("area", "")[:100]
    definition.startable_by = list(process.startable_by)
    definition.save(update_fields=["name", "category", "record_kind", "area", "startable_by"])


def _start(version: ProcessVersion, node: Node) -> StartSubscription:
    event = node.event
    start = StartSubscription(version=version, kind=StartSubscription.Kind.NONE, element=node.id)
    if event is None or event.kind is EventKind.NONE:
        return start
    start.kind = StartSubscription.Kind(event.kind.value)
    start.name = static_text(event.name or "")
    start.timer_kind = event.timer_kind.value if event.timer_kind else ""
    start.timer = event.timer or ""
    return start
