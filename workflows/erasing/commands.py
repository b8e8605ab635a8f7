"""Erasing a person: what would change, whether it may, and doing it step by step so that it can be resumed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.models import User
from workflows.archiving.commands import remove_leftovers
from workflows.erasing import archives, histories, rows
from workflows.erasing.person import Person
from workflows.erasing.registry import Subject, own, subjects, tables
from workflows.exceptions import PersonStillNeeded, UnknownRecordKind
from workflows.models import ProcessInstance

HISTORY, ARCHIVES, REMOVED, OWN = "history", "archives", "files", "record"


@dataclass(slots=True)
class Erasure:
    """What an erasure concerns: rows by area, and the open processes that still need the person."""

    person: Person
    counts: Counter[str] = field(default_factory=Counter)
    needed_by: list[ProcessInstance] = field(default_factory=list)


def find_person(kind: str, number: str) -> Person:
    """The person behind a record number or id. Raises UnknownRecordKind, RecordNotFound, NotAPerson."""
    return _subject(kind).find(number)


def planned(person: Person) -> Erasure:
    """What erasing the person would change now; nothing is written."""
    found = Erasure(person, needed_by=_needed_by(person))
    if not person.is_known:
        return found
    for root, about in _families(person):
        found.counts[HISTORY] += histories.count_events(root, person, about=about)
    found.counts[ARCHIVES] = len(archives.segments_with(person))
    for table in tables():
        if not table.own_way:
            found.counts[table.area] += sum(1 for _ in rows.changes(table, person))
    for area in own():
        found.counts[area.area] += area.erase(person, False)
    count = _subject(person.kind).count_removed
    found.counts[REMOVED] = count(person) if count is not None else 0
    found.counts[OWN] = 1
    return found


def erase_person(*, actor: User | None, person: Person, reason: str, force: bool = False) -> Erasure:
    """Erase a person's data everywhere; what was changed, by area.

    Refuses while open processes need the person (PersonStillNeeded), unless ``force``. Family by family and file by
    file, each in a transaction of its own; the record, by which the person is found, goes last together with what
    the tables hold. So it can be stopped anywhere and be done again.
    """
    done = Erasure(person, needed_by=_needed_by(person))
    if done.needed_by and not force:
        raise PersonStillNeeded(", ".join(f"{open_one.process_key} {open_one.number}" for open_one in done.needed_by))
    remove_leftovers()  # an erasure that was killed after its commit could not remove the old file any more
    if not person.is_known:
        return done
    for root, about in _families(person):
        done.counts[HISTORY] += histories.erase_family(root, person, actor=actor, reason=reason, about=about)
    for segment in archives.segments_with(person):
        done.counts[ARCHIVES] += archives.erase_segment(segment.pk, person, actor=actor, reason=reason) > 0
    _erase_tables(done, actor, reason)
    return done


@transaction.atomic
def _erase_tables(done: Erasure, actor: User | None, reason: str) -> None:
    person, kind = done.person, _subject(done.person.kind)
    for table in tables():
        if not table.own_way:
            done.counts[table.area] += rows.erase_rows(table, person)
    for area in own():
        done.counts[area.area] += area.erase(person, True)
    done.counts[REMOVED] = kind.remove(person) if kind.remove is not None else 0
    done.counts[OWN] = kind.clear(person, reason)
    audit.record(
        "person.erased",
        actor=actor,
        subject_kind=person.kind,
        subject_id=person.id,
        data={"reason": reason, "counts": dict(done.counts)},
    )


def _needed_by(person: Person) -> list[ProcessInstance]:
    ask = _subject(person.kind).needed_by
    return histories.still_needed_by(person) if ask is None else ask(person)


def _families(person: Person) -> list[tuple[UUID, bool]]:
    about = [(root, True) for root in histories.families_about(person)]
    return [*about, *((root, False) for root in histories.families_naming(person))]


def _subject(kind: str) -> Subject:
    try:
        return subjects()[kind]
    except KeyError:
        raise UnknownRecordKind(f"{kind!r} is no kind of person; there are {', '.join(subjects())}") from None
