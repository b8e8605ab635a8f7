"""What operators look at before they act: causes of incidents, and what a change of the path would close and repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min

from accounts.models import User
from bpmn.model import EventKind, Process
from config import clock
from workflows import permissions, queries
from workflows.definitions import loaded
from workflows.engine.advancing import begin
from workflows.engine.api import ClosedStep, Closing, Entry, ModificationRefused, Modify
from workflows.engine.modifying import modify
from workflows.exceptions import InstanceHasEnded
from workflows.families import impossible
from workflows.models import Effect, HistoryEvent, ProcessInstance
from workflows.ports import LivePorts


@dataclass(frozen=True, slots=True)
class Cause:
    """Open incidents with one cause: how many, since when, and one of their messages."""

    cause: str
    process_key: str
    version: int
    version_id: UUID
    element: str
    kind: str
    message: str
    incidents: int
    oldest: datetime


def causes(user: User, process_key: str = "") -> list[Cause]:
    """The causes of the open incidents a person may see, the most frequent first."""
    rows = queries.open_incidents(user).order_by()
    if process_key:
        rows = rows.filter(instance__process_key=process_key)
    names = ("cause", "instance__process_key", "instance__version__number", "instance__version", "element", "kind")
    grouped = rows.values(*names).annotate(incidents=Count("pk"), oldest=Min("opened_at"), sample=Max("message"))
    return [
        Cause(
            row["cause"],
            row["instance__process_key"],
            row["instance__version__number"],
            row["instance__version"],
            row["element"],
            row["kind"],
            row["sample"],
            row["incidents"],
            row["oldest"],
        )
        for row in grouped.order_by("-incidents", "oldest", "cause")
    ]


def final_variables(ended: ProcessInstance) -> dict[str, Any]:
    """The root scope an instance ended with."""
    return dict(queries.view(ended).variables)


# --- before a modification ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What an element behind the place of the new token has caused already, and would cause again."""

    element: str
    type: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What a modification would do: steps, timers and subscriptions it closes, and what was made that runs again."""

    closes: tuple[ClosedStep, ...]
    timers: int
    subscriptions: int
    called: tuple[UUID, ...]
    ends_instance: bool
    already_made: tuple[Made, ...]


def preview_modification(
    user: User | None,
    instance_id: UUID,
    *,
    start: Iterable[Entry] = (),
    end: Iterable[str] = (),
    variables: Mapping[str, Any] | None = None,
) -> Preview:
    """What `modify_process` would close, and which effects and service tasks it would repeat; nothing changes.

    For operators; raises NotPermitted, InstanceHasEnded, and ModificationImpossible as the command would.
    """
    permissions.require_operator(user)
    instance = ProcessInstance.objects.filter(pk=instance_id).first()
    if instance is None or not instance.is_live:
        raise InstanceHasEnded
    stimulus = Modify(tuple(start), tuple(end), dict(variables or {}))
    version = loaded(instance.version_id)
    with transaction.atomic():
        ports = LivePorts(instance, version.bundle.decisions, clock.now(), user)
        running = begin(version.definition, bytes(instance.state), ports)
        try:
            modify(running, stimulus)
        except ModificationRefused as refusal:
            raise impossible(refusal, instance.version_id) from refusal
        changed = running.changes.result(b"")
    steps = [closed.step for closed in changed.closed]
    called = ProcessInstance.objects.filter(parent=instance, parent_step__in=steps, status__in=ProcessInstance.LIVE)
    return Preview(
        closes=tuple(closed for closed in changed.closed if closed.how is Closing.CANCELLED),
        timers=len(changed.timers_closed),
        subscriptions=len(changed.subscriptions_closed),
        called=tuple(called.values_list("pk", flat=True)),
        ends_instance=changed.finished is not None,
        already_made=tuple(_made(instance, _behind(version.bundle.process, stimulus.start))),
    )


def _made(instance: ProcessInstance, elements: frozenset[str]) -> Sequence[Made]:
    """Effects done and service tasks carried out at these elements, in the order of the last time."""
    effects = Effect.objects.filter(instance=instance, element__in=elements, status=Effect.Status.DONE)
    found = [
        Made(row["element"], row["type"], row["times"], row["last"])
        for row in effects.values("element", "type").annotate(times=Count("pk"), last=Max("finished_at")).order_by()
    ]
    calls = HistoryEvent.objects.filter(
        instance=instance, kind=HistoryEvent.Kind.CALLED, element__in=elements, data__answer="done"
    )
    found += [
        Made(row["element"], row["data__handler"], row["times"], row["last"])
        for row in calls.values("element", "data__handler").annotate(times=Count("pk"), last=Max("at")).order_by()
    ]
    return sorted(found, key=lambda made: (made.last_at, made.element))


def _behind(process: Process, entries: Iterable[Entry]) -> frozenset[str]:
    """Every element a token started there may come to, sub-processes and what follows them included."""
    todo = [entry.element for entry in entries]
    links = {
        (node.scope, node.event.name): node.id
        for node in process.nodes.values()
        if node.event is not None and node.event.kind is EventKind.LINK and node.outgoing
    }
    inside: dict[str, list[str]] = {}
    for node in process.nodes.values():
        for outer in (node.scope, node.attached_to):
            if outer is not None:
                inside.setdefault(outer, []).append(node.id)
    seen: set[str] = set()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        node = process.nodes[at]
        todo += [process.flows[flow].target for flow in node.outgoing]
        todo += inside.get(at, ())
        if node.scope is not None:
            todo += [process.flows[flow].target for flow in process.nodes[node.scope].outgoing]
        if node.event is not None and node.event.kind is EventKind.LINK and (node.scope, node.event.name) in links:
            todo.append(links[node.scope, node.event.name])
    return frozenset(seen)
