"""Random processes through commands and rows: every open human step is one work item, every open job one effect.

``BATON_PROPERTY_STEPS`` sets how many steps are driven: one here for every two hundred there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from tests.property.walking import SEED, STEPS, answers, beginning
from tests.support import running
from tests.unit.scenarios.xml import file_of
from workflows import commands, queries, registry
from workflows.engine.api import StepKind
from workflows.models import Effect, Incident, ProcessInstance, Subscription, Timer
from workflows.registry import BpmnError, effect, service_task

pytestmark = pytest.mark.django_db

PARTS = 4
STEPS_OF_ONE = 30
Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def random_handlers() -> Iterator[Random]:
    """Handlers that answer, raise or fail as their own random numbers say."""
    random = Random(SEED)

    def trouble() -> None:
        kind = random.random()
        if kind < 0.2:
            raise BpmnError(random.choice(("E", "OTHER")))
        if kind < 0.4:
            raise RuntimeError("down")

    with registry.temporarily():

        @service_task("job")
        def job(step: Any, **variables: Any) -> dict[str, int]:
            return {"x": random.randint(0, 6)}

        @service_task("flaky")
        def flaky(step: Any, **variables: Any) -> None:
            trouble()

        @effect("later")
        def later(step: Any, **variables: Any) -> dict[str, int]:
            trouble()
            return {"x": random.randint(0, 6)}

        yield random


@pytest.mark.parametrize("part", range(PARTS))
def test_every_open_step_is_one_row_and_ended_means_nothing_open(
    part: int, clock: DrivenClock, alice: User, random_handlers: Random
):
    driven, seed, ended, done = 0, SEED * 1_000_000 + part * 100_000_000, 0, Counter[str]()
    random_handlers.seed(seed)
    while driven < STEPS // 200 // PARTS:
        seed += 1
        story = Story(Random(seed), clock, alice)
        driven += story.walk(f"seed {seed}", done)
        ended += not story.is_live
        story.stop(f"seed {seed}")
    assert ended >= driven // 100
    assert done["complete"] > driven // 8, done


class Story:
    """One family of instances in the database, and what may happen to it."""

    def __init__(self, random: Random, clock: DrivenClock, person: User) -> None:
        self.random, self.clock, self.person = random, clock, person
        running.deploy(*(file_of(_for(person, process)) for process in random_family(random)))
        self.root = running.start("P", **beginning(random))
        self.completed: list[UUID] = []

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
        self.items = list(WorkItem.objects.filter(status=WorkItem.Status.OPEN, **mine).order_by("created_at", "pk"))
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
        for instance in family:
            view = queries.view(instance) if instance.is_live else None
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


def _for(person: User, process: Process) -> Process:
    """The process with all its tasks in one person's hands."""
    mine = Assignment(assignee=person.username)
    nodes = {
        id: replace(node, assignment=mine) if node.kind is Kind.USER_TASK else node
        for id, node in process.nodes.items()
    }
    return replace(process, nodes=nodes)
