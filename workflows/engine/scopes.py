"""A scope that tokens run in: the process itself or one run of a sub-process; it ends when its last token does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.engine.memory import Memory, Record
from workflows.engine.meter import TOKEN_COST
from workflows.engine.token import Token

if TYPE_CHECKING:
    from workflows.engine.instance import Instance
    from workflows.engine.specs.base import FlowNode
    from workflows.engine.specs.process import ScopeSpec


class RunningScope:
    """What the process and a sub-process have in common.

    live: tokens in the flow · listeners: waiting event sub-process starts · joins: waiting token by gateway ·
    memory: completed activities that can be compensated · begun: listeners are open ·
    interrupted: an interrupting event sub-process took over.
    """

    spec: ScopeSpec
    tasks: dict[int, Token]
    data: dict[str, Any]
    top_workflow: Instance
    owner: Token | None
    completed: bool
    task_tree: Token

    def begin_state(self) -> None:
        """A scope nobody has entered yet."""
        self.live = 0
        self.begun = False
        self.interrupted = False
        self.listeners: dict[int, None] = {}
        self.joins: dict[str, int] = {}
        self.memory = Memory()

    @property
    def records(self) -> list[Record]:
        """Completed activities that can be compensated, in order of completion."""
        return self.memory.records()

    @records.setter
    def records(self, records: list[Record]) -> None:
        self.memory = Memory.of(records)

    def plant_root(self, id: int) -> None:
        """The token all others of the scope hang on; it is never stored."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED, id=id)
        if self.owner is not None:
            self.task_tree.chunk = self.owner.chunk

    def enter(self, spec: FlowNode, **remembered: Any) -> Token:
        """Send a new token to a node of this scope; ``remembered`` goes into what the token remembers."""
        self.top_workflow.meter.add(TOKEN_COST)
        token = self.task_tree._add_child(spec)
        self.live += 1
        if remembered:
            token.internal_data.update(remembered)
        spec._update(token)
        return token

    def listen(self, spec: FlowNode, holder: Token | None = None) -> Token:
        """A waiting token for an event: hanging on ``holder``, or on the scope (start of an event sub-process)."""
        self.top_workflow.meter.add(TOKEN_COST)
        token: Token = (holder or self.task_tree)._add_child(spec, TaskState.WAITING)
        if holder is None:
            self.listeners[token.id] = None
        return token

    def flow_tokens(self) -> list[Token]:
        """Everything that hangs on the scope itself: tokens in the flow and listeners."""
        return self.top_workflow.children_of(self.task_tree)

    def clear(self, *, keep: Token | None = None) -> None:
        """Take all tokens and listeners away but ``keep``."""
        for token in self.flow_tokens():
            if token is not keep:
                token.cancel()

    def stop_listening(self) -> None:
        """No event sub-process of this scope can start any more."""
        for id in list(self.listeners):
            self.tasks[id].cancel()

    def _task_completed_notify(self, token: Token) -> None:
        """Spiff's word that a token is through: fold it away, and the scope with its last token."""
        holder = token.holder
        self.top_workflow.forget(token)
        if token.is_detour and holder is not None:
            holder.task_spec.come_back(holder)
            return
        repeated = token.task_spec.repeated
        if repeated is not None and holder is not None:
            repeated.item_gone(holder)
        else:
            self.settle()

    def settle(self) -> None:
        """End the scope when no token is left in it."""
        if self.live == 0 and not self.completed:
            self.stop_listening()
            self.completed = True
            self.ended()

    def ended(self) -> None:
        """What happens when the scope is through."""
        raise NotImplementedError


class Scope(RunningScope, BpmnSubWorkflow):  # type: ignore[misc]
    """One run of a sub-process. Its variables are the local variables of the token that owns it."""

    def __init__(self, spec: ScopeSpec, owner: Token) -> None:
        self.owner = owner
        instance = owner.instance
        super().__init__(spec, owner.id, instance, deserializing=True)
        self.tasks = instance.tasks
        self.data = owner.make_local()
        self.begin_state()
        self.plant_root(-owner.id)
        instance.subprocesses[owner.id] = self

    def _calculate_depth(self) -> int:
        owner = self.owner
        return 0 if owner is None else owner.workflow.depth + 1

    def ended(self) -> None:
        owner = self.owner
        if owner is not None and owner.is_live:
            self.top_workflow.subprocesses.pop(owner.id, None)
            self.tasks.pop(-owner.id, None)
            owner.task_spec.scope_ended(owner, self)

    def abandon(self) -> None:
        """End the scope with everything in it because its owner is taken away."""
        self.completed = True
        self.clear()
        instance = self.top_workflow
        instance.subprocesses.pop(self.parent_task_id, None)
        self.tasks.pop(-self.parent_task_id, None)
