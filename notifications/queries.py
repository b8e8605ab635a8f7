"""What the bell shows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Notification, Preference
from notifications.texts import TEMPLATES, title

BELL_LIMIT = 30
COUNT_CAP = 99


def latest(user: User, *, limit: int = BELL_LIMIT) -> QuerySet[Notification]:
    """A person's newest notifications first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "id")[:limit]


def chosen_channels(user: User) -> dict[str, tuple[bool, bool]]:
    """How a person wants to hear of each kind of news: (in the product, by e-mail), by template; both by default."""
    chosen = {row.template: (row.in_app, row.email) for row in Preference.objects.filter(user=user)}
    return {template: chosen.get(template, (True, True)) for template in TEMPLATES}


def unread_count(user: User) -> int:
    """How many are unread, at most 100 (shown as 99+)."""
    return len(Notification.objects.filter(user=user, read_at=None).values_list("pk", flat=True)[: COUNT_CAP + 1])


def newest_sentence(user: User, template: str, item_id: str) -> str:
    """The newest news of this kind about a work item in the active language; empty when there is none."""
    about = Notification.objects.filter(user=user, template=template, subject_kind="work_item", subject_id=item_id)
    row = about.order_by("-created_at", "id").first()
    return title(row.template, row.data) if row is not None else ""
