"""What an approver saw of a record before: the state against which changes are marked."""

from __future__ import annotations

from accounts.models import User
from tasks_inbox.models import SeenRecord, WorkItem


def seen_before(user: User, item: WorkItem, number: int) -> int | None:
    """The last other state of the item's record that this person saw, now that it is in state ``number``.

    None for somebody who sees it for the first time. One query.
    """
    row = SeenRecord.objects.filter(user=user, record_kind=item.record_kind, record_id=item.record_id).first()
    if row is None:
        return None
    return row.number if row.number < number else row.earlier
