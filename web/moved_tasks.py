"""Which tasks a person moved within their team just now, so that they can take it back: kept in their session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

UNDO_SECONDS = 20
MOST_BATCHES = 3
_KEPT_AS = "moved-tasks"


def remember(request: HttpRequest, batch: UUID, items: Iterable[str]) -> None:
    """Keep which tasks a batch moved, more of them when it comes in parts: the last few batches."""
    kept: dict[str, list[str]] = request.session.get(_KEPT_AS, {})
    kept[str(batch)] = [*kept.pop(str(batch), []), *items]
    request.session[_KEPT_AS] = dict(list(kept.items())[-MOST_BATCHES:])


def forget(request: HttpRequest, batch: UUID) -> list[UUID]:
    """The tasks of a batch, once: then they are not kept any more."""
    kept: dict[str, list[str]] = request.session.get(_KEPT_AS, {})
    items = kept.pop(str(batch), [])
    request.session[_KEPT_AS] = kept
    return [UUID(item) for item in items]


def undo_of(batch: UUID) -> dict[str, Any]:
    """Where a batch is undone, and how long that is offered."""
    return {"undo_url": reverse("team_undo", args=[batch]), "seconds": UNDO_SECONDS}
