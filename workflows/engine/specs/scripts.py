"""Script tasks: a FEEL expression whose value becomes a variable, or whose entries become variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.api import IncidentKind
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.specs.activity import Activity
from workflows.engine.texts import Text
from workflows.engine.token import Token

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec


class ScriptTask(Activity):
    """Without a result variable the expression must give a context."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        if node.script is None:
            raise DefinitionRefused(node.id, "a script task needs a FEEL script or a job type")
        raw = node.script.expression
        self.script = Text(raw if raw.lstrip().startswith("=") else "=" + raw, node.id)
        self.result_variable = node.script.result_variable

    def execute(self, token: Token) -> bool:
        value = token.instance.evaluator.value(self.script, token)
        if self.result_variable:
            token.results = {self.result_variable: value}
        elif isinstance(value, dict):
            token.results = value
        else:
            message = "a script without result variable must give a context"
            raise StepFailed(IncidentKind.EXPRESSION, message)
        return True
