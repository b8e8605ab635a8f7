"""Instances as they were: their story, wherever it is kept, their state at any moment, and each variable's values."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from workflows import queries, replaying
from workflows.definitions import loaded
from workflows.engine.api import StimulusRefused
from workflows.engine.failures import StateUnreadable
from workflows.engine.views import InstanceView, inspect, step_variables
from workflows.exceptions import InstanceNotFound
from workflows.models import ArchivedInstance, HistoryEvent, ProcessInstance
from workflows.replaying import Move
from workflows.telling import ALL, Part

WRITTEN = Part(kinds=frozenset({HistoryEvent.Kind.VARIABLES.value}))
"""The events in which variables change."""
Kind = HistoryEvent.Kind
Status = ProcessInstance.Status


def story(instance_id: UUID, part: Part = ALL) -> Iterator[HistoryEvent]:
    """The events of an instance, or a part of them, with their actors, from the archive where it was archived.

    Raises InstanceNotFound, ArchiveDamaged. The caller has checked the right.
    """
    from workflows.archiving import reading

    if ProcessInstance.objects.filter(pk=instance_id).exists():
        return part.of(HistoryEvent.objects.filter(instance=instance_id).select_related("actor"))
    return part.among(reading.story(instance_id))


def visible(user: User, instance_id: UUID | str) -> ProcessInstance | ArchivedInstance:
    """An instance the person may see, in the tables or in the archive; raises InstanceNotFound."""
    try:
        return queries.visible_instance(user, instance_id)
    except InstanceNotFound:
        archived = queries.visible_archived(user).select_related("version", "started_by").filter(pk=instance_id).first()
        if archived is None:
            raise
        return archived


def at_its_end(found: ProcessInstance | ArchivedInstance) -> ProcessInstance:
    """The instance itself; an archived one as it was archived, to be read and not saved. Raises ArchiveDamaged."""
    from workflows.archiving import reading

    return found if isinstance(found, ProcessInstance) else reading.instance(found.pk)


def path(found: ProcessInstance | ArchivedInstance) -> queries.Path:
    """The way of an instance through its diagram, also of an archived one."""
    return queries.path(found) if isinstance(found, ProcessInstance) else queries.path_of(story(found.pk), ())


# --- as it was ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AsItWas:
    """An instance after one of its events: ``view`` has the open steps, variables, timers and incidents of then.

    ``faithful`` says that every replayed move noted what was noted then; ``None`` as version only before the first.
    """

    instance_id: UUID
    sequence: int
    revision: int
    at: datetime
    version_id: UUID
    status: str
    view: InstanceView
    faithful: bool


def state_at(instance_id: UUID, *, moment: datetime | None = None, sequence: int | None = None) -> AsItWas:
    """The instance as it was at a moment or after the event with this number; as it is now without either.

    A move is one: within it the instance is shown as it was after it. Raises InstanceNotFound, also for a moment
    before its start.
    """
    return as_it_was(instance_id, until(story(instance_id), moment=moment, sequence=sequence))


def as_it_was(instance_id: UUID, events: Iterable[HistoryEvent]) -> AsItWas:
    """The instance after these events, its first ones without gaps. Raises InstanceNotFound when there are none."""
    replay = _Replay()
    for entry in replaying.moves(events):
        replay.take(entry)
    if replay.state is None or replay.version_id is None or replay.at is None:
        raise InstanceNotFound
    view = inspect(loaded(replay.version_id).definition, replay.state)
    return AsItWas(
        instance_id,
        replay.sequence,
        replay.revision,
        replay.at,
        replay.version_id,
        view.outcome.value if view.outcome is not None else replay.status.value,
        view,
        replay.faithful,
    )


def step_variables_at(instance_id: UUID, step: str, sequence: int) -> dict[str, Any]:
    """What a step saw of the variables after the event with this number; empty when it was not open then.

    The caller has checked the right. Raises InstanceNotFound.
    """
    replay = _Replay()
    for entry in replaying.moves(until(story(instance_id), sequence=sequence)):
        replay.take(entry)
    if replay.state is None or replay.version_id is None:
        return {}
    try:
        return step_variables(loaded(replay.version_id).definition, replay.state, step)
    except (StimulusRefused, StateUnreadable):
        return {}


class _Replay:
    """The state of an instance, followed through its moves."""

    def __init__(self) -> None:
        self.state: bytes | None = None
        self.version_id: UUID | None = None
        self.status = Status.RUNNING
        self.sequence = self.revision = 0
        self.at: datetime | None = None
        self.faithful = True

    def take(self, entry: Move | HistoryEvent) -> None:
        self.sequence, self.revision, self.at = entry.sequence, entry.revision, entry.at
        self.version_id = entry.version_id or self.version_id
        if isinstance(entry, Move):
            self.sequence += len(entry.log)
            self._move(entry)
        elif "state" in entry.data:
            self.state = base64.b64decode(entry.data["state"])
        elif entry.kind in _STATUS:
            self.status = _STATUS[Kind(entry.kind)]

    def _move(self, move: Move) -> None:
        assert self.version_id is not None
        try:
            result = replaying.replay(loaded(self.version_id).definition, self.state, move)
        except (StimulusRefused, StateUnreadable):
            self.faithful = False
            return
        self.state = result.state
        self.faithful = self.faithful and move.repeats(result)


_STATUS = {Kind.SUSPENDED: Status.SUSPENDED, Kind.RESUMED: Status.RUNNING}


def until(
    events: Iterable[HistoryEvent], *, moment: datetime | None = None, sequence: int | None = None
) -> Iterator[HistoryEvent]:
    """The events up to a moment or number, and the rest of the move that one belongs to."""
    for event in events:
        begins = event.kind not in replaying.NOTED  # the engine's notes belong to what was asked of it before them
        if begins and moment is not None and event.at > moment:
            return
        if begins and sequence is not None and event.sequence > sequence:
            return
        yield event


# --- variables ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VariableChange:
    """One variable written in one scope ("" is the process, else the step that owns it); ``old`` None when new."""

    name: str
    scope: str
    old: Any
    new: Any
    is_new: bool
    sequence: int
    at: datetime
    actor: User | None
    element: str


def variable_history(instance_id: UUID, name: str | None = None) -> list[VariableChange]:
    """What was written to the variables of an instance, or to one, oldest first; the same value again is left out.

    Raises InstanceNotFound. The caller has checked the right and masks what the person may not see.
    """
    return list(changes(story(instance_id, WRITTEN), name))


def changes(events: Iterable[HistoryEvent], name: str | None = None) -> Iterator[VariableChange]:
    """The changes of variables in these events."""
    known: dict[tuple[str, str], Any] = {}
    for event in events:
        if event.kind != Kind.VARIABLES:
            continue
        scope, values = event.data.get("scope", ""), event.data.get("values", {})
        for key, value in values.items() if isinstance(values, Mapping) else ():
            old = known.get((scope, key), _UNKNOWN)
            known[scope, key] = value
            if old != value and (name is None or key == name):
                is_new = old is _UNKNOWN
                yield VariableChange(
                    key,
                    scope,
                    None if is_new else old,
                    value,
                    is_new,
                    event.sequence,
                    event.at,
                    event.actor,
                    event.element,
                )


_UNKNOWN = object()
