"""The rows of a list of tasks, and how they are grouped by when they are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from config import clock
from tasks_inbox import acting
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View
from web import process_words
from web.acted_for import for_whom
from web.subjects import subjects_of
from web.views.inbox_filter import day_end


@dataclass(slots=True)
class Group:
    """Rows under one heading; ``key`` keeps the heading the same element when the list is drawn again."""

    key: str
    label: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def rows_of(user: User, items: Sequence[WorkItem], *, view: str = View.MINE, query: str = "") -> list[dict[str, Any]]:
    """What each row shows; the number of queries does not grow with the items."""
    subjects = subjects_of(user, items)
    return [_row(user, item, subjects.get((item.record_kind, item.record_id)), view, query) for item in items]


def groups_of(rows: Iterable[dict[str, Any]], view: str) -> list[Group]:
    """Rows under Late, Today, This week, Later and No date; finished and started ones under one heading less."""
    groups: list[Group] = []
    for row in rows:
        key, label = _heading(row["item"], view)
        if not groups or groups[-1].key != key:
            groups.append(Group(key, label))
        groups[-1].rows.append(row)
    return groups


def _row(user: User, item: WorkItem, subject: Any, view: str, query: str) -> dict[str, Any]:
    process = process_words.process_name(item.instance.version_id)
    step = process_words.step_words(item)
    return {
        "item": item,
        "id": item.pk,
        "version": item.version,
        "title": process_words.task_name(item),
        "sub": [
            *([for_whom(absent)] if (absent := acting.for_whom(user, item)) is not None and item.is_open else []),
            subject.title if subject else item.record_number,
            f"{process} · {step}" if step else process,
        ],
        "fact": subject.fact if subject else "",
        "fact_tone": subject.fact_tone if subject else "",
        "unread": item.is_open and item.assignee_id == user.pk and item.opened_at is None,
        "due_item": item if item.is_open else None,
        "owner": item.assignee if item.assignee_id not in {None, user.pk} else None,
        "href": f"{reverse('inbox', args=[view])}?{urlencode(({'q': query} if query else {}) | {'task': item.pk})}",
        "detail_url": reverse("task_pane", args=[item.pk]),
    }


def _heading(item: WorkItem, view: str) -> tuple[str, str]:
    now = clock.now()
    if view == View.STARTED:
        return "started", _("Newest first")
    if view == View.DONE:
        return _done_heading(item.ended_at, now)
    if item.due_at is None:
        return "none", _("No date")
    if item.due_at < now:
        return "late", _("Late")
    if item.due_at < day_end(now, 1):
        return "today", _("Today")
    return ("week", _("This week")) if item.due_at < day_end(now, 7) else ("later", _("Later"))


def _done_heading(ended_at: datetime | None, now: datetime) -> tuple[str, str]:
    if ended_at is not None and ended_at >= day_end(now, 0):
        return "today", _("Today")
    return "earlier", _("Earlier")
