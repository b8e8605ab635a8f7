"""A signer: somebody added to an open user task, who is asked beside, before or after the one who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.engine.api import Closing
from workflows.engine.specs.base import FlowNode
from workflows.engine.texts import text_of

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.specs.tasks import UserTask
    from workflows.engine.token import Token

SIGNER_FORM = "signerForm"
"""The task header that names a form of the signers' own; without it they see the task's form."""


class Signer(FlowNode):
    """Its tokens hang on the token of the user task ``task``, or of another signer; they are in no flow.

    An activation of its own counts as one of the task's element, so that it is told from every other.
    """

    is_signer = True
    begins_scope = False

    def __init__(self, scope: ScopeSpec, node: Node, name: str, task: UserTask) -> None:
        super().__init__(scope, node, name)
        self.task = task
        self.signer = self
        self.form = text_of(node.headers.get(SIGNER_FORM) or node.form, node.id)

    def _on_cancel(self, token: Token) -> None:
        """Not said in the log: the activity goes on, or says so itself."""
        token.instance.close_step(token, Closing.CANCELLED)
