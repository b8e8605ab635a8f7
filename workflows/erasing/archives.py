"""Taking a person out of archive files: a file that holds them is written anew, its chains say what was erased."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from accounts.models import User
from config import clock
from workflows import chaining
from workflows.archiving import files, reading, tables
from workflows.archiving.commands import take_turns
from workflows.archiving.files import Written
from workflows.definitions import loaded
from workflows.engine.erasing import rewrite
from workflows.erasing import histories
from workflows.erasing.person import Person, Redaction
from workflows.erasing.registry import table_of
from workflows.erasing.rows import changed_values
from workflows.models import ArchivedInstance, ArchiveSegment, HistoryEvent

Line = tuple[str, tables.Row]


def segments_with(person: Person) -> list[ArchiveSegment]:
    """The segments that hold the person."""
    about = histories.archived_about(person)
    return [
        segment for segment in ArchiveSegment.objects.order_by("written_at", "pk") if _holds(segment, person, about)
    ]


@transaction.atomic
def erase_segment(segment_id: UUID, person: Person, *, actor: User | None, reason: str) -> int:
    """Write a segment anew without the person; how many rows changed. Doing it again changes nothing.

    The old file goes after the commit. Raises ArchiveDamaged.
    """
    take_turns()
    segment = ArchiveSegment.objects.select_for_update().get(pk=segment_id)
    about = histories.archived_about(person)
    name = f"{segment.file.partition('-')[0]}-{uuid.uuid4().hex}{files.SUFFIX}"
    count = 0
    with files.writing(name) as writer:
        writer.member([orjson.dumps(files.header(segment.file))])
        for entry in _families(segment):
            erased = _Family(entry, person, about=entry.root in about, actor=actor, reason=reason)
            place = writer.member(erased.lines())
            erased.save_index(place)
            count += erased.count
    last = segment.instances.order_by("-offset", "-started_at", "-pk").values_list("history_head", flat=True).first()
    old, segment.file, segment.size, segment.digest = segment.file, name, writer.size, writer.digest
    segment.last_link = last or segment.last_link
    segment.events = sum(segment.instances.values_list("history_length", flat=True))
    segment.save()
    transaction.on_commit(lambda: files.remove(old))
    return count


def _families(segment: ArchiveSegment) -> Iterator[ArchivedInstance]:
    entries = segment.instances.select_related("segment").order_by("offset", "pk")
    return (entry for entry in entries if entry.root == entry.pk)


def _holds(segment: ArchiveSegment, person: Person, about: set[UUID]) -> bool:
    for entry in _families(segment):
        family = _Family(entry, person, about=entry.root in about, actor=None, reason="")
        for _ in family.lines():
            if family.count:
                return True
    return False


class _Family:
    """One archived family on its way from the old file to the new one."""

    def __init__(
        self, entry: ArchivedInstance, person: Person, *, about: bool, actor: User | None, reason: str
    ) -> None:
        self._entry, self._person, self._about = entry, person, about
        self._actor, self._reason = actor, reason
        self._ends: dict[str, tuple[int, bytes]] = {}
        self._words: dict[str, dict[str, Any]] = {}
        self._version: dict[str, UUID] = {}
        self.count = 0

    def lines(self) -> Iterator[bytes]:
        """The lines of the family without the person. Instances come first, with the ends their chains will have."""
        rows = list(reading.rows(self._entry))
        self._version = {row["id"]: UUID(row["version_id"]) for label, row in rows if label == reading.INSTANCE}
        redactions = {
            id: histories.redaction_for(version, self._person, about=self._about)
            for id, version in self._version.items()
        }
        notes: dict[str, dict[int, bytes]] = {}
        for label, row in rows:
            if label == reading.EVENT:
                self._erase_event(row, redactions[row["instance_id"]], notes.setdefault(row["instance_id"], {}))
            elif label == reading.INSTANCE:
                self._erase_state(row, redactions[row["id"]])
            else:
                self._erase_row(label, row)
        added = [
            self._note(row, notes[row["id"]])
            for label, row in rows
            if notes.get(row.get("id", "")) and label == reading.INSTANCE
        ]
        for label, row in rows:
            yield orjson.dumps({"table": label, "row": row})
        for row in added:
            yield orjson.dumps({"table": reading.EVENT, "row": row})

    def save_index(self, place: Written) -> None:
        """Tell the index where the family is now and where its chains end."""
        members = ArchivedInstance.objects.filter(segment=self._entry.segment, root=self._entry.root)
        members.update(offset=place.offset, size=place.size)
        for id, (length, head) in self._ends.items():
            members.filter(pk=id).update(history_length=length, history_head=head)
        for id, words in self._words.items():
            members.filter(pk=id).update(**words)

    def _erase_event(self, row: tables.Row, redaction: Redaction, note: dict[int, bytes]) -> None:
        if row["kind"] == HistoryEvent.Kind.ERASED:
            return
        version = None if row["version_id"] is None else UUID(row["version_id"])
        changed = histories.redacted(row["data"], version, redaction)
        if changed is not row["data"]:
            payload = chaining.payload(changed)
            row["data"], row["salt"] = orjson.loads(payload), None
            note[row["sequence"]] = payload
            self.count += 1

    def _erase_state(self, row: tables.Row, redaction: Redaction) -> None:
        state = bytes.fromhex(row["state"][2:])
        row["state"] = f"\\x{rewrite(loaded(UUID(row['version_id'])).definition, state, redaction).hex()}"
        words = {name: redaction(row[name]) for name in histories.NAMED}
        if any(words[name] != row[name] for name in words):
            row |= words
            self._words[row["id"]] = {name: words[name] for name in ("number", "outcome")}
            self.count += 1

    def _erase_row(self, label: str, row: tables.Row) -> None:
        table = table_of(tables.model_of(label))
        if table is None:
            return
        version = next(iter(self._version.values()))
        redaction = histories.redaction_for(version, self._person, about=self._about)
        changed = changed_values(table, row, redaction, is_about=self._about and self._person.whole)
        row |= changed
        self.count += bool(changed)

    def _note(self, instance: tables.Row, left: Mapping[int, bytes]) -> tables.Row:
        """The event that says what was erased, linked to the end of the instance's chain; the instance moves to it."""
        actor_id = None if self._actor is None else self._actor.pk
        data = histories.noted(left, self._person, self._reason)
        sequence, now = instance["history_length"] + 1, clock.now()
        salt, payload = next(chaining.salts(1)), chaining.payload(data)
        digest = chaining.digest(salt, payload)
        version = UUID(instance["version_id"])
        common = chaining.Advanced(UUID(instance["id"]), instance["revision"], now, actor_id, version).envelope()
        own = chaining.own_envelope(sequence, HistoryEvent.Kind.ERASED.value, "", "")
        head = chaining.link(bytes.fromhex(instance["history_head"][2:]), digest, common, own)
        instance["history_length"], instance["history_head"] = sequence, f"\\x{head.hex()}"
        self._ends[instance["id"]] = (sequence, head)
        return {
            "id": _next_event_id(),
            "instance_id": instance["id"],
            "sequence": sequence,
            "revision": instance["revision"],
            "at": _text(now),
            "actor_id": actor_id,
            "kind": HistoryEvent.Kind.ERASED.value,
            "element": "",
            "step": "",
            "version_id": instance["version_id"],
            "data": data,
            "salt": f"\\x{salt.hex()}",
            "digest": f"\\x{digest.hex()}",
            "link": f"\\x{head.hex()}",
        }


def _next_event_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('workflows_historyevent', 'id'))")
        (number,) = cursor.fetchone()
        return int(number)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
