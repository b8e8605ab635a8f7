"""Taking ended families out of the hot tables into a file, and back; each command one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from accounts import audit
from accounts.models import User
from config import clock
from workflows.archiving import files, reading, retention, tables
from workflows.archiving.files import SegmentWriter, Written
from workflows.exceptions import ArchiveDamaged, InstanceNotFound
from workflows.locks import retrying
from workflows.models import ArchivedInstance, ArchiveSegment, HistoryEvent, ProcessInstance

FORMAT = 1
FAMILIES = 200
"""Families in one file, and in one transaction."""
_ONE_AT_A_TIME = 0x6261746F6E01
_COPIED = (
    *("version_id", "process_key", "number", "record_kind", "record_id", "org_unit", "status", "outcome"),
    *("started_by_id", "started_at", "ended_at", "history_length", "history_head"),
)


def archive_all(roots: Any) -> Iterator[ArchiveSegment]:
    """Archive families of a query, a file and a transaction for every 200, until there are none; what was written."""
    while segment := archive(actor=None, roots=list(roots[:FAMILIES])):
        yield segment


@retrying
@transaction.atomic(durable=True)
def archive(*, actor: User | None, roots: Sequence[UUID]) -> ArchiveSegment | None:
    """Write ended families to one file and delete their rows; None when none of them is there to be archived.

    The file is on the disk under its name before the rows go. Killed in between, the rows are all there and the
    file belongs to nobody: the next run removes it.
    """
    take_turns()
    members = _locked(roots)
    if not members:
        return None
    segment_id = uuid.uuid4()
    name = f"{clock.now():%Y%m%d}-{segment_id.hex}{files.SUFFIX}"
    first, last = _links(members)
    with files.writing(name) as writer:
        writer.member([_header(segment_id, members, first, last)])
        places = {root: _write_family(writer, root, ids) for root, ids in _families(members).items()}
    ends = [member.ended_at for member in members if member.ended_at is not None]
    segment = ArchiveSegment.objects.create(
        id=segment_id,
        file=name,
        size=writer.size,
        digest=writer.digest,
        families=len(places),
        events=sum(member.history_length for member in members),
        first_link=first,
        last_link=last,
        ended_from=min(ends),
        ended_until=max(ends),
        written_at=clock.now(),
    )
    ArchivedInstance.objects.bulk_create(_entry(member, segment, places[member.root_id]) for member in members)
    tables.delete_rows_of([member.pk for member in members])
    note("history.archived", actor, segment, len(places))
    return segment


@retrying
@transaction.atomic(durable=True)
def restore_segment(*, actor: User | None, segment_id: UUID | str) -> int:
    """Bring back all families still in a segment; how many. Raises InstanceNotFound, ArchiveDamaged."""
    take_turns()
    segment = ArchiveSegment.objects.select_for_update().filter(pk=segment_id).first()
    if segment is None:
        raise InstanceNotFound
    if files.digest_of(segment.file) != bytes(segment.digest):
        raise ArchiveDamaged(f"{segment.file} is not what was written")
    roots = list(segment.instances.values_list("root", flat=True).distinct())
    for root in roots:
        _restore(segment, root)
    note("history.restored", actor, segment, len(roots))
    drop_if_empty(segment)
    return len(roots)


@retrying
@transaction.atomic(durable=True)
def restore_family(*, actor: User | None, instance_id: UUID | str) -> ProcessInstance:
    """Bring back the family of an archived instance. Raises InstanceNotFound, ArchiveDamaged."""
    take_turns()
    entry = reading.archived(instance_id)
    _restore(entry.segment, entry.root)
    note("history.restored", actor, entry.segment, 1)
    drop_if_empty(entry.segment)
    return ProcessInstance.objects.get(pk=instance_id)


@transaction.atomic(durable=True)
def remove_leftovers() -> None:
    """Delete the files that a killed command left behind, which no row knows."""
    take_turns()


def take_turns() -> None:
    """One archive command at a time; a file that no row knows belongs to one that was killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    for name in files.names() - set(ArchiveSegment.objects.values_list("file", flat=True)):
        files.remove(name)


def _locked(roots: Sequence[UUID]) -> list[ProcessInstance]:
    """All members of the families that are at rest, their roots locked; none when somebody holds them just now."""
    rows = ProcessInstance.objects.select_for_update(skip_locked=True).filter(pk__in=list(roots))
    held = set(rows.order_by("pk").values_list("pk", flat=True))
    resting = set(retention.at_rest(ProcessInstance.objects.filter(pk__in=held)))
    members = ProcessInstance.objects.defer("state").filter(root__in=resting)
    return list(members.order_by("root_id", "started_at", "pk"))


def _families(members: Sequence[ProcessInstance]) -> dict[UUID, list[UUID]]:
    families: dict[UUID, list[UUID]] = {}
    for member in members:
        families.setdefault(member.root_id, []).append(member.pk)
    return families


def _write_family(writer: SegmentWriter, root: UUID, ids: Sequence[UUID]) -> Written:
    return writer.member(
        b'{"table":"%b","row":%b}' % (label.encode(), text.encode()) for label, text in tables.rows_of(ids)
    )


def _header(segment_id: UUID, members: Sequence[ProcessInstance], first: bytes, last: bytes) -> bytes:
    return orjson.dumps(
        {
            "baton-history-archive": FORMAT,
            "segment": str(segment_id),
            "written_at": clock.now().isoformat(),
            "instances": len(members),
            "first_link": first.hex(),
            "last_link": last.hex(),
        }
    )


def _links(members: Sequence[ProcessInstance]) -> tuple[bytes, bytes]:
    """Where the first chain of the file begins and its last one ends."""
    events = HistoryEvent.objects.filter(instance=members[0].pk).order_by("sequence")
    first = events.values_list("link", flat=True).first()
    return bytes(first or b""), bytes(members[-1].history_head)


def _entry(member: ProcessInstance, segment: ArchiveSegment, place: Written) -> ArchivedInstance:
    copied = {name: getattr(member, name) for name in _COPIED}
    return ArchivedInstance(
        id=member.pk, root=member.root_id, segment=segment, offset=place.offset, size=place.size, **copied
    )


def _restore(segment: ArchiveSegment, root: UUID) -> None:
    entry = ArchivedInstance.objects.filter(segment=segment, root=root).select_related("segment").first()
    if entry is None:
        raise InstanceNotFound
    by_table: dict[str, list[tables.Row]] = {}
    for label, row in reading.rows(entry):
        by_table.setdefault(label, []).append(row)
    for label, rows in by_table.items():
        tables.insert_rows(label, rows)
    ArchivedInstance.objects.filter(segment=segment, root=root).delete()


def note(event: str, actor: User | None, segment: ArchiveSegment, families: int) -> None:
    """Put into the audit log what was done with families of a segment."""
    data = {"file": segment.file, "families": families}
    audit.record(event, actor=actor, subject_kind="archive", subject_id=str(segment.pk), data=data)


def drop_if_empty(segment: ArchiveSegment) -> None:
    """Forget a segment in which nothing is left; its file goes at the commit."""
    if not segment.instances.exists():
        segment.delete()
        transaction.on_commit(lambda: files.remove(segment.file))
