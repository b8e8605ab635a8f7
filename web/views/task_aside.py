"""What stands beside a task's facts: priority, labels, who was asked or sent it, what of that the reader can end."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from tasks_inbox.marks import marks_of
from tasks_inbox.models import Consultation, Copy, WorkItem
from tasks_inbox.standing import holds

MOST_SHOWN = 60


def aside_of(user: User, item: WorkItem) -> dict[str, Any]:
    """The context of the part; nothing is asked that the item says was never there."""
    questions = _questions(item)
    for_me = next((each for each in questions if each.is_open and each.asked == user), None)
    copies = _copies(item)
    return {
        "item": item,
        "marks": marks_of(user, item),
        "priority": priority_of(item),
        "question_for_me": for_me,
        "other_questions": [each for each in questions if each != for_me],
        "copies": copies,
        "my_copy": next((copy for copy in copies if copy.user == user), None),
        "is_owner": item.delegated_by_id == user.pk,
        "is_delegate": item.delegated_by_id is not None and item.is_open and holds(user, item),
    }


def marks_shown(item: WorkItem) -> list[dict[str, str]]:
    """What a row shows beside the title: an unusual priority, then the labels the reader sees."""
    priority = priority_of(item)
    marks = [{"name": priority["label"], "colour": priority["tone"], "icon": "flag"}] if priority else []
    return marks + [{**label, "icon": ""} for label in getattr(item, "marked_labels", ())]


def delegated_words(item: WorkItem) -> str:
    """For whom the holder does the work, in rows."""
    assert item.delegated_by is not None
    return _("work for %(name)s") % {"name": item.delegated_by.display_name}


def priority_of(item: WorkItem) -> dict[str, str] | None:
    """A priority that is worth a word, with its tone; None for the usual one."""
    if item.priority > 75:
        return {"label": _("Urgent"), "tone": "danger"}
    if item.priority > 50:
        return {"label": _("High priority"), "tone": "warning"}
    return {"label": _("Low priority"), "tone": ""} if item.priority < 50 else None


def _questions(item: WorkItem) -> list[Consultation]:
    """What was asked about the item and not withdrawn."""
    if not item.consulted:
        return []
    rows = Consultation.objects.filter(item=item).exclude(status=Consultation.Status.WITHDRAWN)
    return list(rows.select_related("asked", "by").order_by("at", "pk")[:MOST_SHOWN])


def _copies(item: WorkItem) -> list[Copy]:
    if not item.copied:
        return []
    return list(Copy.objects.filter(item=item).select_related("user", "by").order_by("at", "pk")[:MOST_SHOWN])
