"""Going back to an earlier step: undoing what followed it, or putting a step aside until the earlier one was redone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine import signing
from workflows.engine.api import Closing, Detour, GoBack, ModificationRefused, Obstacle, StepKind
from workflows.engine.failures import StepFailed
from workflows.engine.meter import TOKEN_COST
from workflows.engine.scopes import Scope
from workflows.engine.specs.parallel import JoiningGateway
from workflows.engine.specs.sub_process import SubProcess
from workflows.engine.specs.tasks import ManualTask, UserTask
from workflows.engine.token import Phase
from workflows.engine.variables import log_written

if TYPE_CHECKING:
    from workflows.engine.instance import Instance
    from workflows.engine.scopes import RunningScope
    from workflows.engine.specs.base import FlowNode
    from workflows.engine.token import Token


def go_back(instance: Instance, stimulus: GoBack) -> None:
    """End what is undone, open ended sub-processes around the step anew, let tokens wait at joins, start the step.

    Nothing is compensated and no variable is written but the restored local ones. Raises ModificationRefused; then the
    instance must not be used any more.
    """
    spec = _node(instance, stimulus.to)
    for key in stimulus.end:
        _token(instance, key).cancel()
    try:
        scopes = _reopened(instance, stimulus)
        local = stimulus.local.get(stimulus.of)
        for old, join, arrivals in stimulus.arrivals:
            _let_wait(instance, scopes.get(old) or _scope(instance, old), join, [flow for flow, _source in arrivals])
        innermost = scopes[stimulus.reopen[-1][0]] if stimulus.reopen else _scope(instance, stimulus.scope)
        token = innermost.enter(spec, v=dict(local)) if local else innermost.enter(spec)
    except (StepFailed, ValueError) as failure:
        raise ModificationRefused(Obstacle.FAILED, stimulus.to, str(failure)) from failure
    if local:
        log_written(token, token, local)


def begin_detour(instance: Instance, step: Token, stimulus: Detour) -> None:
    """Close the open step and show the earlier one in its stead, hanging on it. Raises ModificationRefused."""
    spec = _node(instance, stimulus.to)
    if not isinstance(step.task_spec, UserTask) or step.phase != Phase.WAIT or step.incident or signing.is_signed(step):
        raise ModificationRefused(Obstacle.NOT_OPEN, step.element)
    if not isinstance(spec, ManualTask) or spec.repeated is not None:
        raise ModificationRefused(Obstacle.NO_ITEM, stimulus.to, stimulus.to)
    instance.changes.close_step(step.key, step.element, Closing.CANCELLED, StepKind.USER_TASK)
    del step.internal_data["k"]
    instance.meter.add(TOKEN_COST)
    detour = step._add_child(spec)
    detour.internal_data["o"] = 1
    spec._update(detour)


def _node(instance: Instance, element: str) -> FlowNode:
    spec = instance.definition.nodes.get(element)
    if spec is None:
        raise ModificationRefused(Obstacle.UNKNOWN_ELEMENT, element)
    return spec


def _token(instance: Instance, key: str) -> Token:
    token = instance.token_of(key)
    if token is None or not token.is_live:
        raise ModificationRefused(Obstacle.NOT_OPEN, key)
    return token


def _scope(instance: Instance, key: str) -> RunningScope:
    if not key:
        return instance
    token = _token(instance, key)
    scope: Any = instance.subprocesses.get(token.id)
    if scope is None:
        raise ModificationRefused(Obstacle.NO_ANCESTOR, token.element, key)
    return scope  # type: ignore[no-any-return]


def _reopened(instance: Instance, stimulus: GoBack) -> dict[str, RunningScope]:
    """The new runs of ended sub-processes, by the key of the old one; nothing has begun in them yet."""
    scopes: dict[str, RunningScope] = {}
    outer = _scope(instance, stimulus.scope)
    for old, element in stimulus.reopen:
        spec = _node(instance, element)
        if not isinstance(spec, SubProcess):
            raise ModificationRefused(Obstacle.NO_ITEM, stimulus.to, element)
        token = outer.task_tree._add_child(spec, TaskState.STARTED)
        outer.live += 1
        instance.meter.add(TOKEN_COST)
        spec.enter(token)
        token.phase = Phase.WAIT
        outer = scopes[old] = Scope(spec.inner, token)
        local = stimulus.local.get(old)
        if local:
            outer.data.update(local)
            log_written(token, token, local)
    return scopes


def _let_wait(instance: Instance, scope: RunningScope, join: str, flows: list[str]) -> None:
    """Exactly these tokens wait at a join."""
    spec = _node(instance, join)
    if not isinstance(spec, JoiningGateway):
        raise ModificationRefused(Obstacle.FAILED, join)
    waiting = scope.joins.get(spec.name)
    if waiting is not None:
        instance.inclusive.pop(waiting, None)
        instance.tasks[waiting].cancel()
    for flow in flows:
        scope.enter(spec, q=flow)
