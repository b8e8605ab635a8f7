"""Reading running processes: which ones, where they stand, what they know, and how they came there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import User
from workflows import permissions, records
from workflows.definitions import loaded
from workflows.engine.api import StimulusRefused
from workflows.engine.views import InstanceView, SignerView, inspect
from workflows.engine.views import signers as engine_signers
from workflows.engine.views import step_variables as engine_step_variables
from workflows.exceptions import InstanceNotFound, NotPermitted
from workflows.models import (
    ArchivedInstance,
    Delivery,
    Effect,
    HistoryEvent,
    Incident,
    ProcessInstance,
    Subscription,
    Timer,
)
from workflows.unpacking import unpacked

MASK = "•••"
LIVE = ProcessInstance.LIVE


# --- which instances ----------------------------------------------------------------------------------------------


def instances() -> QuerySet[ProcessInstance]:
    """All instances without their state, each with ``has_incident``."""
    open_incidents = Incident.objects.filter(instance=OuterRef("pk"), closed_at=None)
    return ProcessInstance.objects.defer("state").annotate(has_incident=Exists(open_incidents))


def visible_instances(user: User) -> QuerySet[ProcessInstance]:
    """The instances a person may see: all for operators, else those started by them or about a record they may see."""
    return instances().filter(seen_by(user))


def visible_archived(user: User) -> QuerySet[ArchivedInstance]:
    """The archived instances a person may see, by the same rule."""
    return ArchivedInstance.objects.filter(seen_by(user))


def seen_by(user: User) -> Q:
    """Which instances, in the tables or in the archive, a person may see."""
    if permissions.may_operate(user):
        return Q()
    seen = Q(started_by=user)
    for kind in records.kinds().values():
        rows = kind.visible_to(user).annotate(id_text=Cast("pk", TextField())).values("id_text")
        seen |= Q(record_kind=kind.kind, record_id__in=rows)
    return seen


def instances_of(record: Model) -> QuerySet[ProcessInstance]:
    """The processes about a record, newest first; called ones included. The caller has checked the record's right."""
    kind = records.kind_of(record)
    return instances().filter(record_kind=kind.kind, record_id=str(record.pk)).order_by("-started_at")


def instances_of_process(process_key: str) -> QuerySet[ProcessInstance]:
    """The instances of all versions of a process."""
    return instances().filter(process_key=process_key)


def visible_instance(user: User, instance_id: UUID | str) -> ProcessInstance:
    """One instance with its version; raises InstanceNotFound also for those the person may not see."""
    found = visible_instances(user).filter(pk=instance_id).select_related("version__definition", "started_by").first()
    if found is None:
        raise InstanceNotFound
    return found


def started_by(user: User) -> QuerySet[ProcessInstance]:
    """The processes a person started, newest first."""
    return instances().filter(started_by=user, parent=None).order_by("-started_at")


def family_of(instance: ProcessInstance) -> QuerySet[ProcessInstance]:
    """The instance's whole family: the root, what it called, and so on, in the order of starting."""
    return instances().filter(root_id=instance.root_id).order_by("started_at", "pk")


def live_counts() -> dict[str, dict[str, int]]:
    """For every process with live instances: how many run, are suspended, and have an open incident."""
    stuck = Q(incidents__isnull=False, incidents__closed_at=None)
    rows = (
        ProcessInstance.objects.filter(status__in=LIVE)
        .values("process_key")
        .annotate(
            running=Count("pk", filter=Q(status=ProcessInstance.Status.RUNNING), distinct=True),
            suspended=Count("pk", filter=Q(status=ProcessInstance.Status.SUSPENDED), distinct=True),
            stuck=Count("pk", filter=stuck, distinct=True),
        )
        .order_by("process_key")
    )
    return {
        row["process_key"]: {"running": row["running"], "suspended": row["suspended"], "incidents": row["stuck"]}
        for row in rows
    }


# --- what needs an operator ---------------------------------------------------------------------------------------


