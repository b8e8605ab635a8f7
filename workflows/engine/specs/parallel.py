"""Parallel gateway: waits for one token from every incoming flow, then takes every outgoing flow."""

from __future__ import annotations

from collections.abc import Iterable

from SpiffWorkflow.util.task import TaskState

from workflows.engine.specs.base import FlowNode, Way
from workflows.engine.token import Token


class JoiningGateway(FlowNode):
    """One waiting token per scope keeps count of the arrivals by flow."""

    numbered = False
    joins = True

    def arrive(self, token: Token, flow: str) -> Token:
        """Let ``token`` be, or join, the waiting token, and count its arrival over ``flow``."""
        scope = token.workflow
        waiting_id = scope.joins.get(self.name)
        if waiting_id is None:
            waiting = token
            scope.joins[self.name] = token.id
            token._set_state(TaskState.WAITING)
        else:
            waiting = scope.tasks[waiting_id]
        arrived = waiting.internal_data.setdefault("a", {})
        arrived[flow] = arrived.get(flow, 0) + 1
        if waiting is not token:
            token._set_state(TaskState.CANCELLED)
            token.instance.forget(token)
        return waiting

    def go(self, waiting: Token, flows: Iterable[str]) -> None:
        """Consume one token of each flow in ``flows`` and send one on; what is left over keeps waiting."""
        scope = waiting.workflow
        arrived = waiting.internal_data["a"]
        for flow in flows:
            arrived[flow] -= 1
        left = {flow: count for flow, count in arrived.items() if count}
        del scope.joins[self.name]
        waiting.internal_data.clear()
        waiting.instance.resume(waiting)
        if left:
            rest = scope.task_tree._add_child(self, TaskState.WAITING)
            scope.live += 1
            scope.joins[self.name] = rest.id
            rest.internal_data["a"] = left


class ParallelGateway(JoiningGateway):
    def lead(self, flows: object) -> None:
        super().lead(flows)  # type: ignore[arg-type]
        self.always = self.ways

    def choose(self, token: Token) -> tuple[Way, ...]:
        return self.ways

    def _update_hook(self, token: Token) -> bool:
        incoming = self.node.incoming
        if len(incoming) < 2:
            return True
        waiting = self.arrive(token, token.internal_data.pop("q"))
        while len(waiting.internal_data.get("a", ())) == len(incoming):
            self.go(waiting, incoming)
            rest = token.workflow.joins.get(self.name)
            if rest is None:
                break
            waiting = token.workflow.tasks[rest]
        return False
