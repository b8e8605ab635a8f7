"""Intermediate catch events and receive tasks: the token waits for a message, a signal or a timer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from bpmn.model import EventKind
from workflows.engine.api import StepKind
from workflows.engine.failures import DefinitionRefused
from workflows.engine.opening import open_step
from workflows.engine.specs.activity import Activity
from workflows.engine.specs.base import FlowNode
from workflows.engine.specs.waiting import Plan, Waiting
from workflows.engine.token import Phase, Token

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec


class Catching(FlowNode):
    """A node at which the flow itself waits for an event."""

    kind = StepKind.CATCH

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        if node.event is None:
            raise DefinitionRefused(node.id, "needs an event to wait for")
        self.event = node.event
        self.waiting = Waiting(node.event, node.id)

    def execute(self, token: Token) -> bool:
        if token.internal_data.get("f"):
            return True
        planned = self.waiting.plan(token)
        if planned is None:
            return True
        self.waiting.show(token, planned, self.bpmn_id)
        open_step(token, self.kind)
        token.phase = Phase.WAIT
        return False

    def plan(self, token: Token) -> Plan | None:
        return self.waiting.plan(token)

    def show(self, token: Token, planned: Plan) -> None:
        self.waiting.show(token, planned, self.bpmn_id)

    def replan(self, token: Token, *, redrawn: bool = False) -> None:
        """Plan the waiting timer again."""
        self.waiting.replan(token, token.holder or token, self.bpmn_id, redrawn=redrawn)

    def occur(self, token: Token, variables: Mapping[str, Any]) -> None:
        """What the token waited for happened; behind an event-based gateway that decides the way."""
        gateway = token.holder
        if token._state == TaskState.WAITING and gateway is not None:
            gateway.task_spec.decide(gateway, token, variables)
            return
        token.results = variables
        token.instance.resume(token, Phase.LEAVE)


class CatchEvent(Catching):
    """Intermediate catch event; a link is only where its throw events lead to."""

    def execute(self, token: Token) -> bool:
        if self.event.kind in {EventKind.LINK, EventKind.NONE}:
            return True
        return super().execute(token)


class ReceiveTask(Catching, Activity):
    """A task that is done when its message arrives."""

    kind = StepKind.RECEIVE_TASK
