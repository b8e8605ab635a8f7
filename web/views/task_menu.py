"""What else can be done with a task: the "more" menu, to which each family of acts adds its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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

# One line per family of acts, in the order of the menu; each is the ``entries`` of its view module.
FAMILIES: tuple[Family, ...] = ()


def menu_of(user: User, item: WorkItem, may: Standing) -> list[list[MenuEntry]]:
    """What this person may do with the task besides the buttons that are in sight, family by family; empty: no menu."""
    found = [list(entries(user, item, may)) for entries in FAMILIES]
    return [entries for entries in found if entries]
