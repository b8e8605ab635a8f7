"""What happened to an instance, by element instead of by step key, so that another diagram can be asked to take it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from bpmn.model import Process
from workflows import replaying
from workflows.definitions import loaded
from workflows.engine.api import FireTimer, Receive, Stimulus
from workflows.exceptions import ArchiveDamaged, InstanceNotFound
from workflows.models import HistoryEvent, ProcessInstance
from workflows.replaying import Move

Kind = HistoryEvent.Kind
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """One recorded stimulus: at which element and activation, and when. ``element`` "" concerns the whole instance."""

    stimulus: Stimulus
    at: datetime
    element: str = ""
    loop: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One recorded answer of the world: a handler's, a host function's or a decision's."""

    kind: str
    element: str
    loop: int
    data: Mapping[str, Any]


@dataclass(slots=True)
class Passed:
    """One activation of an element: when it was reached and, if it was, completed."""

    element: str
    entered: datetime
    left: datetime | None = None


@dataclass(slots=True)
class Recorded:
    """The story of one instance."""

    instance_id: UUID
    happened: list[Happened] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    troubled: set[str] = field(default_factory=set)

    @property
    def path(self) -> list[str]:
        """The elements in the order they were reached."""
        return [entry.element for entry in self.passed]

    @property
    def stimuli(self) -> tuple[Stimulus, ...]:
        """What the instance was given, in order."""
        return tuple(entry.stimulus for entry in self.happened)


def recorded_stimuli(instance: ProcessInstance) -> Recorded:
    """The recorded story of one instance, its stimuli first of all; one query."""
    return recorded(instance.pk, HistoryEvent.objects.filter(instance=instance).order_by("sequence").iterator())


def stories(ids: Iterable[UUID]) -> Iterator[Recorded]:
    """The stories of several instances in the order of ``ids``, empty where they are gone; a query for every fifty.

    Archived ones are read from their files.
    """
    ids = list(ids)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        events = HistoryEvent.objects.filter(instance__in=part).order_by("instance", "sequence")
        found = {id: _legible(id, rows) for id, rows in groupby(events, key=lambda event: event.instance_id)}
        yield from (found.get(id) or _archived(id) for id in part)


def _archived(instance_id: UUID) -> Recorded:
    """The story of an archived instance, from its file; an empty one where that is gone, too."""
    from workflows.archiving import reading

    try:
        return _legible(instance_id, reading.story(instance_id))
    except (InstanceNotFound, ArchiveDamaged):
        return Recorded(instance_id)


def _legible(instance_id: UUID, events: Iterable[HistoryEvent]) -> Recorded:
    """Where personal data was erased nothing is left to replay."""
    try:
        return recorded(instance_id, events)
    except (KeyError, TypeError):
        return Recorded(instance_id)


def recorded(instance_id: UUID, events: Iterable[HistoryEvent]) -> Recorded:
    """The story these events tell; what was passed before a migration is told under the names of after it."""
    reading = _Reading(instance_id)
    for entry in replaying.moves(events):
        if isinstance(entry, Move):
            reading.move(entry)
        elif entry.kind == Kind.MIGRATED:
            reading.rename(entry.data.get("mapping", {}))
    return reading.story


class _Reading:
    def __init__(self, instance_id: UUID) -> None:
        self.story = Recorded(instance_id)
        self._steps: dict[str, tuple[str, int]] = {}
        self._open: dict[str, Passed] = {}

    def move(self, move: Move) -> None:
        for event in move.log:
            self._note(event)
        element, loop = self._place(move)
        self.story.happened.append(Happened(move.stimulus, move.at, element, loop))

    def rename(self, mapping: Mapping[str, str]) -> None:
        if not mapping:
            return
        story = self.story
        for passed in story.passed:
            passed.element = mapping.get(passed.element, passed.element)
        story.happened = [replace(entry, element=mapping.get(entry.element, entry.element)) for entry in story.happened]
        story.asked = [replace(entry, element=mapping.get(entry.element, entry.element)) for entry in story.asked]
        story.troubled = {mapping.get(element, element) for element in story.troubled}
        self._steps = {key: (mapping.get(at, at), loop) for key, (at, loop) in self._steps.items()}

    def _note(self, event: HistoryEvent) -> None:
        match event.kind:
            case Kind.ENTERED:
                loop = event.data.get("loop", 0)
                self._steps[event.step] = (event.element, loop)
                self._open[event.step] = passed = Passed(event.element, event.at)
                self.story.passed.append(passed)
            case Kind.COMPLETED:
                if event.step in self._open:
                    self._open.pop(event.step).left = event.at
            case Kind.CALLED | Kind.LOOKED_UP | Kind.DECIDED:
                _, loop = self._steps.get(event.step, ("", 0))
                self.story.asked.append(Asked(event.kind, event.element, loop, event.data))
            case Kind.INCIDENT:
                self.story.troubled.add(event.element)

    def _place(self, move: Move) -> tuple[str, int]:
        """Where a stimulus was for. A listener has no entry of its own: its event is what was reached first then."""
        stimulus = move.stimulus
        if isinstance(stimulus, FireTimer | Receive):
            key = stimulus.timer if isinstance(stimulus, FireTimer) else stimulus.subscription
            reached = [event for event in move.log if event.kind == Kind.ENTERED and event.step != key]
            if key not in self._steps and reached:
                return self._event(move, [event.element for event in reached]), 0
        else:
            key = getattr(stimulus, "step", None) or ""
        return self._steps.get(key, ("", 0))

    def _event(self, move: Move, reached: list[str]) -> str:
        """Of an event sub-process the start event."""
        if move.version_id is None or len(reached) < 2:
            return reached[0]
        process: Process = loaded(move.version_id).bundle.process
        node = process.nodes.get(reached[0])
        return reached[1] if node is not None and node.triggered_by_event else reached[0]
