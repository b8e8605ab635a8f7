"""Looking up what has been deployed."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from bpmn.bundle import Bundle, load
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessVersion, StartSubscription, VersionFile

KEPT = 128


def live_versions() -> QuerySet[ProcessVersion]:
    """The live version of every process, by key, with its definition."""
    return (
        ProcessVersion.objects.filter(status=ProcessVersion.Status.LIVE)
        .select_related("definition")
        .order_by("definition__key")
    )


def live_version(key: str) -> ProcessVersion:
    """The live version of the process ``key``. Raises ProcessNotDeployed."""
    version = live_versions().filter(definition__key=key).first()
    if version is None:
        raise ProcessNotDeployed(key)
    return version


def version_files(version_id: UUID | str) -> dict[str, bytes]:
    """The files of a version by name, byte for byte."""
    rows = VersionFile.objects.filter(version_id=_uuid(version_id)).values_list("name", "content")
    return {name: bytes(content) for name, content in rows}


def version_bundle(version_id: UUID | str) -> Bundle:
    """The version read from its files, kept per process. Raises ProcessVersion.DoesNotExist."""
    return _bundle(_uuid(version_id))


def _uuid(version_id: UUID | str) -> UUID:
    return version_id if isinstance(version_id, UUID) else UUID(version_id)


@lru_cache(maxsize=KEPT)
def _bundle(version_id: UUID) -> Bundle:
    version = ProcessVersion.objects.select_related("definition").get(pk=version_id)
    bundles = load(version_files(version_id))
    return next(bundle for bundle in bundles if bundle.key == version.definition.key)


def starts(version_id: UUID | str) -> QuerySet[StartSubscription]:
    """The ways a version can start, in the order of its diagram."""
    return StartSubscription.objects.filter(version_id=_uuid(version_id)).order_by("pk")


def _live_starts(kind: StartSubscription.Kind) -> QuerySet[StartSubscription]:
    return StartSubscription.objects.filter(kind=kind, version__status=ProcessVersion.Status.LIVE)


def message_starts(name: str) -> list[tuple[str, str]]:
    """(process key, start event) of every live version that the message ``name`` starts."""
    rows = _live_starts(StartSubscription.Kind.MESSAGE).filter(name=name).order_by("version__definition__key")
    return list(rows.values_list("version__definition__key", "element"))


def signal_starts(name: str) -> list[tuple[str, str]]:
    """(process key, start event) of every live version that the signal ``name`` starts."""
    rows = _live_starts(StartSubscription.Kind.SIGNAL).filter(name=name).order_by("version__definition__key")
    return list(rows.values_list("version__definition__key", "element"))


def timer_starts() -> QuerySet[StartSubscription]:
    """The timer starts of all live versions, with version and definition."""
    return _live_starts(StartSubscription.Kind.TIMER).select_related("version__definition")
