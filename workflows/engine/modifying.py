"""Moving tokens by hand, by Camunda 8's rules: start before or after an element, end what is open; all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Entry, LogKind, ModificationRefused, Modify, Obstacle, Outcome
from workflows.engine.failures import StepFailed
from workflows.engine.meter import TOKEN_COST, check_storable
from workflows.engine.placing import scope_for
from workflows.engine.scopes import RunningScope
from workflows.engine.specs.boundary import BoundaryEvent
from workflows.engine.specs.event_based import EventBasedGateway
from workflows.engine.specs.event_sub_process import EventSubProcess
from workflows.engine.specs.start import StartEvent
from workflows.engine.specs.sub_process import SubProcess

if TYPE_CHECKING:
    from workflows.engine.definition import Definition
    from workflows.engine.instance import Instance
    from workflows.engine.specs.base import FlowNode
    from workflows.engine.token import Token


def modify(instance: Instance, stimulus: Modify) -> None:
    """Write the variables, start what is to start, then end what is to end; the tokens started run afterwards.

    Scopes this leaves empty end as well, at last the instance. Raises ModificationRefused; then the instance must not
    be used any more.
    """
    if not stimulus.start and not stimulus.end:
        raise ModificationRefused(Obstacle.NOTHING, instance.definition.process.id)
    ended = _to_end(instance, stimulus.end)
    write_root(instance, stimulus.variables)
    start_at(instance, stimulus.start, ended)
    _end(instance, ended, stimulus.reason)


def write_root(instance: Instance, variables: Mapping[str, Any]) -> None:
    """Write variables into the process scope."""
    if variables:
        instance.data.update(variables)
        data = {"scope": "", "values": dict(variables)}
        instance.changes.log(LogKind.VARIABLES, instance.definition.process.id, None, data)


def start_at(instance: Instance, entries: Iterable[Entry], ended: Iterable[Token] = ()) -> None:
    """Start a token at each entry; scopes within ``ended`` tokens count as gone. Raises ModificationRefused."""
    leaving = list(ended)
    for entry in entries:
        try:
            check_storable(entry.variables)
            _start(instance, entry, leaving)
        except (StepFailed, ValueError) as failure:
            raise ModificationRefused(Obstacle.FAILED, entry.element, str(failure)) from failure


# --- starting -------------------------------------------------------------------------------------------------------


def _start(instance: Instance, entry: Entry, leaving: list[Token]) -> None:
    spec = startable(instance.definition, entry)
    scope = scope_for(instance, entry, leaving)
    if entry.after:
        _start_after(scope, spec, entry)
    elif spec.joins:
        _pass_join(scope, spec, entry.variables)
    else:
        scope.enter(spec, **_own(entry.variables))


def startable(definition: Definition, entry: Entry) -> FlowNode:
    """The node of an entry, if a token may be started there. Raises ModificationRefused."""
    spec = definition.nodes.get(entry.element)
    if spec is None or spec.name != spec.bpmn_id:
        raise ModificationRefused(Obstacle.UNKNOWN_ELEMENT, entry.element)
    if spec.node.for_compensation:
        raise ModificationRefused(Obstacle.COMPENSATION, entry.element)
    if isinstance(spec, EventSubProcess):
        raise ModificationRefused(Obstacle.EVENT_SUB_PROCESS, entry.element)
    if entry.after:
        if not spec.ways or isinstance(spec, EventBasedGateway):
            raise ModificationRefused(Obstacle.NOTHING_FOLLOWS, entry.element)
        return spec
    if isinstance(spec, BoundaryEvent):
        raise ModificationRefused(Obstacle.BOUNDARY_EVENT, entry.element)
    if isinstance(spec, StartEvent):
        raise ModificationRefused(Obstacle.START_EVENT, entry.element)
    if any(isinstance(source, EventBasedGateway) for source in spec.inputs):
        raise ModificationRefused(Obstacle.AFTER_GATEWAY, entry.element)
    return spec


def _start_after(scope: RunningScope, spec: FlowNode, entry: Entry) -> None:
    """Send tokens along the flows the element's completion would take, without saying that it was completed."""
    instance = scope.top_workflow
    if entry.variables:
        scope.data.update(entry.variables)
        owner = "" if scope.owner is None else scope.owner.key
        instance.changes.log(LogKind.VARIABLES, spec.bpmn_id, None, {"scope": owner, "values": dict(entry.variables)})
    chooser = scope.task_tree._add_child(spec, TaskState.STARTED)
    scope.live += 1
    for way in spec.choose(chooser):
        if way.flow:
            instance.changes.log(LogKind.FLOW, way.flow, chooser.key)
        scope.enter(way.target, q=way.flow) if way.target.joins else scope.enter(way.target)
    instance.forget(chooser)


def _pass_join(scope: RunningScope, spec: FlowNode, variables: Mapping[str, Any]) -> None:
    """A gateway started by hand waits for nobody."""
    token = scope.task_tree._add_child(spec)
    scope.live += 1
    token.internal_data.update(_own(variables))
    scope.top_workflow.meter.add(TOKEN_COST)
    scope.top_workflow.resume(token)


def _own(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"v": dict(variables)} if variables else {}


# --- ending ---------------------------------------------------------------------------------------------------------


def _to_end(instance: Instance, named: Iterable[str]) -> list[Token]:
    """The tokens that are to end, by key or all at an element. Raises ModificationRefused."""
    found: dict[int, Token] = {}
    for name in named:
        tokens = _tokens_at(instance, name)
        if not tokens:
            raise ModificationRefused(Obstacle.NOT_OPEN, name)
        for token in tokens:
            if not _is_flow(token):
                raise ModificationRefused(Obstacle.LISTENER, token.element)
            found[token.id] = token
    return list(found.values())


def _tokens_at(instance: Instance, name: str) -> list[Token]:
    token = instance.token_of(name)
    if token is not None:
        return [token] if token.is_live else []
    here = [token for token in instance.all_tokens() if token.element == name and token.is_live]
    flowing = [token for token in here if _is_flow(token)]
    return [token for token in flowing if token.holder is None] or flowing or here


def _is_flow(token: Token) -> bool:
    """Whether it is a step of the flow or an item of a repeated one, not something that only listens beside them."""
    holder = token.holder
    if holder is not None:
        return token.task_spec.repeated is not None
    return token.id not in token.workflow.listeners


def _end(instance: Instance, tokens: list[Token], reason: str) -> None:
    emptied: list[RunningScope] = []
    for token in tokens:
        if token.is_live:
            emptied.append(token.workflow)
            _take_away(token)
    for scope in emptied:
        close_empty(instance, scope, reason)


def _take_away(token: Token) -> None:
    holder = token.holder
    if holder is None:
        token.cancel()
    else:
        holder.task_spec.item_ended(holder, token)


def close_empty(instance: Instance, scope: RunningScope, reason: str) -> None:
    """A scope in which nothing is left ends with its activity, and so on outwards."""
    while scope.live == 0 and not scope.completed:
        owner = scope.owner
        if owner is None:
            instance.queue.clear()
            scope.stop_listening()
            instance.changes.log(LogKind.CANCELLED, instance.definition.process.id, None, {"reason": reason})
            instance.finish(Outcome.CANCELLED)
            return
        if not owner.is_live:
            return
        if not isinstance(owner.task_spec, SubProcess):
            scope.settle()  # of a compensation handler: the throw goes on with the next one
            return
        scope = owner.workflow
        _take_away(owner)
