"""A family of instances under one lock: the root, what its call activities started, and so on."""

from __future__ import annotations

import uuid
from collections import deque
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
from workflows import records
from workflows.definitions import loaded
from workflows.engine import advance
from workflows.engine.api import (
    Advance,
    Cancel,
    ChildFinished,
    ClosedStep,
    ErrorThrown,
    Escalate,
    FailStep,
    OpenedStep,
    Outcome,
    Resume,
    SetVariables,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
    ThrowError,
)
from workflows.exceptions import (
    InstanceHasEnded,
    InstanceIsNotSuspended,
    InstanceIsSuspended,
    InstanceNotFound,
    StepIsNotOpen,
)
from workflows.locks import lock_root
from workflows.models import HistoryEvent, ProcessInstance
from workflows.observers import InstanceChange, tell
from workflows.ports import LivePorts
from workflows.storing import record_event, store

Status = ProcessInstance.Status
MAX_DEPTH = 50
WHILE_SUSPENDED = (Cancel, SetVariables)


class Family:
    """A locked family. Every stimulus of every member goes through ``apply``, which follows it through the family."""

    def __init__(self, root: ProcessInstance, *, actor: User | None = None) -> None:
        assert connection.in_atomic_block
        self.root = root
        self.actor = actor
        self.now = clock.now()
        self._members: dict[UUID, ProcessInstance] = {root.pk: root}
        self._work: deque[tuple[ProcessInstance, Stimulus]] = deque()

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

    def start(self, stimulus: StartInstance) -> None:
        """Begin the root of a new family."""
        self._carry_on(self.root, stimulus)

    def apply(self, instance_id: UUID, stimulus: Stimulus) -> None:
        """Move a member, and the family with it, until everybody rests.

        Raises StepIsNotOpen when the step, timer or subscription is gone, InstanceHasEnded, InstanceIsSuspended.
        """
        instance = self.member(instance_id)
        if not instance.is_live:
            raise InstanceHasEnded
        if self.is_suspended and not isinstance(stimulus, WHILE_SUSPENDED):
            raise InstanceIsSuspended
        try:
            self._carry_on(instance, stimulus)
        except StimulusRefused as refusal:
            raise StepIsNotOpen(str(refusal)) from refusal

    def suspend(self, reason: str) -> None:
        """Hold the whole family. Raises InstanceHasEnded, InstanceIsSuspended."""
        if not self.root.is_live:
            raise InstanceHasEnded
        if self.is_suspended:
            raise InstanceIsSuspended
        self._set_status(Status.RUNNING, Status.SUSPENDED, HistoryEvent.Kind.SUSPENDED, {"reason": reason})

    def resume(self) -> None:
        """Let the family go on; what was put off meanwhile is due now. Raises InstanceIsNotSuspended."""
        from workflows import carrying, performing

        if not self.is_suspended:
            raise InstanceIsNotSuspended
        self._set_status(Status.SUSPENDED, Status.RUNNING, HistoryEvent.Kind.RESUMED, {})
        carrying.bring_forward(self.root, self.now)
        performing.bring_forward(self.root)

    def rekey(self, instance_id: UUID, record: Model) -> None:
        """From now on the instance is about another record (a merge, for example)."""
        instance = self.member(instance_id)
        before = {"record_kind": instance.record_kind, "record_id": instance.record_id, "number": instance.number}
        records.attach(instance, record)
        record_event(instance, HistoryEvent.Kind.REKEYED, now=self.now, actor=self.actor, data={"before": before})
        instance.save(update_fields=["record_kind", "record_id", "number", "org_unit", "history_length"])

    # --- following a stimulus through the family ------------------------------------------------------------------

    def _carry_on(self, instance: ProcessInstance, stimulus: Stimulus) -> None:
        self._move(instance, stimulus)
        while self._work:
            member, next_stimulus = self._work.popleft()
            if member.is_live:
                self._move(member, next_stimulus)

    def _move(self, instance: ProcessInstance, stimulus: Stimulus) -> None:
        self._keep(instance, stimulus, self._compute(instance, stimulus))

    def _compute(self, instance: ProcessInstance, stimulus: Stimulus) -> Advance:
        version = loaded(instance.version_id)
        ports = LivePorts(instance, version.bundle.decisions, self.now, self.actor)
        state = bytes(instance.state) if instance.revision else None
        return advance(version.definition, state, stimulus, ports)

    def _keep(self, instance: ProcessInstance, stimulus: Stimulus, change: Advance) -> None:
        version = loaded(instance.version_id)
        store(instance, version, stimulus, change, now=self.now, actor=self.actor)
        tell(InstanceChange(instance, version.bundle, stimulus, change, self.actor))
        for closed in change.closed:
            if closed.kind is StepKind.CALL:
                self._end_child(instance, closed)
        for opened in change.opened:
            if opened.kind is StepKind.CALL:
                self._call(instance, opened)
        for thrown in change.thrown:
            self._ask_caller(instance, thrown)
        if change.finished is not None and instance.parent_id is not None:
            self._report_end(instance, change)

    def _report_end(self, instance: ProcessInstance, change: Advance) -> None:
        assert change.finished is not None
        assert instance.parent_id is not None
        if change.finished.outcome is not Outcome.CANCELLED:
            end = ChildFinished(instance.parent_step, change.finished.variables)
            self._work.append((self.member(instance.parent_id), end))

    def _call(self, instance: ProcessInstance, step: OpenedStep) -> None:
        """Start the called process, or open an incident at the call when that cannot be."""
        version_id = _called_version(instance, step)
        if version_id is None:
            self._work.append((instance, FailStep(step.step, f"The process {step.process!r} is not deployed.")))
            return
        if self._depth(instance) >= MAX_DEPTH:
            self._work.append((instance, FailStep(step.step, f"More than {MAX_DEPTH} calls inside each other.")))
            return
        child = _child(instance, step, version_id, self.now)
        self._members[child.pk] = child
        self._work.append((child, StartInstance(dict(step.inputs), called=True)))

    def _end_child(self, instance: ProcessInstance, closed: ClosedStep) -> None:
        rows = ProcessInstance.objects.filter(parent=instance, parent_step=closed.step, status__in=ProcessInstance.LIVE)
        for pk in rows.values_list("pk", flat=True):
            self._work.append((self.member(pk), Cancel("The call was left.")))

    def _ask_caller(self, instance: ProcessInstance, thrown: ErrorThrown) -> None:
        caller: ProcessInstance | None = instance
        while caller is not None and caller.parent_id is not None:
            step, caller = caller.parent_step, self.member(caller.parent_id)
            stimulus: Stimulus = (
                Escalate(step, thrown.code, thrown.variables)
                if thrown.escalation
                else ThrowError(step, thrown.code, thrown.message, thrown.variables)
            )
            change = self._compute(caller, stimulus)
            if not any(passed_on.code == thrown.code for passed_on in change.thrown) and not any(
                incident.step == step for incident in change.incidents
            ):
                self._keep(caller, stimulus, change)
                break
        if thrown.escalation:
            self._work.append((instance, Resume(thrown.step)))

    def _depth(self, instance: ProcessInstance) -> int:
        depth = 0
        while instance.parent_id is not None:
            instance, depth = self.member(instance.parent_id), depth + 1
        return depth

    def _set_status(self, before: Status, after: Status, kind: HistoryEvent.Kind, data: dict[str, Any]) -> None:
        for row in ProcessInstance.objects.filter(root=self.root, status=before):
            member = self._members.setdefault(row.pk, row)
            member.status = after
            record_event(member, kind, now=self.now, actor=self.actor, data=data)
            member.save(update_fields=["status", "history_length"])


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


def lock_family(instance_id: UUID | str, *, actor: User | None = None) -> Family:
    """Lock the family of an instance for the rest of the transaction; raises InstanceNotFound."""
    return Family(lock_root(instance_id), actor=actor)


def _called_version(caller: ProcessInstance, step: OpenedStep) -> Any:
    """The version a call is bound to: the live one, or with binding "deployment" the one live when the caller's was."""
    key = step.process or ""
    node = loaded(caller.version_id).node(step.element)
    if node is not None and node.called is not None and node.called.binding == "deployment":
        own = ProcessVersion.objects.select_related("deployment").get(pk=caller.version_id)
        versions = ProcessVersion.objects.filter(definition__key=key, deployment__at__lte=own.deployment.at)
        return versions.order_by("-number").values_list("pk", flat=True).first()
    try:
        return bpmn_queries.live_version(key).pk
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
