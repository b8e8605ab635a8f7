"""What somebody typed into a form and has not sent, or sent in vain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts.models import User
from config import clock
from tasks_inbox.models import Draft, WorkItem
from workflows.rows import Table

_DRAFTS = Table(Draft)
_OR_INSTEAD = "(item_id, user_id) DO UPDATE SET answers = EXCLUDED.answers, saved_at = EXCLUDED.saved_at"


def keep(item: WorkItem, user: User, answers: Mapping[str, Any]) -> Draft:
    """The person's one draft of a locked item is this from now on."""
    assert connection.in_atomic_block
    draft = Draft(item=item, user=user, answers=dict(answers), saved_at=clock.now())
    _DRAFTS.insert([draft], _OR_INSTEAD)
    return draft
