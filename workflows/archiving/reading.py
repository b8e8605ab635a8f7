"""Reading archived families where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from accounts.models import User
from workflows.archiving import files, tables
from workflows.archiving.files import Written
from workflows.exceptions import InstanceNotFound
from workflows.models import ArchivedInstance, HistoryEvent, Incident, ProcessInstance

EVENT, INSTANCE = HistoryEvent._meta.label_lower, ProcessInstance._meta.label_lower
INCIDENT = Incident._meta.label_lower


def archived(instance_id: UUID | str) -> ArchivedInstance:
    """Where an archived instance is. Raises InstanceNotFound."""
    found = ArchivedInstance.objects.select_related("segment").filter(pk=instance_id).first()
    if found is None:
        raise InstanceNotFound
    return found


def rows(entry: ArchivedInstance) -> Iterator[tuple[str, tables.Row]]:
    """All rows of an archived instance's family with the labels of their models. Raises ArchiveDamaged."""
    for line in files.lines(entry.segment.file, Written(entry.offset, entry.size)):
        if "table" in line:
            yield line["table"], line["row"]


def story(instance_id: UUID | str) -> list[HistoryEvent]:
    """The events of an archived instance in order, with their actors. Raises InstanceNotFound, ArchiveDamaged."""
    entry = archived(instance_id)
    found = [row for label, row in rows(entry) if label == EVENT and row["instance_id"] == str(entry.pk)]
    events: list[Any] = [tables.revived(EVENT, row) for row in found]
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id is not None})
    for event in events:
        event.actor = people.get(event.actor_id)
    return events


def instance(instance_id: UUID | str) -> ProcessInstance:
    """An archived instance as it was at its end, to be read, not saved. Raises InstanceNotFound, ArchiveDamaged."""
    entry = archived(instance_id)
    for label, row in rows(entry):
        if label == INSTANCE and row["id"] == str(entry.pk):
            found = tables.revived(INSTANCE, row)
            assert isinstance(found, ProcessInstance)
            return found
    raise InstanceNotFound


def incidents(instance_id: UUID | str) -> list[Incident]:
    """The incidents of an archived instance, newest first, with the instance. Raises as `instance` does."""
    entry, of = archived(instance_id), instance(instance_id)
    found: list[Any] = [
        tables.revived(INCIDENT, row)
        for label, row in rows(entry)
        if label == INCIDENT and row["instance_id"] == str(entry.pk)
    ]
    for incident in found:
        incident.instance = of
    return sorted(found, key=lambda incident: incident.opened_at, reverse=True)
