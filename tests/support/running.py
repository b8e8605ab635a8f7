"""Driving processes in tests: deploy small diagrams, complete steps by element, carry out whatever is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from bpmn.commands import store_versions
from workflows import carrying, commands, operations, performing, queries, timing
from workflows.jobs import sweep_incidents
from workflows.models import Delivery, Effect, HistoryEvent, Incident, ProcessInstance
from workflows.operating import bulk


def deploy(*diagrams: bytes, **files: bytes) -> None:
    """Make these diagrams live without the deploy check."""
    named = {f"{number}.bpmn": diagram for number, diagram in enumerate(diagrams)}
    store_versions(actor=None, files=named | files)


def start(process_key: str, *, actor: User | None = None, **variables: Any) -> ProcessInstance:
    """Start a process with these variables."""
    return commands.start_process(actor=actor, process_key=process_key, variables=variables)


def reload(instance: ProcessInstance) -> ProcessInstance:
    """The instance as it is in the database."""
    return ProcessInstance.objects.get(pk=instance.pk)


def open_steps(instance: ProcessInstance) -> dict[str, str]:
    """Open steps by element, read from the stored state."""
    return {step.element: step.step for step in queries.view(reload(instance)).steps}


def waiting_at(instance: ProcessInstance) -> list[str]:
    """The elements that wait, sorted, as often as they wait."""
    fresh = reload(instance)
    return sorted(step.element for step in queries.view(fresh).steps) if fresh.is_live else []


def variables(instance: ProcessInstance) -> dict[str, Any]:
    """The root scope."""
    return dict(queries.view(reload(instance)).variables)


@transaction.atomic
def complete(
    instance: ProcessInstance, element: str, with_: Mapping[str, Any] | None = None, actor: User | None = None
) -> None:
    """Complete the open step at an element."""
    complete_step(instance, open_steps(instance)[element], with_, actor)


@transaction.atomic
def complete_step(
    instance: ProcessInstance, step: str, with_: Mapping[str, Any] | None = None, actor: User | None = None
) -> None:
    """Complete a step by its key."""
    family = operations.lock_family(instance.pk, actor=actor)
    operations.complete_step(family, instance_id=instance.pk, step=step, variables=dict(with_ or {}))


def settle(rounds: int = 20) -> None:
    """Carry out everything that is due now: deliveries, effects, timers, retries, acts on many."""
    for _round in range(rounds):
        work = [
            *(carrying.carry_out_delivery(delivery) for delivery in carrying.due_deliveries(500)),
            *(performing.perform_effect(effect) for effect in performing.due_effects(500)),
            timing.fire_next_start_timer() is not None,
            timing.fire_due_timers(seconds=5) > 0,
            *(bulk.carry_on(batch) for batch in bulk.unfinished()),
        ]
        sweep_incidents()
        if not any(work):
            return


def events(instance: ProcessInstance, kind: str = "") -> list[str]:
    """The elements of the history in order, of one kind or all."""
    rows = HistoryEvent.objects.filter(instance=instance).order_by("sequence")
    return list((rows.filter(kind=kind) if kind else rows).values_list("element", flat=True))


def open_incident(instance: ProcessInstance) -> Incident:
    """The one open incident."""
    return Incident.objects.get(instance=instance, closed_at=None)


def pending_deliveries() -> int:
    """How many deliveries are not done."""
    return Delivery.objects.filter(status=Delivery.Status.PENDING).count()


def effects(instance: ProcessInstance) -> list[Effect]:
    """The instance's effects in the order they were requested."""
    return list(Effect.objects.filter(instance=instance).order_by("requested_at", "pk"))
