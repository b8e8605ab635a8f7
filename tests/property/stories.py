"""One family of random instances in the database: what may happen to it, and what must hold whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from bpmn.model import Assignment, Kind, Process
from config.clock import DrivenClock
from tasks_inbox import commands as inbox
from tasks_inbox.exceptions import WorkItemEnded
from tasks_inbox.models import WorkItem
from tests.property.models import CALLED, random_family
from tests.property.walking import answers, beginning
from tests.support import running
from tests.unit.scenarios.xml import file_of
from workflows import commands, queries
from workflows.engine.api import StepKind
from workflows.engine.views import InstanceView
from workflows.models import Effect, Incident, ProcessInstance, Subscription, Timer

STEPS_OF_ONE = 30
IN_ORDER = (
    *("created_at", "instance__process_key", "element", "step"),
    *("instance__parent_step", "instance__parent__parent_step"),
)  # ids are random
Act = Callable[[], Any]


class Story:
    """One family of instances in the database, and what may happen to it."""

    forms: Mapping[str, bytes] = {}
    """Files that are deployed beside the processes."""

    def __init__(self, random: Random, clock: DrivenClock, person: User) -> None:
        self.random, self.clock, self.person = random, clock, person
        running.deploy(*(file_of(self.seated(process)) for process in random_family(random)), **self.forms)
        self.root = self.start()
        self.completed: list[UUID] = []

    def start(self) -> ProcessInstance:
        """Begin the process that calls the others."""
        return running.start("P", **beginning(self.random))

    def seated(self, process: Process) -> Process:
        """The process with its tasks in people's hands."""
        nodes = {
            id: replace(node, assignment=self.seat()) if node.kind is Kind.USER_TASK else node
            for id, node in process.nodes.items()
        }
        return replace(process, nodes=nodes)

    def seat(self) -> Assignment:
        """Whose the next task is."""
        return Assignment(assignee=self.person.username)

    def walk(self, place: str, done: Counter[str]) -> int:
        """Let things happen until the root has ended; how many did."""
        for number in range(STEPS_OF_ONE):
            self.check(f"{place} step {number}")
            if not self.is_live:
                return number
            acts = self.possible()
            name = self.random.choice(sorted(acts))
            self.random.choice(acts[name])()
            done[name] += 1
        return STEPS_OF_ONE

    def stop(self, place: str) -> None:
        """Whatever is left ends, so that the next story is alone."""
        if self.is_live:
            commands.cancel_process(actor=None, instance_id=self.root.pk)
        self.check(f"{place}, at the end")
        assert not self.is_live

    # --- what may happen ------------------------------------------------------------------------------------------

    def possible(self) -> dict[str, list[Act]]:
        """Acts by name, from the rows that were looked at last."""
        values = answers(self.random)
        acts: dict[str, list[Act]] = {
            "complete": [partial(self.complete, item.pk) for item in self.items],
            "complete again": [partial(self.complete_again, pk) for pk in self.completed],
            "message": [
                partial(self.send, commands.send_message, name=row.name, correlation_key=row.correlation_key)
                for row in self.subscriptions
                if not row.signal
            ],
            "signal": [
                partial(self.send, commands.send_signal, name=row.name) for row in self.subscriptions if row.signal
            ],
            "retry": [partial(self.retry, row) for row in self.incidents],
            "wait": [partial(self.wait, hours) for hours in (1, 3)],
            "change": [partial(commands.change_variables, actor=None, instance_id=self.root.pk, variables=values)],
        }
        return {name: found for name, found in acts.items() if found}

    def complete(self, item: UUID) -> None:
        inbox.complete_work_item(actor=self.person, work_item_id=item, answers={})
        self.completed.append(item)

    def complete_again(self, item: UUID) -> None:
        """The second click."""
        with pytest.raises(WorkItemEnded):
            self.complete(item)

    def send(self, publish: Callable[..., Any], **what: Any) -> None:
        publish(actor=None, variables=answers(self.random), **what)
        running.settle()

    def retry(self, incident: Incident) -> None:
        values = {"wait": "PT1H", "called": self.random.choice(CALLED)}
        commands.retry_incident(actor=None, incident_id=incident.pk, variables=values)

    def wait(self, hours: int) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(hours=hours))
        running.settle()

    # --- what must hold -------------------------------------------------------------------------------------------

    def look(self) -> list[ProcessInstance]:
        """Read everything that is open, and the family."""
        mine = {"instance__root": self.root}
        open_items = WorkItem.objects.filter(status=WorkItem.Status.OPEN, **mine)
        self.items = list(open_items.order_by(*IN_ORDER))
        self.effects = list(Effect.objects.filter(status__in=Effect.WAITING, **mine))
        self.incidents = list(Incident.objects.filter(closed_at=None, **mine).order_by("opened_at", "pk"))
        self.timers = list(Timer.objects.filter(**mine))
        self.subscriptions = list(Subscription.objects.filter(**mine).order_by("pk"))
        family = list(ProcessInstance.objects.filter(root=self.root).order_by("started_at", "pk"))
        self.is_live = any(instance.pk == self.root.pk and instance.is_live for instance in family)
        return family

    def check(self, place: str) -> None:
        """Rows and stored states tell the same story."""
        family = self.look()
        self.check_rows(place, family)

    def view(self, instance: ProcessInstance) -> InstanceView:
        """The stored state as data."""
        return queries.view(instance)

    def check_rows(self, place: str, family: Sequence[ProcessInstance]) -> None:
        """There is a row for whatever waits in a state, and for nothing else."""
        for instance in family:
            view = self.view(instance) if instance.is_live else None
            steps = view.steps if view else ()
            troubled = {one.step for one in view.incidents} if view else set()
            people = {step.step for step in steps if step.kind is StepKind.USER_TASK}
            jobs = {step.step for step in steps if step.kind is StepKind.JOB} - troubled
            assert _of(instance, self.items) == people, f"{place}: every human step has one work item"
            assert _of(instance, self.effects) == jobs, f"{place}: every job has one effect"
            assert _of(instance, self.incidents) == troubled, f"{place}: every incident has one row"
            assert _of(instance, self.timers, "timer") == ({one.timer for one in view.timers} if view else set()), place
            assert _of(instance, self.subscriptions, "subscription") == (set(view.subscriptions) if view else set()), (
                place
            )
            calls = sorted(step.step for step in steps if step.kind is StepKind.CALL)
            children = [child.parent_step for child in family if child.parent_id == instance.pk and child.is_live]
            assert sorted(children) == calls, f"{place}: every call has one living child"


def _of(instance: ProcessInstance, rows: Sequence[Any], key: str = "step") -> set[str]:
    """The keys of an instance's rows; there are never two of one key."""
    mine = Counter(getattr(row, key) for row in rows if row.instance_id == instance.pk)
    assert set(mine.values()) <= {1}, mine
    return set(mine)
