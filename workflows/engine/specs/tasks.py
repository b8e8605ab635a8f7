"""Tasks people do: user tasks with assignment, form and due date, manual tasks; and tasks that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpmn.model import Assignment, Schedule
from bpmn.supported import PRIORITIES
from workflows.engine.api import IncidentKind, StepKind
from workflows.engine.failures import StepFailed
from workflows.engine.opening import describe, open_step
from workflows.engine.specs.activity import Activity
from workflows.engine.texts import text_of
from workflows.engine.timing import moment_of
from workflows.engine.token import Phase, Token

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.specs.signer import Signer
    from workflows.engine.texts import Text

DEFAULT_PRIORITY = 50


class NoneTask(Activity):
    """A task without a type: done as soon as it is reached."""


class ManualTask(Activity):
    """Work outside any system; somebody says when it is done."""

    kind = StepKind.MANUAL_TASK

    def execute(self, token: Token) -> bool:
        open_step(token, self.kind)
        token.phase = Phase.WAIT
        return False


class UserTask(ManualTask):
    """Work for a person: who, with which form, until when."""

    kind = StepKind.USER_TASK
    signer: Signer

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        assignment, schedule, id = node.assignment or Assignment(), node.schedule or Schedule(), node.id
        self.assignee = text_of(assignment.assignee, id)
        self.candidate_users = text_of(assignment.candidate_users, id)
        self.candidate_groups = text_of(assignment.candidate_groups, id)
        self.due = text_of(schedule.due, id)
        self.follow_up = text_of(schedule.follow_up, id)
        self.priority_text = text_of(node.priority, id)
        self.form = text_of(node.form, id)

    def execute(self, token: Token) -> bool:
        open_step(
            token,
            self.kind,
            assignee=self._name(self.assignee, token, "assignee"),
            candidate_users=self._names(self.candidate_users, token, "candidate users"),
            candidate_groups=self._names(self.candidate_groups, token, "candidate groups"),
            follow_up=self._moment(self.follow_up, token, "follow-up date"),
            **self.asked(token),
            form=self._name(self.form, token, "form"),
        )
        token.phase = Phase.WAIT
        return False

    def come_back(self, token: Token) -> None:
        """A detour is over: the step put aside meanwhile is open again as it was."""
        try:
            form = self._name(self.form, token, "form")
        except StepFailed:  # it was shown with a form before; without one it can still be done
            form = None
        token.internal_data["k"] = self.kind.value
        token.instance.changes.kept.append(describe(token, self.kind, form=form))

    def asked(self, token: Token) -> dict[str, Any]:
        """Until when and how urgently, for whoever is asked now. Raises StepFailed."""
        return {"due": self._moment(self.due, token, "due date"), "priority": self._priority(token)}

    def _name(self, text: Text | None, token: Token, what: str) -> str | None:
        if text is None:
            return None
        value = token.instance.evaluator.value(text, token)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise _wrong(what, text, value)
        return value

    def _names(self, text: Text | None, token: Token, what: str) -> tuple[str, ...]:
        if text is None:
            return ()
        value = token.instance.evaluator.value(text, token)
        if isinstance(value, str):
            return tuple(name for part in value.split(",") if (name := part.strip()))
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise _wrong(what, text, value)
        return tuple(value)

    def _moment(self, text: Text | None, token: Token, what: str) -> Any:
        if text is None:
            return None
        value = token.instance.evaluator.raw(text, token)
        try:
            return moment_of(value)
        except (ValueError, OverflowError) as error:
            raise _wrong(what, text, value) from error

    def _priority(self, token: Token) -> int:
        text = self.priority_text
        if text is None:
            return DEFAULT_PRIORITY
        priority = token.instance.evaluator.count(text, token, "priority", otherwise=DEFAULT_PRIORITY)
        if priority not in PRIORITIES:
            raise _wrong("priority", text, priority)
        return priority


def _wrong(what: str, text: Text, value: Any) -> StepFailed:
    return StepFailed(IncidentKind.EXPRESSION, f"{what} {text.raw!r} gave {str(value)[:100]!r}")
