"""Where an open step can be sent back to, and what that would close, keep and leave made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from config import clock
from workflows import queries, registry
from workflows.definitions import loaded
from workflows.engine.advancing import begin
from workflows.engine.api import Closing, Detour, GoBack, ModificationRefused, StepKind
from workflows.engine.going_back import begin_detour, go_back
from workflows.models import Effect, HistoryEvent, ProcessInstance
from workflows.ports import LivePorts
from workflows.returning import trail as trails
from workflows.returning.cutting import Blocked, Cut, CutImpossible, cut, human_steps, people_of
from workflows.returning.trail import Event, Trail, Visit


@dataclass(frozen=True, slots=True)
class StepBack:
    """One earlier human step on the path of an open one: whose it was and when it was last completed.

    ``steps`` are the keys of what each person completed there (several where it was repeated). ``blocked`` says why the
    process cannot go back to it; ``blocked_straight`` why it cannot be redone and come straight back.
    """

    instance_id: UUID
    of: str
    element: str
    name: str
    people: tuple[int, ...]
    steps: tuple[str, ...]
    at: datetime | None
    is_starters: bool = False
    is_previous: bool = False
    blocked: Blocked | None = None
    blocked_straight: Blocked | None = None

    @property
    def key(self) -> str:
        """What tells it from every other step of the family."""
        return f"{self.instance_id}:{self.of}"


@dataclass(frozen=True, slots=True)
class Closes:
    """An open step that would be closed."""

    instance_id: UUID
    step: str
    element: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Made:
    """An effect or service task that was carried out since, stays carried out, and may be carried out again."""

    type: str
    label: str
    element: str
    times: int
    last_at: datetime
    is_irreversible: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What going back to a step would close, and what was made since; ``digest`` changes with either."""

    target: StepBack
    is_straight: bool
    stimulus: GoBack | Detour
    closes: tuple[Closes, ...]
    made: tuple[Made, ...]

    @property
    def digest(self) -> str:
        """A short hash of all of it; whoever confirms sends back the one of what they saw."""
        told = [
            self.target.key,
            self.is_straight,
            sorted((str(each.instance_id), each.step) for each in self.closes),
            sorted((each.type, each.element, each.times) for each in self.made),
        ]
        return hashlib.blake2b(orjson.dumps(told), digest_size=16).hexdigest()


def trail_of(instance: ProcessInstance) -> Trail:
    """What led to what in an instance; one query."""
    rows = HistoryEvent.objects.filter(instance=instance, kind__in=trails.KINDS).order_by("sequence")
    events = rows.values_list("version", "kind", "element", "step", "data", "at", "actor").iterator()
    found = Trail()
    for version_id, part in groupby(events, key=lambda row: row[0]):
        found.add(loaded(version_id or instance.version_id).definition.process, (Event(*row[1:]) for row in part))
    found.add(loaded(instance.version_id).definition.process, ())
    return found


