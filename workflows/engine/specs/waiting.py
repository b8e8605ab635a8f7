"""Waiting for a message, a signal or a timer: planned from expressions, then shown outside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from bpmn.model import EventKind, TimerKind
from workflows.engine.api import IncidentKind, OpenedSubscription, OpenedTimer
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.texts import Text, feel_of, text_of
from workflows.engine.timing import Due, next_of_cycle, plan

if TYPE_CHECKING:
    from bpmn.model import Event
    from workflows.engine.token import Token


class Subscription(NamedTuple):
    name: str
    key: str
    signal: bool


Plan = Due | Subscription


class Waiting:
    """The catching half of an event: ``plan`` may fail, ``show`` may not."""

    def __init__(self, event: Event, element: str) -> None:
        self.event = event
        self.listens = event.kind in {EventKind.MESSAGE, EventKind.SIGNAL, EventKind.TIMER}
        self.name = text_of(event.name, element)
        self.key = feel_of(event.correlation_key, element)
        self.timer = text_of(event.timer, element)
        if event.kind is EventKind.TIMER and (self.timer is None or event.timer_kind is None):
            raise DefinitionRefused(element, "a timer needs a date, a duration or a cycle")
        if event.kind in {EventKind.MESSAGE, EventKind.SIGNAL} and self.name is None:
            raise DefinitionRefused(element, f"a {event.kind.value} event needs a name")

    def plan(self, token: Token) -> Plan | None:
        """What to wait for, as ``token`` sees it now. Raises StepFailed."""
        if self.event.kind is EventKind.TIMER:
            assert self.event.timer_kind is not None
            assert self.timer is not None
            return plan(token, self.event.timer_kind, self.timer, token.instance.evaluator.moment)
        return Subscription(self._name(token), self._key(token), self.event.kind is EventKind.SIGNAL)

    def show(self, token: Token, planned: Plan, element: str) -> None:
        """Let the token wait for it."""
        changes, data = token.instance.changes, token.internal_data
        if isinstance(planned, Subscription):
            data["w"] = "s" if planned.signal else "m"
            if planned.signal:
                data["g"] = planned.name
            changes.open_subscription(OpenedSubscription(token.key, element, planned.name, planned.key, planned.signal))
            return
        data["w"] = "t"
        data["b"] = planned.base.isoformat()
        if planned.at is not None:
            data["d"] = planned.at.isoformat()
        if planned.left is not None:
            _keep_cycle(data, planned, planned.left)
        changes.open_timer(OpenedTimer(token.key, element, planned.at, planned.left))

    def replan(self, token: Token, seen_by: Token, element: str, *, redrawn: bool = False) -> None:
        """Evaluate the due expression of a waiting timer again, counted from when it began to wait. Raises StepFailed.

        With ``redrawn`` also one that is no expression: it was drawn otherwise when it began.
        """
        assert self.event.timer_kind is not None
        assert self.timer is not None
        if self.timer.is_literal and not redrawn:
            return
        data = token.internal_data
        if redrawn and self.event.timer_kind is not TimerKind.CYCLE:
            data.pop("n", None)
            data.pop("c", None)
        planned = plan(seen_by, self.event.timer_kind, self.timer, datetime.fromisoformat(data["b"]))
        due = None if planned is None or planned.at is None else planned.at.isoformat()
        if due == data.get("d") and not redrawn:
            return
        data.pop("d", None)
        if due is not None:
            data["d"] = due
        left = data.get("n")
        if planned is not None and planned.left is not None:
            left = planned.left if left is None else min(left, planned.left)
            _keep_cycle(data, planned, left)
        token.instance.changes.open_timer(
            OpenedTimer(token.key, element, None if planned is None else planned.at, left), known=True
        )

    def again(self, token: Token) -> Due | None:
        """The next firing of a cycle timer that fires now."""
        data = token.internal_data
        if data.get("c") is None or data.get("d") is None:
            return None
        last = datetime.fromisoformat(data["d"])
        return next_of_cycle(last.astimezone(ZoneInfo(data["l"])) if "l" in data else last, data["n"], data["c"])

    def _name(self, token: Token) -> str:
        assert self.name is not None
        return token.instance.evaluator.text(self.name, token, "name")

    def _key(self, token: Token) -> str:
        if self.key is None:
            return ""
        return correlation_key(self.key, token)


def _keep_cycle(data: dict[str, Any], planned: Due, left: int) -> None:
    """Remember how a cycle goes on: how often, how far apart, by the clocks of which zone."""
    data["n"], data["c"] = left, planned.every
    data.pop("l", None)
    if planned.at is not None and isinstance(planned.at.tzinfo, ZoneInfo):
        data["l"] = planned.at.tzinfo.key


def correlation_key(text: Text, token: Token) -> str:
    """A correlation key as text. Raises StepFailed for anything but text and numbers."""
    value = token.instance.evaluator.value(text, token)
    if isinstance(value, str) and value:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else repr(value)
    raise StepFailed(IncidentKind.EXPRESSION, f"correlation key {text.raw!r} gave {str(value)[:100]!r}")
