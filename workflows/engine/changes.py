"""What one advance changed, collected as differences: what opens and closes within it never shows outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.engine.api import (
    Advance,
    ClosedStep,
    Closing,
    ErrorThrown,
    Finished,
    IncidentKind,
    LogEntry,
    LogKind,
    MessageSent,
    OpenedIncident,
    OpenedStep,
    OpenedSubscription,
    OpenedTimer,
    SignalSent,
    StepKind,
)
from workflows.engine.results import NO_DATA


class Changes:
    """The recorder of one advance. Closed lists are to be applied before opened lists."""

    def __init__(self) -> None:
        self.log_entries: list[LogEntry] = []
        self.messages: list[MessageSent] = []
        self.signals: list[SignalSent] = []
        self.thrown: list[ErrorThrown] = []
        self.finished: Finished | None = None
        self.kept: list[OpenedStep] = []
        self._opened: dict[str, OpenedStep] = {}
        self._closed: dict[str, ClosedStep] = {}
        self._timers: dict[str, OpenedTimer] = {}
        self._replanned: set[str] = set()
        self._timers_closed: dict[str, None] = {}
        self._subscriptions: dict[str, OpenedSubscription] = {}
        self._subscriptions_closed: dict[str, None] = {}
        self._incidents: dict[str, OpenedIncident] = {}
        self._incidents_closed: dict[str, None] = {}

    def log(self, kind: LogKind, element: str, step: str | None = None, data: Mapping[str, Any] = NO_DATA) -> None:
        """Add to the story of this advance."""
        self.log_entries.append(LogEntry(kind, element, step, data))

    def open_step(self, step: OpenedStep) -> None:
        """A step waits from now on; opened again as what it was, it never left."""
        gone = self._closed.get(step.step)
        if gone is not None and gone.kind is step.kind:
            del self._closed[step.step]
            return
        self._opened[step.step] = step

    def close_step(self, key: str, element: str, how: Closing, kind: StepKind) -> None:
        """A step waits no longer."""
        if self._opened.pop(key, None) is None:
            self._closed.setdefault(key, ClosedStep(key, element, how, kind))

    def open_timer(self, timer: OpenedTimer, *, known: bool = False) -> None:
        """A timer runs from now on; a ``known`` one runs to another moment than before."""
        self._timers[timer.timer] = timer
        if known:
            self._replanned.add(timer.timer)

    def close_timer(self, key: str) -> None:
        if self._timers.pop(key, None) is None or key in self._replanned:
            self._timers_closed[key] = None

    def open_subscription(self, subscription: OpenedSubscription) -> None:
        self._subscriptions[subscription.subscription] = subscription

    def close_subscription(self, key: str) -> None:
        if self._subscriptions.pop(key, None) is None:
            self._subscriptions_closed[key] = None

    def open_incident(self, key: str, element: str, kind: IncidentKind, message: str, detail: str) -> None:
        self._incidents[key] = OpenedIncident(key, element, kind, message, detail)
        self.log(LogKind.INCIDENT, element, key, {"kind": kind.value, "message": message, "detail": detail})

    def close_incident(self, key: str) -> None:
        if self._incidents.pop(key, None) is None:
            self._incidents_closed[key] = None

    def result(self, state: bytes) -> Advance:
        """The advance as a whole."""
        return Advance(
            state=state,
            opened=tuple(self._opened.values()),
            closed=tuple(self._closed.values()),
            kept=tuple(step for step in self.kept if step.step not in self._closed),
            timers=tuple(self._timers.values()),
            timers_closed=tuple(self._timers_closed),
            subscriptions=tuple(self._subscriptions.values()),
            subscriptions_closed=tuple(self._subscriptions_closed),
            messages=tuple(self.messages),
            signals=tuple(self.signals),
            incidents=tuple(self._incidents.values()),
            incidents_closed=tuple(self._incidents_closed),
            thrown=tuple(self.thrown),
            log=tuple(self.log_entries),
            finished=self.finished,
        )