class Way:
    """The way of one open step back through its instance and those that called it; read once, asked often."""

    def __init__(self, instance: ProcessInstance, step: str) -> None:
        self.here = instance
        self.step = step
        self._read: dict[UUID, tuple[ProcessInstance, Trail, frozenset[str]]] = {}
        self._stands: dict[UUID, str] = {}
        at: ProcessInstance | None = instance
        while at is not None:
            live = frozenset(token.step for token in queries.view(at).tokens) if at.is_live else frozenset()
            self._read[at.pk] = (at, trail_of(at), live)
            self._stands[at.pk] = step
            step, at = at.parent_step, at.parent

    def steps(self) -> list[StepBack]:
        """The human steps on the path that were completed, oldest first; impossible ones say why."""
        found: list[StepBack] = []
        for pk in reversed(self._read):
            instance, trail, _live = self._read[pk]
            stands = self._stands[pk]
            if stands in trail.visits:
                found += [self._step_back(instance, trail, visit) for visit in human_steps(trail, stands)]
        found.sort(key=lambda step: step.at.timestamp() if step.at is not None else 0)
        return list(self._marked(found))

    def own(self) -> StepBack | None:
        """The step itself, where it was completed; None where the history does not know it."""
        instance, trail, _live = self._read[self.here.pk]
        visit = trail.visits.get(self.step)
        return None if visit is None else self._step_back(instance, trail, visit)

    def cut(self, target: StepBack) -> Cut:
        """How to go back there. Raises CutImpossible."""
        _instance, trail, live = self._read[target.instance_id]
        return cut(trail, target.of, live)

    def preview(self, target: StepBack, *, straight: bool, assignee: str = "", reason: str = "") -> Preview:
        """What going back would do. Raises CutImpossible."""
        instance = self._read[target.instance_id][0]
        undone = self.cut(target) if not straight else None
        stimulus: GoBack | Detour
        if undone is None:
            if target.blocked_straight is not None:
                raise CutImpossible(target.blocked_straight)
            stimulus = Detour(self.step, target.element, target.of, assignee, reason)
            since = self._since(target)
        else:
            stimulus = GoBack(
                undone.element,
                undone.of,
                undone.scope,
                undone.reopen,
                undone.end,
                undone.arrivals,
                _locals(instance, undone.reopen),
                assignee,
                reason,
            )
            since = undone.undone
        return Preview(target, straight, stimulus, tuple(_closes(instance, stimulus)), tuple(_made(instance, since)))

    def acted_since(self, target: StepBack) -> bool:
        """Whether a person did anything that what follows the step asked for, or a message came in for it."""
        instance, trail, _live = self._read[target.instance_id]
        undone = self.cut(target).undone - {target.of}
        if any(trail.visits[step].is_asked for step in undone):
            return True
        called = _called(instance, undone)
        asked = HistoryEvent.objects.filter(instance__in=called, kind=HistoryEvent.Kind.STIMULUS)
        return asked.filter(actor__isnull=False, data__type__in=("CompleteStep", "Receive")).exists()

    def _since(self, target: StepBack) -> frozenset[str]:
        try:
            return self.cut(target).undone
        except CutImpossible:
            return frozenset()

    def _step_back(self, instance: ProcessInstance, trail: Trail, visit: Visit) -> StepBack:
        done = people_of(trail, visit)
        node = trail.node(visit)
        straight = None
        if instance.pk != self.here.pk:
            straight = Blocked.ANOTHER_PROCESS
        elif trail.visits.get(self.step) is None or (node is not None and node.loop is not None):
            straight = Blocked.ROUND_OVER
        return StepBack(
            instance.pk,
            visit.step,
            visit.element,
            (node.name if node is not None else "") or visit.element,
            tuple(dict.fromkeys(each.by for each in done if each.by is not None)),
            tuple(each.step for each in done),
            max((each.ended_at for each in done if each.ended_at is not None), default=None),
            blocked=self._blocked(trail, visit, instance),
            blocked_straight=straight,
        )

    def _blocked(self, trail: Trail, visit: Visit, instance: ProcessInstance) -> Blocked | None:
        try:
            cut(trail, visit.step, self._read[instance.pk][2])
        except CutImpossible as impossible:
            return impossible.why
        return None

    def _marked(self, found: list[StepBack]) -> Iterator[StepBack]:
        """With the starter's first own step and the previous one told."""
        starter = self.here.started_by_id
        first = next((step.key for step in found if starter is not None and step.people == (starter,)), None)
        for step in found:
            yield replace(step, is_starters=step.key == first, is_previous=step is found[-1])


# --- what it would do ----------------------------------------------------------------------------------------------


