"""Deleting from the archive what stayed there long enough; what went stays provable, its contents do not stay."""

from __future__ import annotations

import uuid
from uuid import UUID

import orjson
from django.db import transaction

from workflows.archiving import files, reading, retention
from workflows.archiving.commands import drop_if_empty, note, take_turns
from workflows.archiving.files import SegmentWriter, Written
from workflows.locks import retrying
from workflows.models import ArchivedInstance, ArchiveSegment
from workflows.sealing.disposals import Ended, dispose


def segments_over() -> list[UUID]:
    """The segments with families whose time in the archive is over."""
    return list(retention.over().order_by("segment").values_list("segment", flat=True).distinct())


@retrying
@transaction.atomic(durable=True)
def delete_over(*, segment_id: UUID) -> int:
    """Delete the families of a segment whose time is over, under a signature; how many there were.

    The file goes, or is written anew without them, with the commit. Raises SigningKeyMissing, ArchiveDamaged.
    """
    take_turns()
    segment = ArchiveSegment.objects.select_for_update().get(pk=segment_id)
    roots = set(retention.over().filter(segment=segment).values_list("pk", flat=True))
    if not roots:
        return 0
    entries = segment.instances.filter(root__in=roots)
    chains = [Ended(entry.pk, entry.history_length, bytes(entry.history_head)) for entry in entries]
    dispose(chains, f"retention: {', '.join(sorted(set(entries.values_list('process_key', flat=True))))}"[:300])
    entries.delete()
    note("history.deleted", None, segment, len(roots))
    if segment.instances.exists():
        _write_anew(segment)
    else:
        drop_if_empty(segment)
    return len(roots)


def _write_anew(segment: ArchiveSegment) -> None:
    """The same file without the families that are no longer in the index."""
    old, name = segment.file, f"{segment.file.partition('-')[0]}-{uuid.uuid4().hex}{files.SUFFIX}"
    left = list(segment.instances.select_related("segment").order_by("offset", "started_at", "pk"))
    roots = [entry for entry in left if entry.root == entry.pk]
    first = next(row["link"] for label, row in reading.rows(roots[0]) if label == reading.EVENT)
    segment.first_link, segment.last_link = bytes.fromhex(first[2:]), bytes(left[-1].history_head)
    ends = {"first_link": segment.first_link.hex(), "last_link": segment.last_link.hex(), "instances": len(left)}
    with files.writing(name) as writer:
        writer.member([orjson.dumps({**files.header(old), **ends})])
        for root in roots:
            _move(root, writer)
    segment.families, segment.events = len(roots), sum(entry.history_length for entry in left)
    segment.file, segment.size, segment.digest = name, writer.size, writer.digest
    segment.save()
    transaction.on_commit(lambda: files.remove(old))


def _move(root: ArchivedInstance, writer: SegmentWriter) -> None:
    place = writer.copy(root.segment.file, Written(root.offset, root.size))
    ArchivedInstance.objects.filter(segment=root.segment, root=root.pk).update(offset=place.offset, size=place.size)
