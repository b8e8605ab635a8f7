"""Inclusive gateway: takes every flow whose condition holds; joins when nothing upstream can still arrive."""

from __future__ import annotations

from workflows.engine.reach import Reach
from workflows.engine.specs.base import FlowNode, Way
from workflows.engine.specs.parallel import JoiningGateway
from workflows.engine.token import Token


class InclusiveGateway(JoiningGateway):
    """``reach`` knows the ways that lead here."""

    reach: Reach | None = None

    def _update_hook(self, token: Token) -> bool:
        if len(self.node.incoming) < 2:
            return True
        waiting = self.arrive(token, token.internal_data.pop("q"))
        token.instance.inclusive[waiting.id] = None
        return False

    def may_fire(self, waiting: Token) -> bool:
        """BPMN's rule: every other token that can reach an empty incoming flow can also reach one that has a token."""
        arrived = waiting.internal_data["a"]
        assert self.reach is not None
        upstream = self.reach.upstream
        has = [upstream(self.bpmn_id, flow) for flow in self.node.incoming if flow in arrived]
        lacks = [upstream(self.bpmn_id, flow) for flow in self.node.incoming if flow not in arrived]
        if not lacks:
            return True
        for token in waiting.workflow.flow_tokens():
            name = token.task_spec.bpmn_id
            if token is waiting or token.id in waiting.workflow.listeners or name == self.bpmn_id:
                continue
            if any(name in nodes for nodes in lacks) and not any(name in nodes for nodes in has):
                return False
        return True

    def fire(self, waiting: Token) -> None:
        """Consume one token of every incoming flow that has one and go on."""
        instance = waiting.instance
        instance.inclusive.pop(waiting.id, None)
        scope = waiting.workflow
        self.go(waiting, list(waiting.internal_data["a"]))
        rest = scope.joins.get(self.name)
        if rest is not None:
            instance.inclusive[rest] = None

    def choose(self, token: Token) -> tuple[Way, ...]:
        return FlowNode.choose(self, token)
