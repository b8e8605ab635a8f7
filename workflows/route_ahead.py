"""Who will be asked after this step if everybody agrees: the process goes on in memory, person after person.

As in `workflows.foresight` nothing is written and handlers are taken to go well; a way that depends on what a service
step would find is taken as if it found nothing, and from there on every step says on what it depends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from bpmn.model import Process
from config import clock
from workflows import registry
from workflows.definitions import loaded
from workflows.engine import advance
from workflows.engine.api import (
    Advance,
    Answer,
    CompleteStep,
    Done,
    LogKind,
    OpenedStep,
    StepContext,
    StepKind,
    StimulusRefused,
    Variables,
)
from workflows.engine.failures import StateUnreadable
from workflows.engine.views import inspect, step_variables
from workflows.foresight import BUDGET, Foreseeing, Reading
from workflows.models import ProcessInstance
from workflows.ports import LivePorts

MOST_ROUNDS = 12
MOST_TIMES = 6
"""So often one step is followed: then it is a circle."""


@dataclass(frozen=True, slots=True)
class StepAhead:
    """A step of people to come: ``assignee`` or ``groups``, the variables they would see, and what it depends on.

    ``depends_on`` are elements (service steps) whose findings may lead elsewhere before this step.
    """

    element: str
    assignee: str
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """The steps of people in the order they would come, and what the decision tables would answer on the way."""

    steps: tuple[StepAhead, ...] = ()
    decided: tuple[Mapping[str, Any], ...] = ()


def route_ahead(instance: ProcessInstance, step: str, answers_of: Callable[[str], Variables], *, actor: User) -> Route:
    """What comes if the open ``step`` and every one after it is completed with ``answers_of(element)``.

    So are the other people's steps that are open beside it. Ends where the process waits for something else than
    people, is over or stuck. Reads what host functions read; nothing is written and nothing is caused. The caller has
    checked the right.
    """
    with transaction.atomic():
        try:
            return _Walk(instance, answers_of, actor).walk(step)
        except (StimulusRefused, StateUnreadable):
            return Route()
        finally:
            transaction.set_rollback(True)


class _Agreeable(Foreseeing):
    """Handlers that would answer a list some step is repeated for answer an empty one: who comes after it counts."""

    def __init__(self, live: LivePorts, process: Process) -> None:
        super().__init__(live)
        loops = (node.loop for node in process.nodes.values() if node.loop is not None)
        self._lists = {(loop.input_collection or "").removeprefix("=").strip() for loop in loops}

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """Done, with empty lists for what is repeated over."""
        found, answer = registry.handler(handler), super().call(handler, inputs, step)
        repeated: dict[str, Any] = (
            {name: [] for name in found.results if name in self._lists} if found is not None else {}
        )
        return Done(repeated | dict(answer.variables)) if isinstance(answer, Done) else answer


class _Walk:
    """One instance, gone through in memory."""

    def __init__(self, instance: ProcessInstance, answers_of: Callable[[str], Variables], actor: User) -> None:
        self.version = loaded(instance.version_id)
        self.state = bytes(instance.state)
        self.answers_of = answers_of
        live = LivePorts(instance, self.version.bundle.decisions, clock.now(), actor)
        self.ports = _Agreeable(live, self.version.bundle.process)
        self.found: list[StepAhead] = []
        self.decided: list[Mapping[str, Any]] = []
        self.unknown: dict[str, str] = {}
        self.doubts: dict[str, None] = {}
        self.times: Counter[str] = Counter()

    def walk(self, first: str) -> Route:
        """Complete one step after the other until nobody is waited for."""
        open_now = inspect(self.version.definition, self.state).steps
        pending = [(each.step, each.element) for each in open_now if each.kind is StepKind.USER_TASK]
        pending.sort(key=lambda each: each[0] != first)
        for _round in range(MOST_ROUNDS):
            if not pending:
                break
            step, element = pending.pop(0)
            stimulus = CompleteStep(step, dict(self.answers_of(element)))
            result = advance(self.version.definition, self.state, stimulus, self.ports, BUDGET)
            self.state = result.state
            self._read(result)
            closed = {each.step for each in result.closed}
            pending = [each for each in pending if each[0] not in closed]
            pending += [(each.step, each.element) for each in self._opened(result)]
            if result.finished is not None or result.incidents:
                break
        return Route(tuple(self.found), tuple(self.decided))

    def _read(self, result: Advance) -> None:
        reading = Reading(self.version, result, self.unknown)
        for entry in result.log:
            if doubt := reading.take(entry):
                self.doubts[doubt] = None
            if entry.kind is LogKind.DECIDED:
                self.decided.append(entry.data)

    def _opened(self, result: Advance) -> list[OpenedStep]:
        """The new steps of people; one that comes again and again is not followed."""
        new = [each for each in result.opened if each.kind is StepKind.USER_TASK]
        self.times.update(each.element for each in new)
        new = [each for each in new if self.times[each.element] <= MOST_TIMES]
        for each in new:
            seen = step_variables(self.version.definition, self.state, each.step)
            groups = each.candidate_groups if not each.assignee else ()
            self.found.append(StepAhead(each.element, each.assignee or "", groups, seen, tuple(self.doubts)))
        return new
