"""End events: the token is gone, perhaps throwing something, perhaps taking its scope with it."""

from __future__ import annotations

from bpmn.model import EventKind
from workflows.engine.api import IncidentKind, Outcome
from workflows.engine.failures import StepFailed
from workflows.engine.propagation import find_catch
from workflows.engine.specs.throw import Throwing
from workflows.engine.token import Token


class EndEvent(Throwing):
    def execute(self, token: Token) -> bool:
        if self.kind is EventKind.CANCEL:
            return self._cancel(token)
        return super().execute(token)

    def completed(self, token: Token) -> None:
        token.instance.reached_end(token)
        if self.kind is EventKind.TERMINATE:
            scope = token.workflow
            if scope.owner is None:
                token.instance.outcome = Outcome.TERMINATED
            scope.clear(keep=token)

    def passed(self, token: Token) -> None:
        super().passed(token)
        token.instance.reached_end(token)

    def _cancel(self, token: Token) -> bool:
        """Stop the transaction, undo what it did, leave by its cancel boundary event."""
        scope = token.workflow
        if "u" not in token.internal_data:
            scope.interrupted = True
            scope.clear(keep=token)
        if not self.compensate(token, None):
            return False
        catch = find_catch(token, EventKind.CANCEL, None)
        if catch is None:
            raise StepFailed(IncidentKind.ERROR, "the cancelled transaction has no cancel event to be left by")
        self.passed(token)
        catch.trigger({})
        return False
