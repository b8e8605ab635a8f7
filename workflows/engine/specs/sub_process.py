"""Embedded sub-processes: a scope of their own inside the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.compensating import ensure_room, remember_scope
from workflows.engine.scopes import Scope
from workflows.engine.specs.activity import Activity
from workflows.engine.token import Phase

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.token import Token


class SubProcess(Activity):
    """``inner`` is the scope as drawn."""

    is_event_sub_process = False
    inner: ScopeSpec

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        self.transaction = False

    def execute(self, token: Token) -> bool:
        if token.workflow.memory.is_full and self.handler is None and self.holds_undoable():
            ensure_room(token)
        Scope(self.inner, token)
        token.phase = Phase.WAIT
        self.start_nodes(token)
        self.scope_of(token).settle()
        return False

    def holds_undoable(self) -> bool:
        """Whether something in it can be undone once it is completed."""
        nodes = self.inner.task_specs.values()
        return any(isinstance(node, Activity) and node.handler is not None for node in nodes) or any(
            isinstance(node, SubProcess) and node.holds_undoable() for node in nodes
        )

    def start_nodes(self, token: Token) -> None:
        """Send a token to where the scope starts."""
        scope = self.scope_of(token)
        for start in self.inner.starts:
            scope.enter(start)

    def scope_of(self, token: Token) -> Scope:
        scope: Scope = token.instance.subprocesses[token.id]
        return scope

    def scope_ended(self, token: Token, scope: Scope) -> None:
        remember_scope(token, self, scope)
        super().scope_ended(token, scope)
