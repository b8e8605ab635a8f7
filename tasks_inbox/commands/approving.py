"""What approvers keep for themselves: the state of a record they saw, and their phrases."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import phrases, queries
from tasks_inbox.exceptions import PhrasesUnfit, WorkItemUnknown
from tasks_inbox.models import QuickPhrases, SeenRecord
from workflows.locks import retrying

MOST_STATES = 2**31 - 1


@retrying
@transaction.atomic(durable=True)
def note_seen(*, actor: User, work_item_id: UUID, number: int) -> SeenRecord | None:
    """Note that the person has the item's record before their eyes in state ``number``; nobody else is told.

    An older state than the one noted changes nothing: it is a page that stood open. None for an item about no record.
    Refuses items the person may not see.
    """
    item = queries.visible_item(actor, work_item_id)
    if item is None:
        raise WorkItemUnknown
    if not item.record_kind or not item.record_id or not 0 <= number <= MOST_STATES:
        return None
    key = {"user": actor, "record_kind": item.record_kind, "record_id": item.record_id}
    now = clock.now()
    row, made = SeenRecord.objects.select_for_update().get_or_create(
        **key, defaults={"number": number, "earlier": None, "at": now}
    )
    if not made and row.number < number:
        row.number, row.earlier, row.at = number, row.number, now
        row.save(update_fields=["number", "earlier", "at"])
    return row


@retrying
@transaction.atomic(durable=True)
def keep_phrases(*, actor: User, lines: Sequence[str]) -> list[str]:
    """Keep the person's phrases, one a line, in place of those before; none brings back the usual ones.

    Refuses more than 12 and any of more than 200 characters.
    """
    wanted = phrases.written(lines)
    if len(wanted) > phrases.MOST or any(len(text) > phrases.LONGEST for text in wanted):
        raise PhrasesUnfit
    if not wanted:
        QuickPhrases.objects.filter(user=actor).delete()
        return phrases.usual()
    QuickPhrases.objects.update_or_create(user=actor, defaults={"phrases": wanted})
    return wanted
