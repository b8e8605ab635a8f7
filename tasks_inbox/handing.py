"""Giving an item to somebody for good, or to whoever stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts.models import User
from tasks_inbox import operations, signing
from tasks_inbox.exceptions import RecipientAway, RecipientUnfit, SignsAlready
from tasks_inbox.models import WorkItem, WorkItemEvent


def hand_to(
    item: WorkItem,
    recipient: User,
    *,
    actor: User,
    reason: str,
    although_away: bool = False,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Give a locked item to somebody the actor may give it to; ``more`` is kept with the event.

    Raises RecipientUnfit, SignsAlready, RecipientAway.
    """
    assert connection.in_atomic_block
    if not recipient.is_active or recipient.pk == item.assignee_id or operations.is_excluded(recipient, item):
        raise RecipientUnfit
    if signing.has_voice(recipient, item):
        raise SignsAlready
    seat = recipient if although_away else operations.seat_of(item, recipient)
    if seat.pk == item.assignee_id:
        raise RecipientAway
    away = seat.pk != recipient.pk
    data = {"to": recipient.username, "reason": reason, **(more or {})}
    operations.give(
        item,
        to=seat,
        kind=WorkItemEvent.Kind.TRANSFERRED,
        actor=actor,
        data=data | ({"stands_in": seat.username} if away else {}),
        on_behalf_of=recipient.pk if away else None,
    )
