"""The rows of a list of tasks, under which headings they stand, and why in this order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from config import clock
from tasks_inbox import acting, bulk
from tasks_inbox.arranging import Grouping, Order
from tasks_inbox.exceptions import being_finished_by
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View
from web import clocks, dates, process_words
from web.acted_for import for_whom
from web.components import money
from web.subjects import subjects_of
from web.views.inbox_filter import day_end
from web.views.task_aside import delegated_words, marks_shown

PRIORITY_OF_NO_INTEREST = WorkItem._meta.get_field("priority").default
"""The one tasks have unless somebody or their process says otherwise."""


@dataclass(slots=True)
class Group:
    """Rows under one heading; ``key`` keeps the heading the same element when the list is drawn again."""

    key: str
    label: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def rows_of(user: User, items: Sequence[WorkItem], *, here: str = "", order: Order = Order.OWN) -> list[dict[str, Any]]:
    """What each row shows; the number of queries does not grow with the items. ``here`` is the list's own address."""
    subjects = subjects_of(user, items)
    clocks.attach(items, subjects)
    link = f"{here or reverse('inbox', args=[View.MINE])}{'&' if '?' in here else '?'}task="
    return [_row(user, item, subjects.get((item.record_kind, item.record_id)), link, order) for item in items]


def groups_of(
    rows: Iterable[dict[str, Any]], view: str, *, grouping: Grouping = Grouping.OWN, page: int = 1
) -> list[Group]:
    """Rows under what ``grouping`` says: Late, Today, This week, Later and No date; customers; processes; nothing.

    Finished and started ones stand under one heading less. Keys of later pages are told apart from the first one's.
    """
    groups: list[Group] = []
    for row in rows:
        key, label = _heading_of(row, view, grouping)
        key = f"{key}-p{page}" if page > 1 else key
        if not groups or groups[-1].key != key:
            groups.append(Group(key, label))
        groups[-1].rows.append(row)
    return groups


def _heading_of(row: dict[str, Any], view: str, grouping: Grouping) -> tuple[str, str]:
    match grouping:
        case Grouping.NONE:
            return "all", ""
        case Grouping.CUSTOMER:
            name = row["item"].customer_name or ""
            return f"customer-{crc32(name.encode()):x}", name or _("Without a customer")
        case Grouping.PROCESS:
            return f"process-{crc32(row['item'].process_key.encode()):x}", row["process"]
    return _heading(row["item"], view)


def _row(user: User, item: WorkItem, subject: Any, link: str, order: Order) -> dict[str, Any]:
    process = process_words.process_name(item.instance.version_id)
    step = process_words.step_words(item)
    return {
        "item": item,
        "id": item.pk,
        "version": item.version,
        "process": process,
        "title": process_words.task_name(item),
        "sub": [
            *([being_finished_by(item.held_by.display_name)] if item.held_by is not None and item.is_open else []),
            *([for_whom(absent)] if (absent := acting.for_whom(user, item)) is not None and item.is_open else []),
            *([delegated_words(item)] if item.delegated_by is not None and item.is_open else []),
            *([about] if (about := subject.title if subject else item.record_number) else []),
            f"{process} · {step}" if step else process,
        ],
        "fact": subject.fact if subject else "",
        "fact_tone": subject.fact_tone if subject else "",
        "unread": item.is_open and item.assignee_id == user.pk and item.opened_at is None,
        "due_item": item if item.is_open else None,
        "marks": marks_shown(item),
        "owner": item.assignee if item.assignee_id not in {None, user.pk} else None,
        "reason": reason_of(item) if order == Order.BEST else "",
        "href": f"{link}{item.pk}",
        "detail_url": reverse("task_pane", args=[item.pk]),
        "kind": bulk.kind_of(item),
        "many": bulk.done_blind(item),
    }


def reason_of(item: Any) -> str:
    """Why a task stands where it stands in the order of what is next best: "2 h late, ¥120,000, waiting for 3 d"."""
    now, parts = clock.now(), []
    if item.due_at is not None:
        left = item.due_at - now
        said = {"span": dates.span(left)}
        parts.append(_("%(span)s late") % said if left <= timedelta(0) else _("due in %(span)s") % said)
    if item.priority != PRIORITY_OF_NO_INTEREST:
        parts.append(_("priority %(priority)s") % {"priority": item.priority})
    if item.worth:
        parts.append(money(item.worth))
    parts.append(_("waiting for %(span)s") % {"span": dates.span(now - item.created_at)})
    return _(", ").join(parts)


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
