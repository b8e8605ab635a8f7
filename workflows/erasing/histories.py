"""Taking a person out of the processes about them: variables, recorded stimuli and answers, and what hangs on them.

The payloads change and their salts go; a new event of the same history says which, what is left of each, when and by
whom, so that the chain stays whole and what was left stays provable.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import User
from bpmn import queries as bpmn_queries
from config import clock
from workflows import chaining
from workflows.definitions import loaded
from workflows.engine.erasing import rewrite
from workflows.erasing.person import Person, Redaction
from workflows.families import lock_family
from workflows.models import ArchivedInstance, HistoryEvent, ProcessInstance
from workflows.storing import record_event

NAMED = ("number", "outcome", "start_key")
"""What an instance's row says in words that others chose."""
_TYPED_IN = frozenset({"textfield", "textarea"})
_REPLACE = """
UPDATE workflows_historyevent AS event SET data = erased.data, salt = NULL
FROM jsonb_to_recordset(%s::jsonb) AS erased (id bigint, data jsonb) WHERE event.id = erased.id
"""


def families_about(person: Person) -> list[UUID]:
    """The roots of the families in the tables that are about the person's records."""
    return list(
        _about(ProcessInstance.objects, person).order_by("root_id").values_list("root_id", flat=True).distinct()
    )


def archived_about(person: Person) -> set[UUID]:
    """The roots of archived families about the person's records."""
    return set(_about(ArchivedInstance.objects, person).values_list("root", flat=True))


def families_naming(person: Person) -> list[UUID]:
    """The roots of other families whose history names the person by something strong."""
    if not person.everywhere:
        return []
    events = HistoryEvent.objects.annotate(text=Cast("data", TextField())).filter(text__iregex=person.everywhere)
    roots = events.order_by("instance__root").values_list("instance__root", flat=True).distinct()
    about = set(families_about(person))
    return [root for root in roots if root not in about]


def still_needed_by(person: Person) -> list[ProcessInstance]:
    """The open processes about the person's records, called ones left out."""
    open_ones = ProcessInstance.objects.filter(status__in=ProcessInstance.LIVE, parent=None).defer("state")
    return list(_about(open_ones, person).order_by("started_at"))


def count_events(root: UUID, person: Person, *, about: bool) -> int:
    """How many events of a family would change."""
    members = ProcessInstance.objects.filter(root=root).defer("state")
    return sum(
        sum(1 for _ in _changed(member, redaction_for(member.version_id, person, about=about))) for member in members
    )


@transaction.atomic
def erase_family(root: UUID, person: Person, *, actor: User | None, reason: str, about: bool) -> int:
    """Take the person out of a family's histories and states; how many events changed. Doing it again changes nothing.

    A transaction of its own, in which the family is locked.
    """
    family = lock_family(root, actor=actor)
    changed = 0
    for id in ProcessInstance.objects.filter(root=root).order_by("pk").values_list("pk", flat=True):
        changed += _erase_instance(family.member(id), person, actor=actor, reason=reason, about=about)
    return changed


def noted(left: Mapping[int, bytes], person: Person, reason: str) -> dict[str, Any]:
    """What the event of an erasure says: the events concerned, each with the digest of what is left of it."""
    events = {str(sequence): hashlib.sha256(payload).hexdigest() for sequence, payload in left.items()}
    return {"events": events, "reason": reason, "subject": f"{person.kind} {person.id}"}


@lru_cache(maxsize=200)
def typed_names(version_id: UUID) -> frozenset[str]:
    """The names under which people type freely into the forms of a version."""
    forms = bpmn_queries.version_bundle(version_id).forms.values()
    return frozenset(name for form in forms for name in _typed(form))


def _typed(component: Any) -> Iterator[str]:
    if isinstance(component, Mapping):
        if component.get("type") in _TYPED_IN and isinstance(component.get("key"), str):
            yield component["key"].rpartition(".")[2]
        for inner in component.values():
            yield from _typed(inner)
    elif isinstance(component, list):
        for inner in component:
            yield from _typed(inner)


def redaction_for(version_id: UUID, person: Person, *, about: bool) -> Redaction:
    """What takes the person out of an instance of this version."""
    return Redaction(person, about=about, typed=typed_names(version_id))


def _erase_instance(instance: ProcessInstance, person: Person, *, actor: User | None, reason: str, about: bool) -> int:
    redaction = redaction_for(instance.version_id, person, about=about)
    left = {event.sequence: (event.pk, payload) for event, payload in _changed(instance, redaction)}
    if left:
        _replace((id, payload) for id, payload in left.values())
        note = noted({sequence: payload for sequence, (_, payload) in left.items()}, person, reason)
        record_event(instance, HistoryEvent.Kind.ERASED, now=clock.now(), actor=actor, data=note)
    changed: dict[str, Any] = {name: redaction(getattr(instance, name)) for name in NAMED}
    changed["state"] = rewrite(loaded(instance.version_id).definition, bytes(instance.state), redaction)
    if any(value != getattr(instance, name) for name, value in changed.items()):
        ProcessInstance.objects.filter(pk=instance.pk).update(**changed)
    return len(left)


def _changed(instance: ProcessInstance, redaction: Redaction) -> Iterator[tuple[HistoryEvent, bytes]]:
    events = HistoryEvent.objects.filter(instance=instance).exclude(kind=HistoryEvent.Kind.ERASED)
    for event in events.order_by("sequence").iterator(500):
        changed = redacted(event.data, event.version_id, redaction)
        if changed is not event.data:
            yield event, chaining.payload(changed)


def redacted(data: Mapping[str, Any], version_id: UUID | None, redaction: Redaction) -> Mapping[str, Any]:
    """The data of an event without the person; the very same when they are not in it. Its shape stays."""
    changed = {name: redaction(value) for name, value in data.items()}
    if "state" in data and version_id is not None:
        state = base64.b64decode(data["state"])
        changed["state"] = base64.b64encode(rewrite(loaded(version_id).definition, state, redaction)).decode()
    return changed if any(changed[name] != data[name] for name in changed) else data


def _replace(rows: Iterable[tuple[int, bytes]]) -> None:
    given = [{"id": id, "data": orjson.Fragment(payload)} for id, payload in rows]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        cursor.execute(_REPLACE, [orjson.dumps(given).decode()])
        cursor.execute("SET LOCAL baton.history_maintenance = 'off'")


def processes(person: Person, prefix: str = "instance__") -> Q:
    """Rows that hang on a process about one of the person's records, or on one of its family."""
    found = Q(pk__in=[])
    for kind in {kind for kind, _ in person.records}:
        about = {"record_kind": kind, "record_id__in": person.ids(kind)}
        roots = ProcessInstance.objects.filter(**about).values("root")
        found |= Q(**{f"{prefix}root__in": roots})
    return found


def typed_about(person: Person) -> frozenset[str]:
    """The names under which people typed freely into forms of the processes about the person."""
    if not person.whole:
        return frozenset()
    versions = ProcessInstance.objects.filter(root__in=families_about(person)).values_list("version", flat=True)
    return frozenset(name for version in versions.distinct() for name in typed_names(version))


def _about(rows: Any, person: Person) -> Any:
    where = Q(pk__in=[])
    for kind in {kind for kind, _ in person.records}:
        where |= Q(record_kind=kind, record_id__in=person.ids(kind))
    return rows.filter(where)
