"""In which scope a token started by hand belongs: the running one, the chosen one, or one opened for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Entry, ModificationRefused, Obstacle
from workflows.engine.meter import TOKEN_COST
from workflows.engine.scopes import RunningScope, Scope
from workflows.engine.specs.sub_process import SubProcess
from workflows.engine.token import Phase

if TYPE_CHECKING:
    from workflows.engine.instance import Instance
    from workflows.engine.token import Token


def scope_for(instance: Instance, entry: Entry, leaving: Sequence[Token]) -> RunningScope:
    """The scope for the element of an entry; what lies within ``leaving`` tokens does not count as running.

    Without a chosen ancestor: the one running scope, or a new one; of several the one a step leaves. With one: its
    scope, and what lies between it and the element is opened anew. Raises ModificationRefused, StepFailed.
    """
    return _Placing(instance, entry, leaving).place(instance.definition.process.nodes[entry.element].scope)


class _Placing:
    def __init__(self, instance: Instance, entry: Entry, leaving: Sequence[Token]) -> None:
        self.instance = instance
        self.entry = entry
        self.leaving = leaving
        self.ancestor = self._ancestor() if entry.ancestor else None
        self.anew = entry.ancestor is not None

    def place(self, around: str | None) -> RunningScope:
        """The running scope of a sub-process (None: of the process), opened where there is none."""
        if around is None:
            return self.instance
        running = [scope for scope in self._running(around) if not self._is_leaving(scope.owner)]
        if self.anew:
            running = [scope for scope in running if self._is_chosen(scope)]
        elif len(running) > 1:
            running = self._left(running)
        if len(running) > 1:
            raise ModificationRefused(Obstacle.SEVERAL_SCOPES, self.entry.element, around)
        return running[0] if running else self._open(around)

    def _ancestor(self) -> Token:
        """The chosen token, if it is one of a scope around the element."""
        key = self.entry.ancestor or ""
        token = self.instance.token_of(key)
        if (
            token is None
            or not token.is_live
            or token.element not in self._around()
            or token.phase != Phase.WAIT
            or self._is_leaving(token)
        ):
            raise ModificationRefused(Obstacle.NO_ANCESTOR, self.entry.element, key)
        return token

    def _around(self) -> Iterator[str]:
        nodes = self.instance.definition.process.nodes
        scope = nodes[self.entry.element].scope
        while scope is not None:
            yield scope
            scope = nodes[scope].scope

    def _running(self, element: str) -> list[Scope]:
        """The running scopes of a sub-process, those that run a compensation handler left out."""
        self.instance.load_all()
        found = [scope for scope in self.instance.subprocesses.values() if scope.spec.name == element]
        return [scope for scope in found if scope.owner is not None and scope.owner.element == element]

    def _is_chosen(self, scope: Scope) -> bool:
        """Whether the scope is the ancestor's own; of a repeated sub-process every item's is."""
        owner = scope.owner
        return owner is not None and self.ancestor in (owner, owner.holder) and self.ancestor is not None

    def _left(self, running: list[Scope]) -> list[Scope]:
        """Where a step of exactly one of several scopes ends, what starts belongs there, too."""
        left = [scope for scope in running if any(token.workflow is scope for token in self.leaving)]
        return left if len(left) == 1 else running

    def _is_leaving(self, token: Token | None) -> bool:
        """Whether the token, or something around it, is about to end."""
        while token is not None:
            if token in self.leaving:
                return True
            token = token.holder or token.workflow.owner
        return False

    def _open(self, around: str) -> Scope:
        """A new run of a sub-process with nothing in it yet; its inputs, boundary events and variables are there."""
        instance = self.instance
        spec = instance.definition.nodes[around]
        if not isinstance(spec, SubProcess):
            raise ModificationRefused(Obstacle.NO_ITEM, self.entry.element, around)
        outer = self.place(spec.node.scope)
        token = outer.task_tree._add_child(spec, TaskState.STARTED)
        outer.live += 1
        instance.meter.add(TOKEN_COST)
        spec.enter(token)
        token.phase = Phase.WAIT
        return Scope(spec.inner, token)
