"""What the bell shows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Notification

BELL_LIMIT = 30
COUNT_CAP = 99


def latest(user: User, *, limit: int = BELL_LIMIT) -> QuerySet[Notification]:
    """A person's newest notifications first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "id")[:limit]


def unread_count(user: User) -> int:
    """How many are unread, at most 100 (shown as 99+)."""
    return len(Notification.objects.filter(user=user, read_at=None).values_list("pk", flat=True)[: COUNT_CAP + 1])
