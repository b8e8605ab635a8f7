"""The little world a scenario plays in: instances in memory, a driven clock, messages on their way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from bpmn.constants import static_text
from bpmn.model import EventKind, Kind, Node
from bpmn.scenario import Scenario
from config.clock import DrivenClock
from workflows.engine import Definition
from workflows.engine.api import (
    FireTimer,
    IncidentKind,
    LogKind,
    OpenedStep,
    Receive,
    Retry,
    SignalSent,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
    Variables,
)
from workflows.engine.family import drive
from workflows.scenarios.files import Cast
from workflows.scenarios.members import Members
from workflows.scenarios.stubs import Stubs

BUFFERED_FOR = timedelta(hours=24)
MAX_FIRINGS = 20_000
"""Timers that fire while the clock moves once."""
MAX_MOVES = 10_000
"""Moves that may follow from one of them, or from one act."""


class TooMuch(Exception):
    """The story does not come to rest."""


@dataclass
class Message:
    """A message that was sent; each process takes it once."""

    name: str
    key: str
    variables: Variables
    until: datetime
    taken: set[str] = field(default_factory=set)


class World(Members):
    """Drives families of instances and delivers between them until all is quiet."""

    def __init__(self, scenario: Scenario, cast: Cast, seconds: float | None = None) -> None:
        self.clock = DrivenClock(scenario.start.at)
        super().__init__(cast, Stubs(scenario, self.clock.now), self.clock.now)
        self.main = cast.main(scenario.start)
        self._seconds = seconds
        self._begun = monotonic()
        self.messages: dict[tuple[str, str], list[Message]] = {}
        self._message_starts = _starts_by_name(cast, EventKind.MESSAGE)
        self._signal_starts = _starts_by_name(cast, EventKind.SIGNAL)
        self._moves = 0
        self._settling = False

    # --- moving ---------------------------------------------------------------------------------------------------

    def move(self, key: int, stimulus: Stimulus) -> None:
        """One stimulus and everything that comes of it: retries, messages, signals. Raises StimulusRefused, TooMuch."""
        self._moves += 1
        if self._moves > MAX_MOVES:
            raise TooMuch("the story does not come to rest: messages, signals or timers go round for ever")
        if self._seconds is not None and monotonic() - self._begun > self._seconds:
            raise TooMuch(f"the story takes longer than {self._seconds:g} seconds")
        drive(self, key, stimulus)
        self._settle()

    def start(self, event: str | None, variables: Variables) -> None:
        """Start the main process, at a start event named by element id or message name."""
        member = self.add(self.main)
        self.move(member.key, StartInstance(variables, self._start_event(member.definition, event)))

    def _start_event(self, definition: Definition, event: str | None) -> str | None:
        if event is None or event in definition.starts:
            return event
        named = self._message_starts.get(event, {}) | self._signal_starts.get(event, {})
        return named.get(self.main, event)

    def _settle(self) -> None:
        if self._settling:
            return
        self._settling, self._moves = True, 0
        try:
            while (
                self._retry_one()
                or self._deliver_one()
                or self._match_one()
                or self._begin_one()
                or self._fire_one(self.clock.now())
            ):
                pass
        finally:
            self._settling = False

    def _retry_one(self) -> bool:
        """A handler that failed and has tries left is tried again at once."""
        for member in self.running():
            for key, incident in member.incidents.items():
                failed, retries = self.stubs.failures.get((member.key, key), (0, 0))
                if incident.kind is IncidentKind.HANDLER and failed < retries:
                    drive(self, member.key, Retry(key))
                    return True
        return False

    def _deliver_one(self) -> bool:
        if not self.outbox:
            return False
        sender, sent = self.outbox.popleft()
        if isinstance(sent, SignalSent):
            self.signal(sent.name, sent.variables, sender)
        else:
            self.message(sent.name, sent.correlation_key, sent.variables)
        return True

    # --- messages and signals -------------------------------------------------------------------------------------

    def message(self, name: str, key: str, variables: Variables) -> None:
        """Send a message: kept for a day, each process takes it once, in a waiting instance or by starting one."""
        sent = Message(name, key, variables, self.clock.now() + BUFFERED_FOR)
        self.messages.setdefault((name, key), []).append(sent)
        self._settle()

    def _match_one(self) -> bool:
        """Hand one kept message to one instance that waits for it."""
        now = self.clock.now()
        for member in self.running():
            for key, found in member.subscriptions.items():
                for message in () if found.signal else self.messages.get((found.name, found.correlation_key), ()):
                    if member.process not in message.taken and message.until > now:
                        self._take(message, member.process)
                        self._give(member.key, key, message.variables)
                        return True
        return False

    def _take(self, message: Message, process: str) -> None:
        """A process has it; when all have, nobody needs to look at it again."""
        message.taken.add(process)
        if len(message.taken) == len(self.cast.definitions):
            self.messages[message.name, message.key].remove(message)

    def _begin_one(self) -> bool:
        """Start one instance by a kept message; of each name and key only one instance of a process lives at a time."""
        now = self.clock.now()
        for (name, key), messages in self.messages.items():
            for process, event in self._message_starts.get(name, {}).items():
                fitting = next((sent for sent in messages if process not in sent.taken and sent.until > now), None)
                if fitting is None or (key and self._lives(process, (name, key))):
                    continue
                self._take(fitting, process)
                member = self.add(process)
                member.begun_by = name, key
                self.move(member.key, StartInstance(fitting.variables, event))
                return True
        return False

    def _lives(self, process: str, begun_by: tuple[str, str]) -> bool:
        return any(member.process == process and member.begun_by == begun_by for member in self.running())

    def signal(self, name: str, variables: Variables, sender: int | None = None) -> None:
        """Everything that listens hears it, and start events of that name start instances."""
        hearing = [
            (member.key, key)
            for member in self.running()
            if member.key != sender
            for key, found in member.subscriptions.items()
            if found.signal and found.name == name
        ]
        for key, subscription in hearing:
            self._give(key, subscription, variables)
        for process, event in self._signal_starts.get(name, {}).items():
            self.move(self.add(process).key, StartInstance(variables, event))

    def _give(self, key: int, subscription: str, variables: Variables) -> None:
        try:
            self.move(key, Receive(subscription, variables))
        except StimulusRefused:
            return

    # --- time -----------------------------------------------------------------------------------------------------

    def advance_to(self, moment: datetime) -> None:
        """Move the clock and fire everything due on the way, earliest first. Raises TooMuch."""
        fired = 0
        while self._fire_one(moment):
            fired += 1
            if fired > MAX_FIRINGS:
                raise TooMuch(f"more than {MAX_FIRINGS} timers fired")
        self.clock.advance_to(moment)
        self._settle()

    def _fire_one(self, until: datetime) -> bool:
        due = self._next_due(until)
        if due is None:
            return False
        at, key, timer = due
        self.clock.advance_to(max(at, self.clock.now()))
        self.move(key, FireTimer(timer))
        return True

    def _next_due(self, moment: datetime) -> tuple[datetime, int, str] | None:
        waiting = [
            (timer.due, member.key, int(timer.timer))
            for member in self.running()
            for timer in member.timers.values()
            if timer.due is not None and timer.due <= moment
        ]
        if not waiting:
            return None
        at, key, timer = min(waiting)
        return at, key, str(timer)

    # --- what is true ---------------------------------------------------------------------------------------------

    def open_steps(self) -> list[tuple[int, OpenedStep]]:
        """Every open step, in order of opening."""
        return [(member.key, step) for member in self.members for step in member.steps.values()]

    def waiting(self) -> list[str]:
        """Open activities, catch events and event-based gateways; a call shows what its child waits for."""
        return [step.element for key, step in self.open_steps() if self._is_waiting(key, step)]

    def _is_waiting(self, key: int, step: OpenedStep) -> bool:
        if step.kind is StepKind.CALL:
            return self.called(key, step.step) is None
        if step.kind is StepKind.INCIDENT:
            return self.node(key, step.element).kind in _ACTIVITIES
        return True

    def node(self, key: int, element: str) -> Node:
        """The node of an instance's diagram."""
        return self.members[key].definition.process.nodes[element]

    def entries(self, kind: LogKind) -> list[str]:
        """Elements of all log entries of a kind, in order."""
        return [entry.element for _, _, entry in self.log if entry.kind is kind]

    def completed(self) -> list[str]:
        """Elements in the order they completed."""
        return self.entries(LogKind.COMPLETED)

    def ends(self, key: int = 0) -> list[str]:
        """End events an instance has reached."""
        return [entry.element for _, owner, entry in self.log if entry.kind is LogKind.ENDED and owner == key]

    def incidents(self) -> list[str]:
        """Elements with an open incident."""
        return [incident.element for member in self.members for incident in member.incidents.values()]

    def result(self, name: str) -> Any:
        """A variable of the main instance."""
        return self.members[0].variables.get(name)


_ACTIVITIES = {
    Kind.TASK,
    Kind.USER_TASK,
    Kind.MANUAL_TASK,
    Kind.SERVICE_TASK,
    Kind.SEND_TASK,
    Kind.RECEIVE_TASK,
    Kind.SCRIPT_TASK,
    Kind.BUSINESS_RULE_TASK,
    Kind.CALL_ACTIVITY,
    Kind.SUB_PROCESS,
    Kind.TRANSACTION,
}


def _starts(definition: Definition) -> list[Node]:
    return [definition.process.nodes[id] for id in definition.starts]


def _starts_by_name(cast: Cast, kind: EventKind) -> dict[str, dict[str, str]]:
    """The start event of every process by the name of the message or signal that starts it."""
    found: dict[str, dict[str, str]] = {}
    for process, definition in cast.definitions.items():
        for node in _starts(definition):
            if node.event is not None and node.event.kind is kind:
                found.setdefault(static_text(node.event.name or ""), {}).setdefault(process, node.id)
    return found
