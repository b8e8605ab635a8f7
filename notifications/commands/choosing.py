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
from notifications.models import Channel, Notification, Preference, PushSubscription, Rhythm, Sending, Urgency
from notifications.operations import MAIL_DELAY
from tasks_inbox.audiences import user_group
from workflows.nudge import nudge


@transaction.atomic(durable=True)
def mark_read(*, actor: User, notification_ids: Iterable[UUID] | None = None) -> int:
    """Mark the person's own notifications as read (without ids all that the bell shows); returns how many changed.

    The bells of the person's screens are told.
    """
    unread = Notification.objects.filter(user=actor, read_at=None)
    unread = unread.filter(in_app=True) if notification_ids is None else unread.filter(pk__in=list(notification_ids))
    changed = unread.update(read_at=clock.now())
    if changed:
        nudge([user_group(actor.pk)], {"type": "notification.hint"})
    return changed


@transaction.atomic(durable=True)
def choose_channels(*, actor: User, template: str, in_app: bool, email: bool, push: bool | None = None) -> Preference:
    """Decide how to hear of one kind of news; breaches come anyway.

    ``push`` is about the devices a person allowed. Who was not asked (None) hears of it there as before, but nowhere
    of what they silenced everywhere else.
    """
    chosen = {"in_app": in_app, "email": email}
    if push is not None or not (in_app or email):
        chosen["push"] = bool(push)
    preference, _ = Preference.objects.update_or_create(user=actor, template=template, defaults=chosen)
    return preference


@transaction.atomic(durable=True)
def choose_rhythm(*, actor: User, quiet_from: time | None, quiet_until: time | None, daily_letter: bool) -> Rhythm:
    """Decide when letters and pushes may come, on the person's own clock, and whether a letter comes each morning.

    What waits for the end of other quiet hours is looked at anew. Refuses one end without the other, and a night
    without length.
    """
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise InvalidValue(field="quiet_until")
    values = {"quiet_from": quiet_from, "quiet_until": quiet_until, "daily_letter": daily_letter}
    rhythm, _ = Rhythm.objects.update_or_create(user=actor, defaults=values)
    waiting = Notification.objects.filter(user=actor, read_at=None, mailed_at=None, mail_after__gt=clock.now())
    waiting.exclude(urgency=Urgency.BREACH).update(mail_after=F("created_at") + MAIL_DELAY)
    PushSubscription.objects.filter(user=actor).update(not_before=clock.now())
    pushes = Sending.objects.filter(user=actor, channel=Channel.PUSH, status=Sending.Status.WAITING, failure="")
    pushes.update(next_attempt_at=clock.now())
    return rhythm