def open_incidents(user: User) -> QuerySet[Incident]:
    """Open incidents, newest first, of the instances a person may see."""
    rows = Incident.objects.filter(closed_at=None).select_related("instance").defer("instance__state")
    if not permissions.may_operate(user):
        rows = rows.filter(instance__in=visible_instances(user).values("pk"))
    return rows.order_by("-opened_at")


def waiting_for_operator() -> QuerySet[Incident]:
    """Open incidents that are not retried by themselves any more."""
    return Incident.objects.filter(closed_at=None, next_retry_at=None).select_related("instance").order_by("opened_at")


def failed_deliveries() -> QuerySet[Delivery]:
    """Deliveries given up after many attempts."""
    return Delivery.objects.filter(status=Delivery.Status.FAILED).order_by("requested_at")


# --- one instance -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Glance:
    """Where an instance stands: its open elements, what it waits for, what is under way, what went wrong."""

    waiting_at: tuple[str, ...]
    next_timer: datetime | None
    messages: tuple[str, ...]
    effects: tuple[str, ...]
    incidents: tuple[Incident, ...]


def at_a_glance(instance: ProcessInstance) -> Glance:
    """The state of an instance in five queries."""
    timers = Timer.objects.filter(instance=instance, due__isnull=False).order_by("due")
    subscriptions = Subscription.objects.filter(instance=instance).order_by("pk")
    effects = Effect.objects.filter(instance=instance, status__in=Effect.WAITING).order_by("requested_at")
    return Glance(
        waiting_at=tuple(step.element for step in view(instance).steps) if instance.is_live else (),
        next_timer=timers.values_list("due", flat=True).first(),
        messages=tuple(dict.fromkeys(subscriptions.values_list("name", flat=True))),
        effects=tuple(effects.values_list("type", flat=True)),
        incidents=tuple(Incident.objects.filter(instance=instance, closed_at=None).order_by("opened_at")),
    )


def view(instance: ProcessInstance) -> InstanceView:
    """The engine's view of an instance: open steps and the scope tree with its variables."""
    return inspect(loaded(instance.version_id).definition, bytes(instance.state))


def step_variables(instance: ProcessInstance, step: str) -> dict[str, Any]:
    """All variables visible at an open step; empty when it is no longer open. The caller has checked the right.

    One query when the instance was read without its state.
    """
    try:
        return engine_step_variables(loaded(instance.version_id).definition, unpacked(instance), step)
    except StimulusRefused:
        return {}


def signers_in(instance: ProcessInstance) -> tuple[SignerView, ...]:
    """Everybody who was added to sign a step of a live instance and is not through, in the order they were added."""
    if not instance.is_live:
        return ()
    return engine_signers(loaded(instance.version_id).definition, unpacked(instance))


def visible_variables(user: User, instance: ProcessInstance) -> dict[str, Any]:
    """The variables of the root scope with the fields masked that the person may not see on the record.

    Raises NotPermitted to whoever may not see the instance's record.
    """
    return masked_variables(user, instance, view(instance).variables)


