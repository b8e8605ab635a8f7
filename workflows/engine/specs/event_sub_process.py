"""Event sub-processes: they start when their event happens while their scope runs, taking it over or beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.engine.api import Closing
from workflows.engine.specs.start import StartEvent
from workflows.engine.specs.sub_process import SubProcess
from workflows.engine.specs.waiting import Plan, Waiting

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.scopes import RunningScope
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.token import Token


class EventSubProcess(SubProcess):
    """``start`` is its start event, the one that listens."""

    is_event_sub_process = True
    start: EventStart

    def trigger(self, scope: RunningScope, variables: Mapping[str, Any]) -> None:
        """Start a run of it in ``scope``; an interrupting one takes everything else away."""
        if self.start.interrupting:
            scope.interrupted = True
            run = scope.enter(self)
            scope.clear(keep=run)
        else:
            run = scope.enter(self)
        if variables:
            run.internal_data["f"] = dict(variables)

    def start_nodes(self, token: Token) -> None:
        """The start event takes what the event brought."""
        scope = self.scope_of(token)
        brought = token.internal_data.pop("f", None)
        scope.enter(self.start, r=brought) if brought else scope.enter(self.start)


class EventStart(StartEvent):
    """The start event of an event sub-process: a listener in the outer scope, then the first node of the inner one."""

    def __init__(self, scope: ScopeSpec, node: Node, sub_process: EventSubProcess) -> None:
        super().__init__(scope, node)
        assert node.event is not None
        self.event = node.event
        self.interrupting = node.interrupting
        self.waiting = Waiting(node.event, node.id)
        self.listens = self.waiting.listens
        self.sub_process = sub_process

    def plan(self, token: Token) -> Plan | None:
        return self.waiting.plan(token)

    def show(self, listener: Token, planned: Plan) -> None:
        self.waiting.show(listener, planned, self.bpmn_id)

    def replan(self, listener: Token, *, redrawn: bool = False) -> None:
        """Plan the waiting timer again, as its scope sees it."""
        self.waiting.replan(listener, listener, self.bpmn_id, redrawn=redrawn)

    def occur(self, listener: Token, variables: Mapping[str, Any]) -> None:
        """What the listener waited for happened."""
        scope = listener.workflow
        if not self.interrupting and listener.internal_data["w"] == "t":
            again = self.waiting.again(listener)
            listener.instance.close_step(listener, Closing.COMPLETED)
            listener.cancel()
            if again is not None:
                self.show(scope.listen(self), again)
        self.sub_process.trigger(scope, variables)
