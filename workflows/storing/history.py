"""The instance as it stands now, and what happened to it, linked to what happened before."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from accounts.models import User
from config.postgresql.documents import Document
from workflows import chaining, statements
from workflows.engine.api import Advance, Migrate, Stimulus
from workflows.models import HistoryEvent, ProcessInstance
from workflows.rows import Table

_INSTANCES = Table(ProcessInstance)
CHAIN = ("history_length", "history_head")
"""The fields of an instance that say where its chain ends."""
_MOVING = (
    *("state", "revision", *CHAIN, "moved_at", "status", "ended_at", "ends", "outcome"),
    *("record_kind", "record_id", "number", "org_unit"),
)

# Every completion runs this: no model objects for the events. Salt, digest and link of each come as 80 bytes of one
# value.
_ADDED = """
INSERT INTO workflows_historyevent
    (instance_id, sequence, revision, at, actor_id, version_id, kind, element, step, data, salt, digest, link)
SELECT %(id)s, %(before)s + place, %(revision)s, %(now)s, %(actor)s, %(version)s,
    event->>0, event->>1, event->>2, event->3,
    substring(%(marks)s::bytea, place::int * 80 - 79, 16), substring(%(marks)s::bytea, place::int * 80 - 63, 32),
    substring(%(marks)s::bytea, place::int * 80 - 31, 32)
FROM jsonb_array_elements(%(events)s::jsonb) WITH ORDINALITY AS added (event, place)
"""


class _Event(NamedTuple):
    kind: str
    element: str
    step: str
    data: Any


def store_moved(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, *, now: datetime, actor: User | None
) -> None:
    """Store an instance that moved and the story of the advance; a new one is inserted."""
    add = _linked(instance, list(_events(instance, stimulus, advance)), now, actor)
    if instance.revision == 1:
        _INSTANCES.insert([instance])
        statements.later(_ADDED, add)
    else:
        _INSTANCES.update([instance], *_MOVING, then=_ADDED, values=add)


def record_event(
    instance: ProcessInstance,
    kind: HistoryEvent.Kind,
    *,
    now: datetime,
    actor: User | None,
    data: Mapping[str, Any],
    element: str = "",
    step: str = "",
) -> None:
    """Add the next event of an instance that did not come from an advance; its family must be locked.

    It happened under the version the instance has now. The end of the chain is saved with it.
    """
    add = _linked(instance, [_Event(HistoryEvent.Kind(kind).value, element, step, dict(data))], now, actor)
    _INSTANCES.update([instance], *CHAIN, then=_ADDED, values=add)


def snapshot(instance: ProcessInstance) -> dict[str, str]:
    """The instance's state for the data of an event that changed it by other means than a stimulus."""
    return {"state": base64.b64encode(bytes(instance.state)).decode()}


def stimulus_data(stimulus: Stimulus) -> dict[str, Any]:
    """A stimulus as JSON-ready data, enough to repeat it (`workflows.replaying.stimulus_from`)."""
    fields = {entry.name: getattr(stimulus, entry.name) for entry in dataclasses.fields(stimulus)}
    return {"type": type(stimulus).__name__, **fields}


def _events(instance: ProcessInstance, stimulus: Stimulus, advance: Advance) -> Iterator[_Event]:
    step = getattr(stimulus, "step", None) or ""
    kind, data = HistoryEvent.Kind.STIMULUS, stimulus_data(stimulus)
    if isinstance(stimulus, Migrate):
        kind, data = HistoryEvent.Kind.MIGRATED, data | snapshot(instance)
    yield _Event(kind.value, "", step, data)
    for entry in advance.log:
        yield _Event(entry.kind.value, entry.element, entry.step or "", entry.data)


def _linked(instance: ProcessInstance, events: list[_Event], now: datetime, actor: User | None) -> dict[str, Any]:
    """The values that add these events, linked to the instance's last one; the instance then ends with them."""
    actor_id = None if actor is None else actor.pk
    before, head = instance.history_length, bytes(instance.history_head) or chaining.GENESIS
    common = chaining.Advanced(instance.pk, instance.revision, now, actor_id, instance.version_id).envelope()
    sequence, rows = before, []
    marks: list[bytes] = []
    for (kind, element, step, data), salt in zip(events, chaining.salts(len(events)), strict=True):
        sequence += 1
        payload = chaining.payload(data)
        digest = chaining.digest(salt, payload)
        head = chaining.link(head, digest, common, chaining.own_envelope(sequence, kind, element, step))
        rows.append((kind, element, step, orjson.Fragment(payload)))
        marks += (salt, digest, head)
    instance.history_length, instance.history_head = sequence, head
    return {
        "id": instance.pk,
        "revision": instance.revision,
        "now": now,
        "before": before,
        "actor": actor_id,
        "version": instance.version_id,
        "events": Document(orjson.dumps(rows)),
        "marks": "\\x" + b"".join(marks).hex(),
    }
