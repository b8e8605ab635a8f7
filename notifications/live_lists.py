"""The lists that open screens show live: each kind registers how its fingerprint is computed, by its page's own query.

A list is named ``kind:rest``; the rest says which list it is, as the page wrote it (``inbox:mine``,
``team:rows?show=late``). What is shown is never sent this way: a screen whose fingerprint differs fetches its list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import User

NAME = re.compile(r"^(?:record:[a-z_]+:[0-9a-f-]{1,64}|[a-z]+:[a-z]+(?:\?[!-~]{0,900})?)$")
Fingerprint = Callable[[User, str], str | None]


@dataclass(frozen=True, slots=True)
class LiveList:
    """``fingerprint(person, rest)`` is None for what is no list, or not theirs.

    ``of_others`` lists show tasks that are neither the person's nor their queues': they look after every change of
    any task, at most twice a second.
    """

    fingerprint: Fingerprint
    of_others: bool = False


_lists: dict[str, LiveList] = {}


def register(kind: str, fingerprint: Fingerprint, *, of_others: bool = False) -> None:
    """Make a kind of list known."""
    _lists[kind] = LiveList(fingerprint, of_others)


def is_name(name: object) -> bool:
    """Whether a screen may call a list so."""
    return isinstance(name, str) and NAME.match(name) is not None


def shows_others(name: str) -> bool:
    """Whether the list shows other people's tasks."""
    found = _lists.get(_kind(name))
    return found is not None and found.of_others


def fingerprints(user: User, names: Iterable[str]) -> dict[str, str]:
    """How these lists look for a person now; names that are no list of theirs are left out."""
    found = {name: _fingerprint(user, name) for name in names if _kind(name) in _lists}
    return {name: value for name, value in found.items() if value is not None}


def _fingerprint(user: User, name: str) -> str | None:
    return _lists[_kind(name)].fingerprint(user, name.partition(":")[2])


def _kind(name: str) -> str:
    return name.partition(":")[0]