def _closes(instance: ProcessInstance, stimulus: GoBack | Detour) -> Iterator[Closes]:
    """The open steps it would close, those of called processes included. Raises CutImpossible where it cannot be."""
    version = loaded(instance.version_id)
    running = begin(
        version.definition, bytes(instance.state), LivePorts(instance, version.bundle.decisions, clock.now(), None)
    )
    try:
        if isinstance(stimulus, GoBack):
            go_back(running, stimulus)
        else:
            token = running.token_of(stimulus.step)
            if token is None:
                raise CutImpossible(Blocked.ROUND_OVER)
            begin_detour(running, token, stimulus)
    except ModificationRefused as refusal:
        why = Blocked.NOT_NOW if isinstance(stimulus, Detour) else Blocked.ROUND_OVER
        raise CutImpossible(why) from refusal
    calls = []
    for closed in running.changes.result(b"").closed:
        if closed.how is Closing.CANCELLED:
            calls += [closed.step] if closed.kind is StepKind.CALL else []
            yield _closed(instance, closed.step, closed.element, closed.kind)
    for child in _called(instance, frozenset(calls)):
        if child.is_live:
            for step in queries.view(child).steps:
                yield _closed(child, step.step, step.element, step.kind)


def _closed(instance: ProcessInstance, step: str, element: str, kind: StepKind | None) -> Closes:
    node = loaded(instance.version_id).node(element)
    return Closes(instance.pk, step, element, (node.name if node else "") or element, kind.value if kind else "")


def _called(instance: ProcessInstance, steps: Iterable[str]) -> list[ProcessInstance]:
    """The instances these steps called, and those they called, at any depth."""
    keys = list(steps)
    if not keys:
        return []
    found: list[ProcessInstance] = []
    todo = list(ProcessInstance.objects.filter(parent=instance, parent_step__in=keys))
    while todo:
        child = todo.pop()
        found.append(child)
        todo += ProcessInstance.objects.filter(parent=child)
    return found


def made_by_family(root: ProcessInstance) -> Iterator[Made]:
    """Everything a family has carried out so far, oldest first."""
    members = ProcessInstance.objects.filter(root=root).values("pk")
    yield from _told(
        Effect.objects.filter(instance__in=members, status=Effect.Status.DONE),
        HistoryEvent.objects.filter(instance__in=members, **_CARRIED_OUT),
    )


_CARRIED_OUT = {"kind": HistoryEvent.Kind.CALLED, "data__answer": "done"}


def _made(instance: ProcessInstance, undone: frozenset[str]) -> Iterator[Made]:
    """The effects and service tasks carried out at these visits and in the processes they called, oldest first."""
    called = _called(instance, undone)
    effects = [*Effect.objects.filter(instance=instance, step__in=undone, status=Effect.Status.DONE)]
    effects += Effect.objects.filter(instance__in=called, status=Effect.Status.DONE) if called else ()
    calls = [*HistoryEvent.objects.filter(instance=instance, step__in=undone, **_CARRIED_OUT)]
    calls += HistoryEvent.objects.filter(instance__in=called, **_CARRIED_OUT) if called else ()
    return _told(effects, calls)


def _told(effects: Iterable[Effect], calls: Iterable[HistoryEvent]) -> Iterator[Made]:
    times: dict[tuple[str, str], list[datetime]] = {}
    for effect in effects:
        times.setdefault((effect.type, effect.element), []).append(effect.finished_at or effect.requested_at)
    for event in calls:
        times.setdefault((str(event.data.get("handler", "")), event.element), []).append(event.at)
    for (kind, element), moments in sorted(times.items(), key=lambda found: max(found[1])):
        handler = registry.handler(kind)
        label = str(handler.label) if handler is not None and handler.label else kind
        yield Made(kind, label, element, len(moments), max(moments), handler is not None and handler.irreversible)


def _locals(instance: ProcessInstance, reopen: Iterable[tuple[str, str]]) -> dict[str, Mapping[str, Any]]:
    """What was last written to the variables of ended sub-processes."""
    found: dict[str, dict[str, Any]] = {old: {} for old, _element in reopen}
    if found:
        rows = HistoryEvent.objects.filter(
            instance=instance, kind=HistoryEvent.Kind.VARIABLES, data__scope__in=list(found)
        )
        for data in rows.order_by("sequence").values_list("data", flat=True):
            found[data["scope"]].update(data["values"])
    return {old: values for old, values in found.items() if values}
