"""What can go wrong while a token moves, as facts: a failed step becomes an incident, a lying model is refused."""

from __future__ import annotations

from workflows.engine.api import IncidentKind


class StepFailed(Exception):
    """The step cannot go on: it keeps its token and an incident opens."""

    def __init__(self, kind: IncidentKind, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail


class DefinitionRefused(Exception):
    """The process cannot be run as drawn; ``element`` names the node or flow, ``reason`` says why."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"{element}: {reason}")
        self.element = element
        self.reason = reason


class StateUnreadable(Exception):
    """The bytes are no state of this definition: unknown codec version, or a step at an element that is gone."""
