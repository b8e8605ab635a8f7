"""What the bell shows: only what its person may see as things are now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from notifications import texts
from notifications.audience import still_told
from notifications.models import Notification, Preference, Rhythm, Urgency
from notifications.texts import TEMPLATES, title
from workflows import records

BELL_LIMIT = 30
COUNT_CAP = 99
AREAS = ("task", "complaint", "request", "work-order", "level", "plan")
"""The first words of templates, by which news can be looked through."""


class Show(StrEnum):
    """What the bell can be narrowed to."""

    ALL = "all"
    UNREAD = "unread"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news as its reader reads it."""

    row: Notification
    text: str
    icon: str

    @property
    def is_unread(self) -> bool:
        """Whether it counts at the bell."""
        return self.row.read_at is None

    @property
    def is_breach(self) -> bool:
        """Whether it is of a broken promise or of somebody's safety."""
        return self.row.urgency == Urgency.BREACH


@dataclass(frozen=True, slots=True)
class TellingPage:
    """Some of a person's news; ``more`` says that older ones follow."""

    entries: tuple[Told, ...]
    more: bool
    fingerprint: str


class Chosen(NamedTuple):
    """In the product, by e-mail, on the devices they allowed."""

    in_app: bool
    email: bool
    push: bool


def page(user: User, *, show: Show = Show.ALL, area: str = "", number: int = 1) -> TellingPage:
    """Thirty of a person's news, newest first, in the active language; fewer where some may be seen no longer."""
    first = (number - 1) * BELL_LIMIT
    rows = list(_rows(user, show, area)[first : first + BELL_LIMIT + 1])
    entries = tuple(told(user, rows[:BELL_LIMIT]))
    marks = ",".join(f"{entry.row.pk}:{entry.is_unread:d}" for entry in entries)
    digest = hashlib.blake2b(f"{len(rows)}|{marks}".encode(), digest_size=8).hexdigest()
    return TellingPage(entries, len(rows) > BELL_LIMIT, digest)


def told(user: User, rows: Sequence[Notification]) -> list[Told]:
    """These news as a person may read them, in the active language; without what they may not."""
    hidden: dict[str, frozenset[str]] = {}
    found = []
    for row in still_told(user, rows):
        if row.is_farewell:
            found.append(Told(row, texts.farewell(row.template), texts.icon(row.template)))
            continue
        kind = row.subject_kind
        if kind in records.kinds() and kind not in hidden:
            hidden[kind] = records.kind(kind).mask_for(user)
        found.append(Told(row, title(row.template, row.data, hidden.get(kind, ())), texts.icon(row.template)))
    return found


def chosen_channels(user: User) -> dict[str, Chosen]:
    """How a person wants to hear of each kind of news, by template; in every way where they chose nothing."""
    rows = Preference.objects.filter(user=user)
    chosen = {row.template: Chosen(row.in_app, row.email, row.push) for row in rows}
    return {template: chosen.get(template, Chosen(True, True, True)) for template in TEMPLATES}


def rhythm_of(user: User) -> Rhythm:
    """A person's quiet hours and daily letter; as everybody has it where they chose nothing."""
    row = Rhythm.objects.filter(user=user).first() or Rhythm(user=user)
    row.user = user
    return row


def unread_count(user: User) -> int:
    """How many are unread and may be read, at most 100 (shown as 99+)."""
    rows = Notification.objects.filter(user=user, read_at=None, in_app=True)
    rows = rows.only("pk", "template", "subject_kind", "subject_id")
    return len(still_told(user, list(rows[: COUNT_CAP + 1])))


def newest_sentence(user: User, template: str, item_id: str) -> str:
    """The newest news of this kind about a work item in the active language; empty when there is none."""
    about = Notification.objects.filter(user=user, template=template, subject_kind="work_item", subject_id=item_id)
    rows = told(user, list(about.order_by("-created_at", "id")[:1]))
    return rows[0].text if rows else ""


def _rows(user: User, show: Show, area: str) -> QuerySet[Notification]:
    rows = Notification.objects.filter(user=user, in_app=True).order_by("-created_at", "id")
    if show == Show.UNREAD:
        rows = rows.filter(read_at=None)
    if show == Show.LATE:
        rows = rows.filter(urgency=Urgency.BREACH)
    return rows.filter(template__startswith=f"{area}-") if area in AREAS else rows
