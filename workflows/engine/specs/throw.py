"""Throwing: messages, signals, escalations, errors and compensation, from intermediate or end events or send tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpmn.model import Event, EventKind
from workflows.engine.api import IncidentKind, LogKind, MessageSent, SignalSent
from workflows.engine.compensating import to_undo, undo_next
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.propagation import find_catch, find_escalation_catch
from workflows.engine.specs.activity import Activity
from workflows.engine.specs.base import FlowNode
from workflows.engine.specs.jobs import JobCall
from workflows.engine.specs.waiting import correlation_key
from workflows.engine.texts import feel_of, text_of
from workflows.engine.token import Phase, Token

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.process import ScopeSpec


class Throwing(FlowNode):
    """A node that throws its event when it is reached; with a job type a handler does it instead."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        self.event = event = node.event or Event(EventKind.NONE)
        self.kind = event.kind
        self.job = JobCall(node.job, node.id) if node.job is not None else None
        self.event_name = text_of(event.name, node.id)
        self.code = text_of(event.code, node.id)
        self.key = feel_of(event.correlation_key, node.id)
        if self.kind in {EventKind.SIGNAL, EventKind.MESSAGE} and self.event_name is None and self.job is None:
            raise DefinitionRefused(node.id, f"a thrown {self.kind.value} needs a name")

    def execute(self, token: Token) -> bool:
        if self.job is not None:
            return self.job.carry_out(self, token)
        throw = _THROWS.get(self.kind)
        return True if throw is None else throw(self, token)

    def scope_ended(self, token: Token, scope: Any) -> None:
        """A compensation handler is through: look for the next one."""
        token.instance.resume(token, Phase.RUN)

    def text_in(self, text: Any, token: Token, what: str) -> str:
        """An evaluated name or code. Raises StepFailed."""
        if text is None:
            raise StepFailed(IncidentKind.EXPRESSION, f"there is no {what}")
        return token.instance.evaluator.text(text, token, what)

    def code_in(self, token: Token, what: str) -> str:
        """The code thrown; without one only events that catch everything fit. Raises StepFailed."""
        return "" if self.code is None else self.text_in(self.code, token, what)

    def throw_message(self, token: Token) -> bool:
        name = self.text_in(self.event_name, token, "message name")
        key = "" if self.key is None else correlation_key(self.key, token)
        sent = MessageSent(name, key, dict(token.local or {}), self.bpmn_id, token.loop)
        token.instance.changes.messages.append(sent)
        return True

    def throw_signal(self, token: Token) -> bool:
        name = self.text_in(self.event_name, token, "signal name")
        variables = dict(token.local or {})
        instance = token.instance
        instance.changes.signals.append(SignalSent(name, variables, self.bpmn_id, token.loop))
        instance.broadcast(name, variables)
        if not token.is_live:
            self.passed(token)
        return token.is_live

    def throw_escalation(self, token: Token) -> bool:
        data, instance = token.internal_data, token.instance
        if not data.get("f"):
            code = self.code_in(token, "escalation code")
            variables = dict(token.local or {})
            catch = find_escalation_catch(token, code)
            if catch is None and instance.called:
                data["f"] = True
                token.phase = Phase.WAIT
                instance.throw_to_caller(token, code, "", variables, escalation=True)
                return False
            if catch is not None:
                if catch.interrupting:
                    self.passed(token)
                catch.trigger(variables)
        return token.is_live

    def throw_error(self, token: Token) -> bool:
        code = self.code_in(token, "error code")
        variables = dict(token.local or {})
        catch = find_catch(token, EventKind.ERROR, code)
        if catch is None:
            token.instance.throw_to_caller(token, code, "", variables, escalation=False)
            raise StepFailed(IncidentKind.ERROR, f"error {code or 'without code'} is not caught", code)
        self.passed(token)
        catch.trigger(variables)
        return False

    def throw_compensation(self, token: Token) -> bool:
        return self.compensate(token, self.event.activity)

    def compensate(self, token: Token, activity: str | None) -> bool:
        """Undo what is completed, one handler after another; True when all is undone."""
        data = token.internal_data
        if "u" not in data:
            data["u"] = to_undo(token, activity)
        return not undo_next(token)

    def passed(self, token: Token) -> None:
        """The throw takes this token away though it did its work: it is completed, not cancelled."""
        token.instance.changes.log(LogKind.COMPLETED, self.bpmn_id, token.key)
        token.phase = Phase.ENTER


_THROWS = {
    EventKind.MESSAGE: Throwing.throw_message,
    EventKind.SIGNAL: Throwing.throw_signal,
    EventKind.ESCALATION: Throwing.throw_escalation,
    EventKind.ERROR: Throwing.throw_error,
    EventKind.COMPENSATION: Throwing.throw_compensation,
}


class ThrowEvent(Throwing):
    """Intermediate throw event. A link goes on at its catch event."""


class SendTask(Throwing, Activity):
    """A task that sends a message."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, node, name)
        self.kind = EventKind.NONE if node.event is None else EventKind.MESSAGE
