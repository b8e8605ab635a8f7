"""Telling people inside somebody else's transaction: rows first, the bell rings at commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from config import clock
from notifications import texts
from notifications.models import Notification, Preference, Urgency
from tasks_inbox.audiences import user_group
from workflows.nudge import nudge
from workflows.rows import Table

_NOTIFICATIONS = Table(Notification)
MAIL_DELAY = timedelta(minutes=30)
BREACH_DELAY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell one person; ``subject`` is (kind, id) of the work item or record it is about.

    What a template says of broken promises and safety is urgent even where ``urgency`` does not say so.
    """

    user: User
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    subject: tuple[str, str] = ("", "")
    urgency: str = Urgency.NORMAL
    key: str = ""

    @property
    def is_breach(self) -> bool:
        """Whether no preference may silence it."""
        return self.urgency == Urgency.BREACH or texts.is_breach(self.template)


def tell(news: Iterable[News]) -> list[Notification]:
    """Store the news as each person's preferences allow and ring their bells at commit.

    A key that was told before is told once. Mail is due half an hour later, for breaches two minutes, unless it was
    read by then.
    """
    assert connection.in_atomic_block
    items = [entry for entry in news if entry.user.is_active]
    silent = _silenced(items)
    now = clock.now()
    rows = [
        Notification(
            user=entry.user,
            template=entry.template,
            data=dict(entry.data),
            subject_kind=entry.subject[0],
            subject_id=entry.subject[1],
            urgency=Urgency.BREACH if entry.is_breach else entry.urgency,
            key=entry.key,
            created_at=now,
            mail_after=now + (BREACH_DELAY if entry.is_breach else MAIL_DELAY) if _wants_mail(entry, silent) else None,
            in_app=_wants_bell(entry, silent),
        )
        for entry in items
        if _wants_at_all(entry, silent)
    ]
    _NOTIFICATIONS.insert(rows, "DO NOTHING")
    nudge({user_group(row.user_id) for row in rows if row.in_app}, {"type": "notification.hint"})
    return rows


def _silenced(news: list[News]) -> dict[tuple[int, str], Preference]:
    rows = Preference.objects.filter(
        user__in={entry.user.pk for entry in news}, template__in={entry.template for entry in news}
    )
    return {(row.user_id, row.template): row for row in rows}


def _wants_at_all(entry: News, preferences: Mapping[tuple[int, str], Preference]) -> bool:
    preference = preferences.get((entry.user.pk, entry.template))
    return entry.is_breach or preference is None or preference.in_app or preference.email or preference.push


def _wants_bell(entry: News, preferences: Mapping[tuple[int, str], Preference]) -> bool:
    preference = preferences.get((entry.user.pk, entry.template))
    return entry.is_breach or preference is None or preference.in_app


def _wants_mail(entry: News, preferences: Mapping[tuple[int, str], Preference]) -> bool:
    preference = preferences.get((entry.user.pk, entry.template))
    return bool(entry.user.email) and (entry.is_breach or preference is None or preference.email)