def masked_variables(
    user: User, about: ProcessInstance | ArchivedInstance, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Variables of an instance, also of then, as a person may see them. Raises NotPermitted."""
    return mask(variables, _hidden_from(user, about))


def mask(variables: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The variables with every value, at any depth, under a hidden name replaced."""
    return {name: MASK if name in hidden else _masked(value, hidden) for name, value in variables.items()}


def _masked(value: Any, hidden: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return mask(value, hidden)
    return [_masked(item, hidden) for item in value] if isinstance(value, list) else value


def _hidden_from(user: User, instance: ProcessInstance | ArchivedInstance) -> frozenset[str]:
    if not instance.record_kind:
        if permissions.may_operate(user) or instance.started_by_id == user.pk:
            return frozenset()
        raise NotPermitted
    if not records.is_visible(user, instance.record_kind, instance.record_id):
        raise NotPermitted
    return records.kind(instance.record_kind).mask_for(user)


# --- the way it went ----------------------------------------------------------------------------------------------


class Mark(StrEnum):
    """How an element is drawn."""

    COMPLETED = "completed"
    CURRENT = "current"
    INCIDENT = "incident"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Passage:
    """What happened at one element: how often, when first reached and last left, and who completed it last."""

    element: str
    mark: Mark = Mark.CURRENT
    entered: int = 0
    completed: int = 0
    cancelled: int = 0
    entered_at: datetime | None = None
    left_at: datetime | None = None
    by: User | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody or something is still there."""
        return self.entered > self.completed + self.cancelled


@dataclass(frozen=True, slots=True)
class Path:
    """The way of an instance for its diagram: passages by element and the sequence flows taken."""

    passages: Mapping[str, Passage]
    flows: frozenset[str]


_PATH_KINDS = [
    HistoryEvent.Kind.STIMULUS,
    HistoryEvent.Kind.ENTERED,
    HistoryEvent.Kind.COMPLETED,
    HistoryEvent.Kind.CANCELLED,
    HistoryEvent.Kind.FLOW,
    HistoryEvent.Kind.MIGRATED,
]


def path(instance: ProcessInstance) -> Path:
    """Which elements were passed, which are current or stuck, when and by whom; two queries."""
    events = HistoryEvent.objects.filter(instance=instance, kind__in=_PATH_KINDS).select_related("actor")
    stuck = Incident.objects.filter(instance=instance, closed_at=None).values_list("element", flat=True)
    return path_of(events.order_by("sequence").iterator(), stuck)


def path_of(events: Iterable[HistoryEvent], stuck: Iterable[str]) -> Path:
    """The way these events tell, with incidents at the ``stuck`` elements; for an instance as it was."""
    drawing = _Drawing()
    for event in events:
        if event.kind in _PATH_KINDS:
            drawing.add(event)
    return drawing.finish(stuck)


@dataclass(slots=True)
class _Drawing:
    passages: dict[str, Passage] = field(default_factory=dict)
    flows: set[str] = field(default_factory=set)
    asked: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    renamed_at: int = -1

    def add(self, event: HistoryEvent) -> None:
        kind = event.kind
        if kind == HistoryEvent.Kind.STIMULUS:
            self.asked = event.step
        elif kind == HistoryEvent.Kind.MIGRATED:
            self._rename(event)
        elif kind == HistoryEvent.Kind.CANCELLED and event.revision == self.renamed_at:
            element = self.renamed.get(event.element, event.element)
            self._pass(self.passages.setdefault(element, Passage(element)), event)
        elif kind == HistoryEvent.Kind.FLOW:
            self.flows.add(event.element)
        else:
            self._pass(self.passages.setdefault(event.element, Passage(event.element)), event)

    def _rename(self, event: HistoryEvent) -> None:
        """Under the new version what was passed before is drawn where its elements are now."""
        self.renamed, self.renamed_at = event.data.get("mapping", {}), event.revision
        passages, self.passages = self.passages, {}
        for element, passage in passages.items():
            passage.element = self.renamed.get(element, element)
            self.passages[passage.element] = passage

    def _pass(self, passage: Passage, event: HistoryEvent) -> None:
        if event.kind == HistoryEvent.Kind.ENTERED:
            passage.entered += 1
            passage.entered_at = passage.entered_at or event.at
            return
        passage.left_at = event.at
        if event.kind == HistoryEvent.Kind.COMPLETED:
            passage.completed += 1
            passage.by = event.actor if event.step and event.step == self.asked else None
        else:
            passage.cancelled += 1

    def finish(self, stuck: Iterable[str]) -> Path:
        troubled = set(stuck)
        for passage in self.passages.values():
            if passage.element in troubled:
                passage.mark = Mark.INCIDENT
            elif passage.is_open:
                passage.mark = Mark.CURRENT
            else:
                passage.mark = Mark.COMPLETED if passage.completed else Mark.CANCELLED
        return Path(self.passages, frozenset(self.flows))


def history(instance: ProcessInstance) -> QuerySet[HistoryEvent]:
    """All events of an instance in order, with their actors."""
    return HistoryEvent.objects.filter(instance=instance).select_related("actor").order_by("sequence")
