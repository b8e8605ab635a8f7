"""One token: Spiff's task without its clock, random id and copied data, with what our steps remember about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import StepKind

if TYPE_CHECKING:
    from workflows.engine.instance import Instance

NO_DATA: Mapping[str, Any] = MappingProxyType({})


class Phase(IntEnum):
    """How far a token is at its node; a failed phase is what a retry repeats."""

    ENTER = 0
    RUN = 1
    WAIT = 2
    LEAVE = 3
    FLOWS = 4


class Token(Task):  # type: ignore[misc]
    """A token at a node of one scope. Ids are whole numbers given out in order, so ``str(id)`` is the step's key.

    ``internal_data`` is all that is stored besides id, parent, node and state (see ``codec``):
    p phase · v local variables · z variables frozen at completion (compensation) · r results on their way ·
    i incident [kind, message, detail] · k kind of the open step · w what it waits for (t timer, m message, s signal) ·
    d due · b base of a duration · n repetitions left · c interval of a cycle · l its zone · g signal name ·
    x multi-instance index · m multi-instance counters · a arrivals at a join ·
    u compensation still to do · f finished part of a throw ·
    y somebody was asked to sign · s the signer [where, person, 1 where advisory] ·
    o a detour: leads back to the step it hangs on.
    """

    data = NO_DATA
    last_state_change = 0.0
    thread_id = 0

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        state: int = TaskState.FUTURE,
        id: int | None = None,
    ) -> None:
        self.id = workflow.top_workflow.new_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.internal_data: dict[str, Any] = {}
        self.loop = 0
        self.taken: tuple[Any, ...] = ()
        self._state = state
        self._children: dict[int, None] = {}
        self._parent: int | None = None
        self.chunk = 0
        if parent is not None:
            self._parent = parent.id
            self.chunk = parent.chunk
            parent._children[self.id] = None
        workflow.tasks[self.id] = self

    # --- where it is ----------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The key of the step, timer or subscription this token stands for."""
        return str(self.id)

    @property
    def instance(self) -> Instance:
        top: Instance = self.workflow.top_workflow
        return top

    @property
    def element(self) -> str:
        element: str = self.task_spec.bpmn_id
        return element

    @property
    def holder(self) -> Token | None:
        """The token this one hangs on (activity of a boundary event, multi-instance, gateway); None in the flow."""
        parent = self._parent
        if parent is None or parent <= 0:
            return None
        holder: Token = self.workflow.tasks[parent]
        return holder

    def kids(self) -> Iterator[Token]:
        """The tokens hanging on this one; safe against their removal."""
        return iter(self.instance.children_of(self))

    # --- what it remembers ----------------------------------------------------------------------------------------

    @property
    def phase(self) -> int:
        phase: int = self.internal_data.get("p", 0)
        return phase

    @phase.setter
    def phase(self, value: int) -> None:
        self.internal_data["p"] = int(value)

    @property
    def local(self) -> dict[str, Any] | None:
        return self.internal_data.get("v")

    def make_local(self) -> dict[str, Any]:
        """The local variables, begun if there are none yet."""
        local: dict[str, Any] = self.internal_data.setdefault("v", {})
        return local

    @property
    def results(self) -> dict[str, Any]:
        return self.internal_data.get("r") or {}

    @results.setter
    def results(self, values: Mapping[str, Any]) -> None:
        if values:
            self.internal_data["r"] = dict(values)
        else:
            self.internal_data.pop("r", None)

    @property
    def kind(self) -> StepKind | None:
        kind = self.internal_data.get("k")
        return None if kind is None else StepKind(kind)

    @property
    def incident(self) -> list[str] | None:
        return self.internal_data.get("i")

    @property
    def indexes(self) -> tuple[int, ...]:
        """Numbers of the enclosing multi-instance items, from 1, outermost first."""
        found: list[int] = []
        token: Token | None = self
        while token is not None:
            index = token.internal_data.get("x")
            if index is not None:
                found.append(index + 1)
            token = token.holder or token.workflow.owner
        return tuple(reversed(found))

    @property
    def is_detour(self) -> bool:
        """Whether it leads straight back to the step it hangs on."""
        return "o" in self.internal_data

    # --- Spiff's task, without time ------------------------------------------------------------------------------

    @property
    def is_live(self) -> bool:
        return bool(self._state < TaskState.COMPLETED)

    def _set_state(self, value: int) -> None:
        if self._state < TaskState.COMPLETED:
            self._state = value

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state=state)

    def _inherit_data(self) -> None:
        """Variables live in the scope tree, never in tokens."""

    def run(self) -> bool | None:
        """Let the node work; the token completes, waits or keeps an incident."""
        self._set_state(TaskState.STARTED)
        done: bool | None = self.task_spec._run(self)
        if done:
            self.complete()
        return done

    def cancel(self) -> None:
        """Take the token away with everything hanging on it: listeners, items, its scope."""
        if not self.is_live:
            return
        self._set_state(TaskState.CANCELLED)
        for child in self.kids():
            child.cancel()
        self.task_spec._on_cancel(self)
        self.instance.forget(self)

    def __repr__(self) -> str:
        return f"<Token {self.id} at {self.task_spec.name}, {TaskState.get_name(self._state)}, phase {self.phase}>"
