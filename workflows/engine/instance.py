"""A running instance: Spiff's workflow driven by a queue instead of tree scans, forgetting what is finished."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Closing, ErrorThrown, Finished, LogKind, Outcome, Ports, StepKind
from workflows.engine.changes import Changes
from workflows.engine.chunks import ColdStore
from workflows.engine.codec import plant
from workflows.engine.failures import StepFailed
from workflows.engine.meter import Meter
from workflows.engine.opening import incident_step
from workflows.engine.scopes import RunningScope
from workflows.engine.token import Phase, Token

if TYPE_CHECKING:
    from workflows.engine.definition import Definition
    from workflows.engine.evaluation import Evaluator


class Instance(RunningScope, BpmnWorkflow):  # type: ignore[misc]
    """The process scope and everything the scopes below share: queue, counters, recorder, ports, budget.

    loops: activations so far by element · ends: end events reached with their counts · called: by a call activity ·
    inclusive: waiting inclusive joins · held: the token whose budget incident stopped all others ·
    outcome: set when the instance has ended.
    """

    owner = None

    def __init__(
        self, definition: Definition, evaluator: Evaluator, ports: Ports, meter: Meter, changes: Changes
    ) -> None:
        super().__init__(definition.root, definition.scopes, script_engine=evaluator, deserializing=True)
        self.definition = definition
        self.evaluator = evaluator
        self.ports = ports
        self.meter = meter
        self.changes = changes
        self.cold = ColdStore()
        self.queue: deque[Token] = deque()
        self.next_id = 1
        self.loops: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self.called = False
        self.held: int | None = None
        self.inclusive: dict[int, None] = {}
        self.outcome: Outcome | None = None
        self.begin_state()
        self.plant_root(0)

    def renew(self, evaluator: Evaluator, ports: Ports, meter: Meter, changes: Changes) -> None:
        """Get ready for a stimulus without being read anew."""
        self.script_engine = self.evaluator = evaluator
        self.ports, self.meter, self.changes = ports, meter, changes
        if self.held is not None:  # what a spent budget stopped waits until that is dealt with
            self.queue.clear()

    # --- ids and tokens -------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        """The next token id of this instance."""
        id = self.next_id
        self.next_id = id + 1
        return id

    def next_loop(self, element: str) -> int:
        """The number of this activation of ``element``, from 1."""
        loop = self.loops[element] = self.loops.get(element, 0) + 1
        return loop

    def children_of(self, token: Token) -> list[Token]:
        """The tokens hanging on ``token``."""
        if self.cold.chunks and "m" in token.internal_data:
            self.load_all()
        tasks = self.tasks
        return [tasks[id] for id in list(token._children) if id in tasks]

    def load_all(self) -> None:
        """Bring every token back that is kept aside."""
        for number in list(self.cold.chunks):
            self._plant(*self.cold.take(number))

    def _plant(self, number: int, rows: list[list[Any]]) -> None:
        for row in rows:
            plant(self, row, number)

    def all_tokens(self) -> list[Token]:
        """Every token of the instance, in order of their ids."""
        self.load_all()
        return sorted((token for token in self.tasks.values() if token.id > 0), key=lambda token: token.id)

    def forget(self, token: Token) -> None:
        """Fold a finished token away: nothing refers to it any more."""
        if self.tasks.pop(token.id, None) is None:
            return
        parent = None if token._parent is None else self.tasks.get(token._parent)
        if parent is not None:
            parent._children.pop(token.id, None)
        scope = token.workflow
        if token._parent is not None and token._parent <= 0:
            if scope.listeners.pop(token.id, 0) == 0:
                scope.live -= 1
            if scope.joins.get(token.task_spec.name) == token.id:
                del scope.joins[token.task_spec.name]

    def token_of(self, key: str) -> Token | None:
        """The token with this key, if it is still there."""
        if not (key.isascii() and key.isdecimal()) or len(key) > 18 or int(key) == 0:
            return None
        return self.find(int(key))

    def find(self, id: int) -> Token | None:
        """The token with this id, brought back if it is kept aside."""
        if id not in self.tasks:
            for number, rows in self.cold.take_with(id):
                self._plant(number, rows)
        return self.tasks.get(id)

    # --- running --------------------------------------------------------------------------------------------------

    def resume(self, token: Token, phase: Phase | None = None) -> None:
        """Let a waiting token run again, from ``phase`` on if one is given."""
        if phase is not None:
            token.phase = phase
        token._set_state(TaskState.READY)
        self.queue.append(token)

    def do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> None:
        """Run tokens in the order they became ready until all wait; spent budget opens an incident and stops."""
        queue = self.queue
        while True:
            while queue:
                token = queue.popleft()
                if token._state != TaskState.READY:
                    continue
                try:
                    self.meter.step()
                except StepFailed as spent:
                    token._set_state(TaskState.STARTED)
                    self.open_incident(token, spent)
                    self.held = token.id
                    return
                token.run()
            if self.completed or not self._fire_inclusive_joins():
                return

    def _fire_inclusive_joins(self) -> bool:
        """When nothing else moves, the joins that nothing upstream can reach any more go on."""
        fired = False
        for id in list(self.inclusive):
            token = self.find(id)
            if token is None:
                del self.inclusive[id]
            elif token.task_spec.may_fire(token):
                token.task_spec.fire(token)
                fired = True
        return fired

    def broadcast(self, signal: str, variables: Mapping[str, Any]) -> None:
        """Everything in this instance that listens for the signal now hears it."""
        hearing = [token for token in self.all_tokens() if token.internal_data.get("g") == signal]
        for token in hearing:
            if token.is_live and token.internal_data.get("w") == "s":
                token.task_spec.occur(token, variables)

    # --- incidents ------------------------------------------------------------------------------------------------

    def open_incident(self, token: Token, failure: StepFailed) -> None:
        """The token stays where it is, visibly."""
        token.internal_data["i"] = [failure.kind.value, failure.message, failure.detail]
        if token.internal_data.get("k") is None:
            token.internal_data["k"] = StepKind.INCIDENT.value
            self.changes.open_step(incident_step(token))
        self.changes.open_incident(token.key, token.element, failure.kind, failure.message, failure.detail)

    def close_incident(self, token: Token) -> None:
        """The incident is dealt with; a step that was nothing but its incident closes with it."""
        if token.internal_data.pop("i", None) is None:
            return
        self.changes.close_incident(token.key)
        if token.internal_data.get("k") == StepKind.INCIDENT.value:
            self.close_step(token, Closing.COMPLETED)
        if self.held == token.id:
            self.held = None

    def close_step(self, token: Token, how: Closing) -> None:
        """Take whatever the token shows outside (step, timer, subscription, incident) off the lists."""
        data = token.internal_data
        if not data:
            return
        key = token.key
        kind = data.pop("k", None)
        if kind is not None:
            self.changes.close_step(key, token.element, how, StepKind(kind))
        if data.pop("i", None) is not None:
            self.changes.close_incident(key)
        waits = data.pop("w", None)
        if waits == "t":
            self.changes.close_timer(key)
        elif waits is not None:
            self.changes.close_subscription(key)

    # --- ending ---------------------------------------------------------------------------------------------------

    def reached_end(self, token: Token) -> None:
        """An end event was reached."""
        self.ends[token.element] = self.ends.get(token.element, 0) + 1
        self.changes.log(LogKind.ENDED, token.element, token.key)

    def ended(self) -> None:
        self.finish(self.outcome or Outcome.COMPLETED)

    def finish(self, outcome: Outcome) -> None:
        """Close the book: the instance takes no stimulus any more."""
        self.completed = True
        self.outcome = outcome
        ends = tuple(element for element, count in self.ends.items() for _ in range(count))
        self.changes.finished = Finished(outcome, ends, dict(self.data))

    def throw_to_caller(
        self, token: Token, code: str, message: str, variables: Mapping[str, Any], escalation: bool
    ) -> None:
        """Nobody in here caught it: the calling process is asked."""
        if self.called:
            self.changes.thrown.append(ErrorThrown(code, message, variables, escalation, token.key))
