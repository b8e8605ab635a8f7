"""The instance as it stands now, and what happened to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from accounts.models import User
from workflows import statements
from workflows.engine.api import Advance, Stimulus
from workflows.models import HistoryEvent, ProcessInstance
from workflows.rows import Table
from workflows.texts import storable

_INSTANCES = Table(ProcessInstance)
_MOVING = (
    *("state", "revision", "history_length", "moved_at", "status", "ended_at", "ends", "outcome"),
    *("record_kind", "record_id", "number", "org_unit"),
)

# Every completion runs this: no model objects for the events.
_ADDED = """
INSERT INTO workflows_historyevent (instance_id, sequence, revision, at, actor_id, kind, element, step, data)
SELECT %(id)s, %(before)s + event.place, %(revision)s, %(now)s, %(actor)s,
    event.kind, event.element, event.step, event.data
FROM ROWS FROM (jsonb_to_recordset(%(events)s::jsonb) AS (kind text, element text, step text, data jsonb))
    WITH ORDINALITY AS event (kind, element, step, data, place)
"""


def store_moved(
    instance: ProcessInstance, stimulus: Stimulus, advance: Advance, *, now: datetime, actor: User | None
) -> None:
    """Store an instance that moved and the story of the advance; a new one is inserted."""
    events = _events(stimulus, advance)
    before = instance.history_length
    instance.history_length += len(events)
    if instance.revision == 1:
        _INSTANCES.insert([instance])
    else:
        _INSTANCES.update([instance], *_MOVING)
    statements.later(
        _ADDED,
        {
            "id": instance.pk,
            "revision": instance.revision,
            "now": now,
            "before": before,
            "actor": None if actor is None else actor.pk,
            "events": _json(events),
        },
    )


def record_event(
    instance: ProcessInstance,
    kind: HistoryEvent.Kind,
    *,
    now: datetime,
    actor: User | None,
    data: Mapping[str, Any],
) -> HistoryEvent:
    """The next event of an instance that did not come from an advance; the caller saves ``history_length``."""
    instance.history_length += 1
    return HistoryEvent.objects.create(
        instance=instance,
        sequence=instance.history_length,
        revision=instance.revision,
        at=now,
        actor=actor,
        kind=kind,
        data=storable(dict(data)),
    )


def stimulus_data(stimulus: Stimulus) -> dict[str, Any]:
    """A stimulus as JSON-ready data, enough to repeat it."""
    fields = {entry.name: getattr(stimulus, entry.name) for entry in dataclasses.fields(stimulus)}
    return {"type": type(stimulus).__name__, **fields}


def _events(stimulus: Stimulus, advance: Advance) -> list[dict[str, Any]]:
    step = getattr(stimulus, "step", None) or ""
    asked = {"kind": HistoryEvent.Kind.STIMULUS.value, "element": "", "step": step, "data": stimulus_data(stimulus)}
    return [
        asked,
        *(
            {"kind": entry.kind.value, "element": entry.element, "step": entry.step or "", "data": entry.data}
            for entry in advance.log
        ),
    ]


def _json(events: list[dict[str, Any]]) -> str:
    try:
        text = orjson.dumps(events, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # lone surrogates
        text = orjson.dumps(storable(events), default=_plain, option=orjson.OPT_NON_STR_KEYS)
    if b"\\u0000" in text:
        text = orjson.dumps(storable(events), default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return text.decode()


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
