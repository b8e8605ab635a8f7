"""Several instances as one family: what a call activity starts, ends, throws and cancels crosses them in one go.

The driver is pure: it reads and writes instances through a store, in memory for scenarios, as rows for the product.
Callers hold the family's lock and one transaction around ``drive``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from time import thread_time
from typing import Generic, NamedTuple, Protocol, TypeVar

from workflows.engine.advancing import advance
from workflows.engine.api import (
    Advance,
    Budget,
    Cancel,
    ChildFinished,
    ErrorThrown,
    Escalate,
    FailStep,
    OpenedStep,
    Outcome,
    Ports,
    Resume,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
    ThrowError,
)
from workflows.engine.definition import Definition
from workflows.engine.instance import Instance

K = TypeVar("K")

MAX_DEPTH = 50
"""Instances calling one another."""
MAX_CALLS = 1_000
"""Instances one stimulus may start by calls; further calls become incidents."""
MAX_RECURSIVE_CALLS = 100
"""Those among them whose process is calling itself, however far around."""
MAX_ADVANCES = 5_000
"""Advances one stimulus may cause in a family; what follows then stops with an incident where it is."""
NOTHING_LEFT = Budget(steps=0)


class CallRefused(Exception):
    """The called process cannot be started: the reason becomes the call step's incident."""


class FamilyStore(Protocol[K]):
    """The instances of one family by key."""

    def definition(self, key: K) -> Definition:
        """The compiled process of an instance."""

    def state(self, key: K) -> bytes | Instance | None:
        """Its stored state, which may be unpacked already and is then used up; None before its start."""

    def ports(self, key: K) -> Ports:
        """Its windows to the world."""

    def caller(self, key: K) -> tuple[K, str] | None:
        """The calling instance and its step; None for the root."""

    def called(self, key: K, step: str) -> K | None:
        """The instance that ``step`` called and that has not ended; None when there is none."""

    def create(self, key: K, step: OpenedStep) -> K:
        """Make room for the instance ``step`` calls (``step.process``). Raises CallRefused."""

    def store(self, key: K, stimulus: Stimulus, result: Advance) -> None:
        """Keep what one advance changed; called in order, before its consequences."""


class Moved(NamedTuple, Generic[K]):
    """One instance moved by one stimulus."""

    key: K
    stimulus: Stimulus
    result: Advance


def drive(store: FamilyStore[K], key: K, stimulus: Stimulus, budget: Budget | None = None) -> list[Moved[K]]:
    """Move one instance and everything in its family that this concerns; what moved, in order.

    Raises StimulusRefused when the stimulus itself does not fit; then nothing was stored.
    """
    return _Drive(store, budget or Budget()).run(key, stimulus)


def follow(store: FamilyStore[K], key: K, stimulus: Stimulus, result: Advance) -> list[Moved[K]]:
    """Store an advance that was made elsewhere (a migration) and move what follows from it."""
    return _Drive(store, Budget()).follow(key, stimulus, result)


