"""Logins nobody uses end by themselves: when one was last used, and whether that is too long ago."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from config import clock

USED_AT = "used_at"
PRECISION = timedelta(minutes=5)
"""How exactly use is written down: not with every click."""


def limit() -> timedelta | None:
    """How long a login may lie unused (settings.SESSION_IDLE_MINUTES); None: for ever."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES) if settings.SESSION_IDLE_MINUTES else None


def note_use(session: MutableMapping[str, Any]) -> bool:
    """Write down that the login is being used; False where that was written a moment ago."""
    allowed = limit()
    before, now = session.get(USED_AT), clock.now().timestamp()
    precision = min(PRECISION, allowed / 20) if allowed else PRECISION
    if isinstance(before, int | float) and 0 <= now - before < precision.total_seconds():
        return False
    session[USED_AT] = now
    return True


def is_idle(session: Mapping[str, Any]) -> bool:
    """Whether the login was not used for longer than the limit."""
    allowed, used_at = limit(), session.get(USED_AT)
    if allowed is None or not isinstance(used_at, int | float):
        return False
    return clock.now().timestamp() - used_at > allowed.total_seconds()


def is_open(session_key: str) -> bool:
    """Whether a login still counts, for screens that stay open; one query."""
    found = Session.objects.filter(pk=session_key).first()
    return found is not None and not is_idle(found.get_decoded())


def begin(sender: object, *, request: HttpRequest, **signal: object) -> None:
    """A login begins to be used."""
    note_use(request.session)
