"""What people do with their notifications, and what processes and jobs tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import queries as people
from accounts.models import User
from config import clock
from crm_core.service import lateness
from notifications.models import Notification, Preference, Urgency
from notifications.operations import News, tell
from tasks_inbox.audiences import user_group
from workflows import records
from workflows.nudge import nudge


@transaction.atomic(durable=True)
def mark_read(*, actor: User, notification_ids: Iterable[UUID] | None = None) -> int:
    """Mark the person's own notifications as read (all of them without ids); returns how many changed.

    The bells of the person's screens are told.
    """
    unread = Notification.objects.filter(user=actor, read_at=None)
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
def tell_people(
    *,
    usernames: Iterable[str],
    template: str,
    data: Mapping[str, Any],
    record_kind: str,
    record_id: str,
    key: str,
    urgency: str = Urgency.NORMAL,
) -> int:
    """Tell active people who may see the record about it, once per key; returns how many were told.

    News of the urgency ``breach`` reaches them whatever they chose (choose_channels).
    """
    persons = User.objects.filter(username__in=set(usernames), is_active=True)
    allowed = [person for person in persons if _may_see(person, record_kind, record_id)]
    subject = (record_kind, record_id)
    return len(tell(News(person, template, data, subject, urgency, f"{key}:{person.pk}") for person in allowed))


@transaction.atomic(durable=True)
def tell_group(
    *,
    group_key: str,
    template: str,
    data: Mapping[str, Any],
    record_kind: str,
    record_id: str,
    key: str,
    urgency: str = Urgency.NORMAL,
) -> int:
    """Tell everybody in a group about a record, once per key; returns how many were told. ``urgency`` as above."""
    allowed = [person for person in people.members_of(group_key) if _may_see(person, record_kind, record_id)]
    subject = (record_kind, record_id)
    return len(tell(News(person, template, data, subject, urgency, f"{key}:{person.pk}") for person in allowed))


@transaction.atomic(durable=True)
def tell_of_promises(*, request_id: UUID) -> int:
    """Tell who handles a service request, and of a broken promise who leads them, once each; returns how many."""
    news = [
        News(
            person,
            f"request-{reminder.lateness}",
            {"number": reminder.request.number, "subject": reminder.request.subject},
            (reminder.request.record_kind, str(reminder.request.pk)),
        )
        for reminder in lateness.note_reminders(request_id)
        for person in reminder.people
        if _may_see(person, reminder.request.record_kind, str(reminder.request.pk))
    ]
    return len(tell(news))


def _may_see(person: User, record_kind: str, record_id: str) -> bool:
    return not record_kind or records.kind(record_kind).visible_to(person).filter(pk=record_id).exists()