class _Drive(Generic[K]):
    def __init__(self, store: FamilyStore[K], budget: Budget) -> None:
        self.store = store
        self.budget = budget
        self.moved: list[Moved[K]] = []
        self.todo: deque[tuple[K, Stimulus]] = deque()
        self.calls = 0
        self.recursive_calls = 0
        self.deadline = thread_time() + budget.cpu_seconds

    def run(self, key: K, stimulus: Stimulus) -> list[Moved[K]]:
        return self.follow(key, stimulus, self._advance(key, stimulus))

    def follow(self, key: K, stimulus: Stimulus, result: Advance) -> list[Moved[K]]:
        self._keep(key, stimulus, result)
        while self.todo:
            self._follow(*self.todo.popleft())
        return self.moved

    def _advance(self, key: K, stimulus: Stimulus) -> Advance:
        store = self.store
        return advance(store.definition(key), store.state(key), stimulus, store.ports(key), self._allowance())

    def _allowance(self) -> Budget:
        """What one more advance may spend: together the family has the computing time of one."""
        left = self.deadline - thread_time()
        if len(self.moved) >= MAX_ADVANCES or left <= 0:
            return NOTHING_LEFT
        return replace(self.budget, cpu_seconds=left) if self.moved else self.budget

    def _follow(self, key: K, stimulus: Stimulus) -> None:
        """A consequence: when the step it is for has gone in the meantime, there is nothing to do."""
        try:
            result = self._advance(key, stimulus)
        except StimulusRefused:
            return
        self._keep(key, stimulus, result)

    def _keep(self, key: K, stimulus: Stimulus, result: Advance) -> None:
        """Store an advance, then what follows from it: cancelled children first, then throws, starts, the end."""
        self.store.store(key, stimulus, result)
        self.moved.append(Moved(key, stimulus, result))
        for closed in result.closed:
            if closed.kind is StepKind.CALL:
                self._call_off(key, closed.step)
                child = self.store.called(key, closed.step)
                if child is not None:
                    self._follow(child, Cancel("its caller went on without it"))
        for thrown in result.thrown:
            if thrown.escalation:
                self._escalate(key, thrown)
            else:
                self._throw(key, thrown)
        for step in result.opened:
            if step.kind is StepKind.CALL:
                self._call(key, step)
        if result.finished is not None:
            self._report_end(key, result)

    def _call(self, key: K, step: OpenedStep) -> None:
        try:
            self._check_calls(key, step.process or "")
            child = self.store.create(key, step)
        except CallRefused as refusal:
            self.todo.append((key, FailStep(step.step, str(refusal))))
        else:
            self.todo.append((child, StartInstance(step.inputs, called=True)))

    def _call_off(self, key: K, step: str) -> None:
        """A call that was closed before its turn: what it called has not begun, and does not begin any more."""
        self.todo = deque(
            (each, stimulus)
            for each, stimulus in self.todo
            if not (isinstance(stimulus, StartInstance) and self.store.caller(each) == (key, step))
        )

    def _check_calls(self, key: K, process: str) -> None:
        if self.calls >= MAX_CALLS:
            raise CallRefused(f"more than {MAX_CALLS:,} processes are called at once")
        callers = list(self._callers(key))
        if len(callers) > MAX_DEPTH:
            raise CallRefused(f"processes call one another more than {MAX_DEPTH} deep")
        recursive = any(self.store.definition(caller).process.id == process for caller in callers)
        if recursive and self.recursive_calls >= MAX_RECURSIVE_CALLS:
            raise CallRefused(f"{process} calls itself more than {MAX_RECURSIVE_CALLS} times at once")
        self.calls += 1
        self.recursive_calls += recursive

    def _callers(self, key: K) -> Iterator[K]:
        """An instance, who called it, and so on."""
        yield key
        caller = self.store.caller(key)
        while caller is not None:
            yield caller[0]
            caller = self.store.caller(caller[0])

    def _report_end(self, key: K, result: Advance) -> None:
        caller = self.store.caller(key)
        if caller is None or result.finished is None:
            return
        parent, step = caller
        if result.finished.outcome is Outcome.CANCELLED:
            self.todo.append((parent, FailStep(step, "the called instance was cancelled")))
        else:
            self.todo.append((parent, ChildFinished(step, result.finished.variables)))

    def _throw(self, key: K, thrown: ErrorThrown) -> None:
        """Ask caller by caller; where none catches it, the incident at the throwing step stays."""
        caller = self.store.caller(key)
        while caller is not None:
            parent, step = caller
            stimulus = ThrowError(step, thrown.code, thrown.message, thrown.variables)
            try:
                result = self._advance(parent, stimulus)
            except StimulusRefused:
                return
            if not any(incident.step == step for incident in result.incidents):
                self._keep(parent, stimulus, result)
                return
            caller = self.store.caller(parent)

    def _escalate(self, key: K, thrown: ErrorThrown) -> None:
        """The caller hears it, then this instance goes on if it still runs."""
        caller = self.store.caller(key)
        if caller is not None:
            parent, step = caller
            self._follow(parent, Escalate(step, thrown.code, thrown.variables))
        self.todo.append((key, Resume(thrown.step)))
