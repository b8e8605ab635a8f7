"""Business rule tasks: a decision evaluated by the definition's own decision model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.api import DecisionFailed, IncidentKind, LogKind
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.meter import check_storable
from workflows.engine.specs.activity import Activity
from workflows.engine.texts import Text
from workflows.engine.token import Token
from workflows.engine.variables import visible

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec


class BusinessRuleTask(Activity):
    """The decision's value becomes the result variable."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        if node.decision is None:
            raise DefinitionRefused(node.id, "a business rule task needs a decision or a job type")
        self.decision = Text(node.decision.decision, node.id)
        self.result_variable = node.decision.result_variable

    def execute(self, token: Token) -> bool:
        instance = token.instance
        decision = instance.evaluator.value(self.decision, token)
        if not isinstance(decision, str):
            raise StepFailed(IncidentKind.DECISION, f"decision {self.decision.raw!r} names nothing")
        context = visible(token)
        try:
            decided = instance.ports.decide(decision, context)
            check_storable({decision: decided.value})
        except (DecisionFailed, ValueError) as error:
            raise StepFailed(IncidentKind.DECISION, f"decision {decision}: {error}") from error
        data = {"decision": decision, "value": decided.value, "trace": dict(decided.trace)}
        instance.changes.log(LogKind.DECIDED, self.bpmn_id, token.key, data)
        if self.result_variable:
            token.results = {self.result_variable: decided.value}
        elif isinstance(decided.value, dict):
            token.results = decided.value
        return True
