"""Why the engine refuses a stimulus; nothing has changed then."""

from __future__ import annotations

from enum import StrEnum


class StimulusRefused(Exception):
    """The stimulus does not fit the instance: the step is not open, the timer is gone, the instance has ended."""


class Unsigned(StrEnum):
    """Why somebody cannot be added to or taken from those who sign, or why their answer is awaited."""

    AWAITED = "awaited"
    ANSWERED = "answered"
    NO_USER_TASK = "no-user-task"
    NO_SIGNER = "no-signer"
    TOO_DEEP = "too-deep"
    TOO_MANY = "too-many"
    FAILED = "failed"


class SigningRefused(StimulusRefused):
    """Whoever else signs at a step stands in the way; nothing has changed."""

    def __init__(self, reason: Unsigned, step: str, detail: str = "") -> None:
        super().__init__(f"step {step}: {reason.value}" + (f" ({detail})" if detail else ""))
        self.reason = reason
        self.step = step


class Obstacle(StrEnum):
    """Why a modification is impossible."""

    NOTHING = "nothing"
    UNKNOWN_ELEMENT = "unknown-element"
    START_EVENT = "start-event"
    BOUNDARY_EVENT = "boundary-event"
    EVENT_SUB_PROCESS = "event-sub-process"
    COMPENSATION = "compensation"
    AFTER_GATEWAY = "after-event-based-gateway"
    NOTHING_FOLLOWS = "nothing-follows"
    SEVERAL_SCOPES = "several-scopes"
    NO_ITEM = "no-item"
    NO_ANCESTOR = "no-ancestor"
    NOT_OPEN = "not-open"
    LISTENER = "listener"
    FAILED = "failed"


class ModificationRefused(StimulusRefused):
    """BPMN's scopes, or the element itself, make the modification impossible; nothing has changed."""

    def __init__(self, obstacle: Obstacle, element: str, detail: str = "") -> None:
        super().__init__(f"{element}: {obstacle.value}" + (f" ({detail})" if detail else ""))
        self.obstacle = obstacle
        self.element = element
        self.detail = detail
