"""Who may still be told of something: asked anew whenever it is shown, counted or sent, never kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.models import User
from notifications import texts
from notifications.models import Notification
from tasks_inbox.queries import WORK_ITEM, seen_among
from workflows import records

Subject = tuple[str, str]
"""A kind and an id: of a work item or of a record; empty for news about neither."""


def may_hear(user: User, subject: Subject) -> bool:
    """Whether the person may be told of a work item or record as things are now; of neither, everybody may."""
    return subject in seen_subjects(user, [subject])


def seen_subjects(user: User, subjects: Iterable[Subject]) -> set[Subject]:
    """Which of these the person may see now; one query for each kind of record, a few for work items."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, subject_id in subjects:
        wanted[kind].add(subject_id)
    return {(kind, subject_id) for kind, ids in wanted.items() for subject_id in _seen(user, kind, ids)}


def still_told(user: User, rows: Sequence[Notification]) -> list[Notification]:
    """The news a person may still read, in their order.

    Of what they may see no longer only what says that it is over stays, without a name (`texts.farewell`).
    """
    seen = seen_subjects(user, {(row.subject_kind, row.subject_id) for row in rows})
    for row in rows:
        row.is_farewell = (row.subject_kind, row.subject_id) not in seen
    return [row for row in rows if not row.is_farewell or texts.farewell(row.template)]


def _seen(user: User, kind: str, ids: set[str]) -> set[str]:
    if not kind:
        return ids
    if kind == WORK_ITEM:
        return {str(pk) for pk in seen_among(user, [each for each in ids if _is_uuid(each)])}
    if kind not in records.kinds():
        return set()
    try:
        rows = records.kind(kind).visible_to(user).filter(pk__in=ids)
        return {str(pk) for pk in rows.order_by().values_list("pk", flat=True)}
    except (ValidationError, ValueError):
        return {each for each in ids if records.is_visible(user, kind, each)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
