"""Telling the apps above what an advance changed, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from accounts.models import User
from bpmn.bundle import Bundle
from workflows.engine.api import Advance, Closing, Detour, GoBack, Migrate, OpenedStep, ReplanTimers, StepKind, Stimulus
from workflows.models import ProcessInstance

__all__ = ["InstanceChange", "Observer", "OpenedStep", "tell"]

HUMAN = (StepKind.USER_TASK, StepKind.MANUAL_TASK)


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """One stored advance of one instance; its family is locked. ``actor`` is None for timers, messages, the system.

    ``at_hand`` is what whoever locked the family had locked and read about open steps, by step.
    """

    instance: ProcessInstance
    bundle: Bundle
    stimulus: Stimulus
    advance: Advance
    actor: User | None
    at_hand: Mapping[str, Any] = field(default_factory=dict)

    @property
    def opened_human_steps(self) -> tuple[OpenedStep, ...]:
        """The user and manual tasks that opened and still wait."""
        gone = {closed.step for closed in self.advance.closed}
        return tuple(self._meant(step) for step in self.advance.opened if step.kind in HUMAN and step.step not in gone)

    @property
    def kept_human_steps(self) -> tuple[OpenedStep, ...]:
        """The user and manual tasks that stay, or are open again, under another version's description."""
        return tuple(step for step in self.advance.kept if step.kind in HUMAN)

    @property
    def is_migration(self) -> bool:
        """Whether the instance went over to another version of its process."""
        return isinstance(self.stimulus, Migrate)

    @property
    def replans_timers(self) -> bool:
        """Whether what moments depend on has changed: the waiting timers were planned again."""
        return isinstance(self.stimulus, ReplanTimers)

    def _meant(self, step: OpenedStep) -> OpenedStep:
        """Whoever did a step before somebody went back to it is meant to have it again."""
        stimulus = self.stimulus
        if isinstance(stimulus, GoBack | Detour) and stimulus.assignee and step.element == stimulus.to:
            return replace(step, assignee=stimulus.assignee)
        return step

    @property
    def completed_steps(self) -> tuple[str, ...]:
        """The steps that ended because their work was done."""
        return tuple(closed.step for closed in self.advance.closed if closed.how is Closing.COMPLETED)

    @property
    def cancelled_steps(self) -> tuple[str, ...]:
        """The steps that ended because the process went another way."""
        return tuple(closed.step for closed in self.advance.closed if closed.how is Closing.CANCELLED)


Observer = Callable[[InstanceChange], None]


def tell(change: InstanceChange) -> None:
    """Call every function of settings.WORKFLOW_OBSERVERS, in order; what one raises undoes the whole command."""
    for observe in _observers():
        observe(change)


@lru_cache(maxsize=1)
def _observers() -> tuple[Observer, ...]:
    return tuple(import_string(path) for path in settings.WORKFLOW_OBSERVERS)


def _forget(*, setting: str, **_rest: object) -> None:
    if setting == "WORKFLOW_OBSERVERS":
        _observers.cache_clear()


setting_changed.connect(_forget, dispatch_uid="workflows.observers")
