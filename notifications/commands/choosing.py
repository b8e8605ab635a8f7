"""What people do with their news: read it, and say how and when they want to hear of what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.exceptions import InvalidValue
from accounts.models import User
from config import clock
from notifications.models import Notification, Preference, Rhythm, Urgency
from notifications.operations import MAIL_DELAY
from tasks_inbox.audiences import user_group
from workflows.nudge import nudge


@transaction.atomic(durable=True)
def mark_read(*, actor: User, notification_ids: Iterable[UUID] | None = None) -> int:
    """Mark the person's own notifications as read (all of them without ids); returns how many changed.

    The bells of the person's screens are told.
    """
    unread = Notification.objects.filter(user=actor, read_at=None, in_app=True)
    if notification_ids is not None:
        unread = unread.filter(pk__in=list(notification_ids))
    changed = unread.update(read_at=clock.now())
    if changed:
        nudge([user_group(actor.pk)], {"type": "notification.hint"})
    return changed


@transaction.atomic(durable=True)
def choose_channels(*, actor: User, template: str, in_app: bool, email: bool) -> Preference:
    """Decide how to hear of one kind of news; breaches come anyway."""
    preference, _ = Preference.objects.update_or_create(
        user=actor, template=template, defaults={"in_app": in_app, "email": email}
    )
    return preference


@transaction.atomic(durable=True)
def choose_rhythm(*, actor: User, quiet_from: time | None, quiet_until: time | None, daily_letter: bool) -> Rhythm:
    """Decide when letters may come, on the clock of the person's own zone, and whether there is one each morning.

    What waits for the end of other quiet hours is looked at anew. Refuses one end without the other, and a night
    without length.
    """
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise InvalidValue(field="quiet_until")
    values = {"quiet_from": quiet_from, "quiet_until": quiet_until, "daily_letter": daily_letter}
    rhythm, _ = Rhythm.objects.update_or_create(user=actor, defaults=values)
    waiting = Notification.objects.filter(user=actor, read_at=None, mailed_at=None, mail_after__gt=clock.now())
    waiting.exclude(urgency=Urgency.BREACH).update(mail_after=F("created_at") + MAIL_DELAY)
    return rhythm
