"""Call activities: another process runs as an instance of its own, of the same family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.api import IncidentKind, StepKind
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.opening import open_step
from workflows.engine.specs.activity import Activity
from workflows.engine.texts import Text
from workflows.engine.token import Phase, Token
from workflows.engine.variables import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec


class CallActivity(Activity):
    """The family driver starts the child from the open step and reports its end."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        if node.called is None:
            raise DefinitionRefused(node.id, "a call activity needs the process it calls")
        self.called = node.called
        self.process = Text(node.called.process, node.id)

    def execute(self, token: Token) -> bool:
        process = token.instance.evaluator.value(self.process, token)
        if not isinstance(process, str) or not process:
            raise StepFailed(IncidentKind.CALL, f"called process {self.process.raw!r} gave no process id")
        inputs = visible(token) if self.called.propagate_all_parent else dict(token.local or {})
        open_step(token, StepKind.CALL, process=process, inputs=inputs, propagate_all=self.called.propagate_all_child)
        token.phase = Phase.WAIT
        return False

    def returned(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """What of the child's variables counts as result: all, those the outputs choose from, or nothing."""
        return variables if self.called.propagate_all_child or self.output_mappings else {}
