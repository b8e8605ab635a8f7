"""Boundary events: they end the activity they sit on, or start something beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.engine.api import Closing
from workflows.engine.failures import DefinitionRefused
from workflows.engine.specs.base import FlowNode
from workflows.engine.specs.waiting import Plan, Waiting

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.token import Token


class BoundaryEvent(FlowNode):
    """Message, timer and signal events wait as a token hanging on the activity; the others are found when thrown."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        if node.event is None:
            raise DefinitionRefused(node.id, "a boundary event needs an event definition")
        self.event = node.event
        self.interrupting = node.interrupting
        self.waiting = Waiting(node.event, node.id)
        self.listens = self.waiting.listens

    def plan(self, activity: Token) -> Plan | None:
        return self.waiting.plan(activity)

    def show(self, listener: Token, planned: Plan) -> None:
        self.waiting.show(listener, planned, self.bpmn_id)

    def replan(self, listener: Token, *, redrawn: bool = False) -> None:
        """Plan the waiting timer again, as the activity sees it."""
        holder = listener.holder
        assert holder is not None
        self.waiting.replan(listener, holder, self.bpmn_id, redrawn=redrawn)

    def occur(self, listener: Token, variables: Mapping[str, Any]) -> None:
        """What the listener waited for happened."""
        activity = listener.holder
        assert activity is not None
        if not self.interrupting and listener.internal_data["w"] == "t":
            again = self.waiting.again(listener)
            listener.instance.close_step(listener, Closing.COMPLETED)
            listener.cancel()
            if again is not None:
                self.show(activity.workflow.listen(self, activity), again)
        self.trigger(activity, variables)

    def trigger(self, activity: Token, variables: Mapping[str, Any]) -> None:
        """Send a token out of the event; the activity ends if the event interrupts it."""
        scope = activity.workflow
        scope.enter(self, r=dict(variables)) if variables else scope.enter(self)
        if self.interrupting:
            activity.cancel()
