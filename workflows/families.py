"""A family of instances under one lock: the root, what its call activities started, and so on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from accounts.models import User
from bpmn import queries as bpmn_queries
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessVersion
from config import clock
from workflows import held_acts, holding, records, statements
from workflows.definitions import loaded
from workflows.engine import Definition
from workflows.engine.api import (
    Advance,
    Cancel,
    Migrate,
    ModificationRefused,
    OpenedStep,
    Ports,
    SetVariables,
    SigningRefused,
    StartInstance,
    Stimulus,
    StimulusRefused,
)
from workflows.engine.family import CallRefused, drive, follow
from workflows.engine.instance import Instance
from workflows.exceptions import (
    InstanceHasEnded,
    InstanceIsNotSuspended,
    InstanceIsSuspended,
    InstanceNotFound,
    ModificationImpossible,
    SigningImpossible,
    StepIsNotOpen,
)
from workflows.locks import lock_root
from workflows.models import HistoryEvent, ProcessInstance
from workflows.observers import InstanceChange, tell
from workflows.ports import LivePorts
from workflows.storing import record_event, store
from workflows.unpacking import to_be_moved

Status = ProcessInstance.Status
WHILE_SUSPENDED = (Cancel, SetVariables)
SUSPENDED_CALL = "The process {!r} is suspended."
"""What the incident of a call says whose process is suspended; it is tried again when that goes on."""


class Family:
    """A locked family. Every stimulus of every member goes through ``apply``, which follows it through the family.

    Whatever moves or holds it raises HeldActsComeFirst while acts of people are held, unless it carries out one of
    them itself: ``as_of`` is the moment that act was accepted, which counts for everything it causes.
    """

    def __init__(self, root: ProcessInstance, *, actor: User | None = None, as_of: datetime | None = None) -> None:
        assert connection.in_atomic_block
        self.root = root
        self.actor = actor
        self.now = as_of or clock.now()
        self._is_held_act = as_of is not None
        self.at_hand: dict[tuple[UUID, str], Any] = {}  # what the apps above have locked and read, by open step
        self._members: dict[UUID, ProcessInstance] = {root.pk: root}

    @property
    def is_suspended(self) -> bool:
        """Whether nothing but an operator may move it."""
        return self.root.status == Status.SUSPENDED

    def member(self, instance_id: UUID) -> ProcessInstance:
        """One instance of the family; raises InstanceNotFound."""
        if instance_id not in self._members:
            found = ProcessInstance.objects.filter(pk=instance_id, root=self.root).first()
            if found is None:
                raise InstanceNotFound
            self._members[instance_id] = found
        return self._members[instance_id]

    def add(self, instance: ProcessInstance) -> None:
        """An instance of the family that was read with it, or that is not stored yet."""
        self._members[instance.pk] = instance

    def start(self, stimulus: StartInstance) -> None:
        """Begin the root of a new family. Raises ModificationImpossible where it cannot begin as told."""
        try:
            self._drive(self.root, stimulus)
        except ModificationRefused as refusal:
            raise impossible(refusal, self.root.version_id) from refusal

    def apply(self, instance_id: UUID, stimulus: Stimulus) -> None:
        """Move a member, and the family with it, until everybody rests.

        Raises StepIsNotOpen when the step, timer or subscription is gone, InstanceHasEnded, InstanceIsSuspended.
        """
        self._let_held_acts_pass()
        instance = self.member(instance_id)
        if not instance.is_live:
            raise InstanceHasEnded
        if self.is_suspended and not isinstance(stimulus, WHILE_SUSPENDED):
            raise InstanceIsSuspended
        try:
            self._drive(instance, stimulus)
        except ModificationRefused as refusal:
            raise impossible(refusal, instance.version_id) from refusal
        except SigningRefused as refusal:
            raise SigningImpossible(refusal.reason) from refusal
        except StimulusRefused as refusal:
            raise StepIsNotOpen(str(refusal)) from refusal

    def adopt(self, instance_id: UUID, version_id: Any, stimulus: Migrate, result: Advance) -> None:
        """A member goes over to another version with what its migration changed; whom that concerns follows."""
        self._let_held_acts_pass()
        instance = self.member(instance_id)
        instance.version_id = version_id
        with statements.together():
            ProcessInstance.objects.filter(pk=instance.pk).update(version=version_id)
            follow(_Rows(self), instance.pk, stimulus, result)

    def suspend(self, reason: str) -> None:
        """Hold the whole family. Raises InstanceHasEnded, InstanceIsSuspended."""
        self._let_held_acts_pass()
        if not self.root.is_live:
            raise InstanceHasEnded
        if self.is_suspended:
            raise InstanceIsSuspended
        self._set_status(Status.RUNNING, Status.SUSPENDED, HistoryEvent.Kind.SUSPENDED, reason)

    def resume(self, reason: str = "") -> None:
        """Let the family go on; what was put off meanwhile is due now. Raises InstanceIsNotSuspended."""
        from workflows import carrying, performing

        if not self.is_suspended:
            raise InstanceIsNotSuspended
        self._set_status(Status.SUSPENDED, Status.RUNNING, HistoryEvent.Kind.RESUMED, reason)
        carrying.bring_forward(self.root, self.now)
        performing.bring_forward(self.root)

    def rekey(self, instance_id: UUID, record: Model) -> None:
        """From now on the instance is about another record (a merge, for example)."""
        self._let_held_acts_pass()
        instance = self.member(instance_id)
        before = {"record_kind": instance.record_kind, "record_id": instance.record_id, "number": instance.number}
        records.attach(instance, record)
        record_event(instance, HistoryEvent.Kind.REKEYED, now=self.now, actor=self.actor, data={"before": before})
        instance.save(update_fields=["record_kind", "record_id", "number", "org_unit", "history_length"])

    def _let_held_acts_pass(self) -> None:
        if not self._is_held_act:
            held_acts.before_others(self.root)

    @statements.together()
    def _drive(self, instance: ProcessInstance, stimulus: Stimulus) -> None:
        drive(_Rows(self), instance.pk, stimulus)

    def _set_status(self, before: Status, after: Status, kind: HistoryEvent.Kind, reason: str) -> None:
        data = {"reason": reason, "before": {"status": before.value}, "after": {"status": after.value}}
        for row in ProcessInstance.objects.filter(root=self.root, status=before):
            member = self._members.setdefault(row.pk, row)
            member.status = after
            record_event(member, kind, now=self.now, actor=self.actor, data=data)
            member.save(update_fields=["status", "history_length"])


class _Rows:
    """The family's rows as the engine's driver reads and writes them, within one command."""

    def __init__(self, family: Family) -> None:
        self._family = family

    def definition(self, key: UUID) -> Definition:
        return loaded(self._family.member(key).version_id).definition

    def state(self, key: UUID) -> bytes | Instance | None:
        return to_be_moved(self._family.member(key))

    def ports(self, key: UUID) -> Ports:
        instance = self._family.member(key)
        decisions = loaded(instance.version_id).bundle.decisions
        return LivePorts(instance, decisions, self._family.now, self._family.actor)

    def caller(self, key: UUID) -> tuple[UUID, str] | None:
        instance = self._family.member(key)
        return None if instance.parent_id is None else (instance.parent_id, instance.parent_step)

    def called(self, key: UUID, step: str) -> UUID | None:
        rows = ProcessInstance.objects.filter(parent_id=key, parent_step=step, status__in=ProcessInstance.LIVE)
        return rows.values_list("pk", flat=True).first()

    def create(self, key: UUID, step: OpenedStep) -> UUID:
        caller = self._family.member(key)
        holding.before_start(step.process or "")
        version = _called_version(caller, step)
        if version is None:
            raise CallRefused(f"The process {step.process!r} is not deployed.")
        if version.is_suspended:
            raise CallRefused(SUSPENDED_CALL.format(step.process))
        if not loaded(version.pk).definition.process.is_callable:
            raise CallRefused(f"The process {step.process!r} has no none start event to be called at.")
        child = _child(caller, step, version.pk, self._family.now)
        self._family.add(child)
        return child.pk

    def store(self, key: UUID, stimulus: Stimulus, result: Advance) -> None:
        instance, actor = self._family.member(key), self._family.actor
        version = loaded(instance.version_id)
        store(instance, version, stimulus, result, now=self._family.now, actor=actor)
        tell(InstanceChange(instance, version.bundle, stimulus, result, actor, self._at_hand(key)))

    def _at_hand(self, key: UUID) -> dict[str, Any]:
        return {step: row for (instance, step), row in self._family.at_hand.items() if instance == key}


@dataclass(slots=True)
class NewInstance:
    """What a root instance is about before it exists."""

    version_id: Any
    process_key: str
    number: str = ""
    start_message: str = ""
    start_key: str = ""
    record: Model | None = None
    id: UUID = field(default_factory=uuid.uuid4)


def new_family(new: NewInstance, *, actor: User | None) -> Family:
    """A family whose root is not stored yet; ``start`` stores it."""
    now: datetime = clock.now()
    row = ProcessInstance(
        pk=new.id,
        root_id=new.id,
        version_id=new.version_id,
        process_key=new.process_key,
        start_message=new.start_message,
        start_key=new.start_key,
        started_by=actor,
        started_at=now,
        moved_at=now,
    )
    if new.record is not None:
        records.attach(row, new.record)
    row.number = new.number or row.number
    return Family(row, actor=actor)


def impossible(refusal: ModificationRefused, version_id: Any) -> ModificationImpossible:
    """The refusal with the name of its element, for people."""
    node = loaded(version_id).node(refusal.element)
    return ModificationImpossible(refusal, (node.name if node is not None else "") or refusal.element)


def lock_family(instance_id: UUID | str, *, actor: User | None = None) -> Family:
    """Lock the family of an instance for the rest of the transaction; raises InstanceNotFound."""
    return Family(lock_root(instance_id), actor=actor)


def _called_version(caller: ProcessInstance, step: OpenedStep) -> ProcessVersion | None:
    """The version a call is bound to: the live one, or with binding "deployment" the one live when the caller's was."""
    key = step.process or ""
    node = loaded(caller.version_id).node(step.element)
    if node is not None and node.called is not None and node.called.binding == "deployment":
        own = ProcessVersion.objects.select_related("deployment").get(pk=caller.version_id)
        versions = ProcessVersion.objects.filter(definition__key=key, deployment__at__lte=own.deployment.at)
        return versions.select_related("definition").order_by("-number").first()
    try:
        return bpmn_queries.live_version(key)
    except ProcessNotDeployed:
        return None


def _child(parent: ProcessInstance, step: OpenedStep, version_id: Any, now: datetime) -> ProcessInstance:
    """A called instance is about its caller's record until a handler of its own binds another."""
    return ProcessInstance(
        root_id=parent.root_id,
        parent=parent,
        parent_step=step.step,
        version_id=version_id,
        process_key=step.process or "",
        number=parent.number,
        record_kind=parent.record_kind,
        record_id=parent.record_id,
        org_unit=parent.org_unit,
        started_by=parent.started_by,
        started_at=now,
        moved_at=now,
    )
