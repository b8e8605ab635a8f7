"""What processes and jobs tell people: only who may see what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import queries as people
from accounts.models import User
from crm_core.service import lateness
from notifications.audience import may_hear
from notifications.models import Urgency
from notifications.operations import News, tell


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
    allowed = [person for person in persons if may_hear(person, (record_kind, record_id))]
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
    allowed = [person for person in people.members_of(group_key) if may_hear(person, (record_kind, record_id))]
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
        if may_hear(person, (reminder.request.record_kind, str(reminder.request.pk)))
    ]
    return len(tell(news))
