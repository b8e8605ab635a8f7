"""Event-based gateway: waits for several events at once, the first one to happen decides the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Closing, LogKind, StepKind
from workflows.engine.opening import open_step
from workflows.engine.specs.base import FlowNode, Way
from workflows.engine.token import Phase, Token


class EventBasedGateway(FlowNode):
    """The events wait as tokens hanging on the gateway's."""

    def execute(self, token: Token) -> bool:
        planned = [(way.target, way.target.plan(token)) for way in self.ways]
        scope = token.workflow
        for target, plan in planned:
            if plan is not None:
                target.show(scope.listen(target, token), plan)
        open_step(token, StepKind.CATCH)
        token.phase = Phase.WAIT
        return False

    def decide(self, token: Token, event: Token, variables: Mapping[str, Any]) -> None:
        """``event`` happened first: all others are off, its node is passed with what it brought."""
        instance, scope, target = token.instance, token.workflow, event.task_spec
        way = next(way for way in self.ways if way.target is target)
        passed = scope.enter(target, f=True)
        passed.results = variables
        instance.close_step(token, Closing.COMPLETED)
        for child in token.kids():
            child.cancel()
        self.log_completed(token)
        instance.changes.log(LogKind.FLOW, way.flow, token.key)
        token._set_state(TaskState.COMPLETED)
        instance.forget(token)

    def choose(self, token: Token) -> tuple[Way, ...]:
        return ()
