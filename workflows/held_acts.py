"""Acts that people may still take back are carried out before anything else moves their family.

The apps above keep such acts (settings.WORKFLOW_HELD_ACTS names what carries those of a family out, given the id of
its root) and mark the root, whose row every stimulus reads anyway. What finds the mark gives up its transaction; the
acts are carried out, each in one of its own, and then it begins anew and sees what they have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from workflows.models import ProcessInstance

R = TypeVar("R")
MOST_ROUNDS = 10
"""How often a stimulus makes way for acts that were accepted while it made way for others."""


class HeldActsComeFirst(Exception):
    """Somebody's act on this family was accepted before and is not carried out yet."""

    def __init__(self, root_id: UUID) -> None:
        super().__init__(str(root_id))
        self.root_id = root_id


def before_others(root: ProcessInstance) -> None:
    """Raise HeldActsComeFirst while the family of this locked root holds an act."""
    if root.has_held_acts:
        raise HeldActsComeFirst(root.pk)


def after_held_acts(act: Callable[[], R]) -> R:
    """Do ``act``, a transaction of its own; where acts on its family are held, carry them out and do it again."""
    for _round in range(MOST_ROUNDS):
        try:
            return act()
        except HeldActsComeFirst as held:
            for dotted in settings.WORKFLOW_HELD_ACTS:
                import_string(dotted)(held.root_id)
    return act()
