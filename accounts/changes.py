"""Telling the layers above that somebody's rights changed, after the change is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

logger = logging.getLogger(__name__)


class ChangeKind(StrEnum):
    """What happened to the people of a change."""

    RIGHTS = "rights"  # a role, data scope or field rule
    UNIT = "unit"  # the person's unit, or a unit above it
    ACTIVE = "active"  # deactivated or let in again
    LOGINS = "logins"  # ended the others of their logins
    SUBSTITUTION = "substitution"
    PROFILE = "profile"  # name, language, zone, look
    CALENDAR = "calendar"  # nobody in particular: working time changed


@dataclass(frozen=True, slots=True)
class Change:
    """``users`` are the ids of the people concerned; None means everybody."""

    kind: ChangeKind
    users: frozenset[int] | None = None


Listener = Callable[[Change], None]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> Listener:
    """Call ``listener`` with every committed change, in the process that made it. Subscribing twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def unsubscribe(listener: Listener) -> None:
    """Stop calling ``listener``."""
    if listener in _listeners:
        _listeners.remove(listener)


def announce(kind: ChangeKind, users: Iterable[int] | None = None) -> None:
    """Tell all listeners once the transaction is committed; a listener that fails does not disturb the others."""
    change = Change(kind, None if users is None else frozenset(users))
    if change.users is None or change.users:
        transaction.on_commit(lambda: _tell(change))


def _tell(change: Change) -> None:
    for listener in tuple(_listeners):
        try:
            listener(change)
        except Exception:  # the change is committed: a deaf listener must not turn it into an error
            logger.exception("a listener failed on %s", change.kind)
