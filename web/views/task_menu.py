"""What else can be done with a task: the "more" menu, to which each family of acts adds its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.module_loading import import_string

from accounts.models import User
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import Standing


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One act of the menu.

    ``url`` answers GET with a dialog (swapped into ``#dialog``); with ``posts`` it is posted to at once and answers 204
    with events. ``key`` presses it from anywhere on the page, also while the menu is closed.
    """

    label: str
    icon: str
    url: str
    key: str = ""
    danger: bool = False
    posts: bool = False


Family = Callable[[User, WorkItem, Standing], Iterable[MenuEntry]]

# The ``entries`` of each family's view module, in the order of the menu. By name: those modules show the pane, which
# shows the menu, and so cannot be imported here.
FAMILIES: tuple[str, ...] = (
    "web.views.task_marks.entries",
    "web.views.task_delegation.entries",
    "web.views.task_involving.entries",
    "web.views.task_planning.entries",
    "web.views.returning.entries",
    "web.views.signers.entries",
    "web.views.substituting.entries",
)


def menu_of(user: User, item: WorkItem, may: Standing) -> list[list[MenuEntry]]:
    """What this person may do with the task besides the buttons that are in sight, family by family; empty: no menu."""
    found = [list(entries(user, item, may)) for entries in _families()]
    return [entries for entries in found if entries]


@lru_cache(maxsize=1)
def _families() -> tuple[Family, ...]:
    return tuple(import_string(name) for name in FAMILIES)
