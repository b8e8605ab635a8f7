"""The instances of a story in memory, as the engine's driver reads and writes them, and what is open in each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from workflows.engine import Definition, inspect
from workflows.engine.api import (
    Advance,
    Finished,
    LogEntry,
    MessageSent,
    OpenedIncident,
    OpenedStep,
    OpenedSubscription,
    OpenedTimer,
    Ports,
    SignalSent,
    Stimulus,
    Variables,
)
from workflows.engine.family import CallRefused
from workflows.scenarios.files import Cast
from workflows.scenarios.stubs import ScenarioPorts, Stubs


@dataclass
class Member:
    """One instance of the story."""

    key: int
    process: str
    definition: Definition
    ports: Ports
    caller: tuple[int, str] | None = None
    state: bytes | None = None
    steps: dict[str, OpenedStep] = field(default_factory=dict)
    timers: dict[str, OpenedTimer] = field(default_factory=dict)
    subscriptions: dict[str, OpenedSubscription] = field(default_factory=dict)
    incidents: dict[str, OpenedIncident] = field(default_factory=dict)
    begun_by: tuple[str, str] | None = None  # name and key of the message that started it
    finished: Finished | None = None

    @property
    def variables(self) -> Variables:
        """The process scope, also after the end."""
        return inspect(self.definition, self.state).variables if self.state is not None else {}


class Members:
    """A family store: every instance that a story has begun, by number; ``outbox`` is what they sent and nobody has."""

    def __init__(self, cast: Cast, stubs: Stubs, now: Callable[[], datetime]) -> None:
        self.cast = cast
        self.stubs = stubs
        self.now = now
        self.members: list[Member] = []
        self.log: list[tuple[datetime, int, LogEntry]] = []
        self.outbox: deque[tuple[int, MessageSent | SignalSent]] = deque()
        self._running: dict[int, Member] = {}
        self._called: dict[tuple[int, str], int] = {}

    def definition(self, key: int) -> Definition:
        """The compiled process of an instance."""
        return self.members[key].definition

    def state(self, key: int) -> bytes | None:
        """Its state."""
        return self.members[key].state

    def ports(self, key: int) -> Ports:
        """Its windows."""
        return self.members[key].ports

    def caller(self, key: int) -> tuple[int, str] | None:
        """The calling instance and step."""
        return self.members[key].caller

    def called(self, key: int, step: str) -> int | None:
        """The running instance that a step called."""
        child = self._called.get((key, step))
        return None if child is None or self.members[child].finished is not None else child

    def create(self, key: int, step: OpenedStep) -> int:
        """Room for a called instance."""
        definition = self.cast.definitions.get(step.process or "")
        if definition is not None and not definition.process.is_callable:
            raise CallRefused(f"the process {step.process} has no none start event to be called at")
        return self.add(step.process or "", (key, step.step)).key

    def store(self, key: int, stimulus: Stimulus, result: Advance) -> None:
        """Keep the picture of what is open in step with an advance."""
        member = self.members[key]
        member.state = result.state
        for gone in result.closed:
            member.steps.pop(gone.step, None)
        for timer_key in result.timers_closed:
            member.timers.pop(timer_key, None)
        for subscription_key in result.subscriptions_closed:
            member.subscriptions.pop(subscription_key, None)
        for incident_key in result.incidents_closed:
            member.incidents.pop(incident_key, None)
        member.steps |= {step.step: step for step in result.opened}
        member.timers |= {timer.timer: timer for timer in result.timers}
        member.subscriptions |= {found.subscription: found for found in result.subscriptions}
        member.incidents |= {incident.step: incident for incident in result.incidents}
        if result.finished is not None:
            member.finished = result.finished
            self._running.pop(key, None)
        now = self.now()
        self.log += [(now, key, entry) for entry in result.log]
        self.outbox.extend((key, message) for message in result.messages)
        self.outbox.extend((key, signal) for signal in result.signals)

    def add(self, process: str, caller: tuple[int, str] | None = None) -> Member:
        """A new instance that has not started. Raises CallRefused for a process that is not there."""
        definition = self.cast.definitions.get(process)
        if definition is None:
            raise CallRefused(f"there is no process {process}")
        key = len(self.members)
        member = Member(key, process, definition, ScenarioPorts(self.stubs, self.cast.bundles[process], key), caller)
        self.members.append(member)
        self._running[key] = member
        if caller is not None:
            self._called[caller] = key
        return member

    def running(self) -> Iterable[Member]:
        """The instances that have not ended."""
        return self._running.values()
