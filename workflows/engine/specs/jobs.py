"""Work for a registered handler: service tasks, and any other element with a job type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflows.engine.api import Answer, Done, Failed, Fault, IncidentKind, Later, LogKind, StepContext, StepKind
from workflows.engine.failures import StepFailed
from workflows.engine.meter import check_storable
from workflows.engine.opening import open_step
from workflows.engine.propagation import throw_error
from workflows.engine.specs.activity import Activity
from workflows.engine.specs.base import FlowNode
from workflows.engine.texts import Text
from workflows.engine.token import Phase, Token
from workflows.engine.variables import visible

if TYPE_CHECKING:
    from bpmn.model import Job, Node
    from workflows.engine.specs.process import ScopeSpec


MOST_RETRIES = 100
"""Enough for anything that may come right by itself."""


class JobCall:
    """The call of a handler on behalf of a node."""

    def __init__(self, job: Job, element: str) -> None:
        self.type = Text(job.type, element)
        self.retries = Text(job.retries, element)

    def carry_out(self, node: FlowNode, token: Token) -> bool:
        """Ask the handler; True when it is done, False when the step waits. Raises StepFailed when it failed."""
        instance = token.instance
        handler = instance.evaluator.text(self.type, token, "job type")
        retries = self._retries(token)
        local = token.local
        inputs = dict(local or {}) if node.input_mappings else visible(token)
        drawn = node.node
        step = StepContext(token.key, drawn.id, drawn.name, token.loop, drawn.headers, drawn.lane, retries)
        answer = _storable(instance.ports.call(handler, inputs, step))
        data: dict[str, Any] = {"handler": handler, "inputs": inputs, "answer": type(answer).__name__.lower()}
        match answer:
            case Done(variables):
                instance.changes.log(LogKind.CALLED, node.bpmn_id, token.key, data | {"variables": dict(variables)})
                token.results = variables
                return True
            case Fault(code, message, variables):
                data |= {"code": code, "message": message, "variables": dict(variables)}
                instance.changes.log(LogKind.CALLED, node.bpmn_id, token.key, data)
                throw_error(token, code, message, variables)
            case Failed(message, detail):
                data |= {"message": message, "detail": detail, "retries": retries}
                instance.changes.log(LogKind.CALLED, node.bpmn_id, token.key, data)
                raise StepFailed(IncidentKind.HANDLER, message, detail)
            case Later():
                instance.changes.log(LogKind.CALLED, node.bpmn_id, token.key, data)
                token.phase = Phase.WAIT
                if token.kind is not StepKind.JOB:
                    open_step(token, StepKind.JOB, job=handler, retries=retries, inputs=inputs)
        return False

    def _retries(self, token: Token) -> int:
        """How often it may be tried: worked out when the job is made, and the same for all its tries."""
        if self.retries.is_literal:
            return _whole(self.retries, self.retries.raw)
        kept = token.internal_data.get("j")
        if kept is None:
            value = token.instance.evaluator.value(self.retries, token)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise _no_number(self.retries, value)
            kept = token.internal_data["j"] = _whole(self.retries, value)
        return int(kept)


def _whole(text: Text, value: Any) -> int:
    """A number of tries, at most MOST_RETRIES. Raises StepFailed."""
    try:
        number = int(value)
    except (ValueError, OverflowError):
        number = -1
    if number < 0:
        raise _no_number(text, value)
    return min(number, MOST_RETRIES)


def _no_number(text: Text, value: Any) -> StepFailed:
    return StepFailed(IncidentKind.EXPRESSION, f"retries {text.raw!r} gave {str(value)[:100]!r}, not a number from 0")


def _storable(answer: Answer) -> Answer:
    """The answer, or a failure when its results cannot be stored."""
    if isinstance(answer, Done | Fault):
        try:
            check_storable(answer.variables)
        except ValueError as error:
            return Failed(f"the handler's answer: {error}")
    return answer


class JobTask(Activity):
    """A task a handler does."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        assert node.job is not None
        self.job = JobCall(node.job, node.id)

    def execute(self, token: Token) -> bool:
        return self.job.carry_out(self, token)
