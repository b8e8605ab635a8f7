"""What somebody typed into a form and has not sent, or sent in vain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from accounts.models import User
from config import clock
from tasks_inbox.models import Draft, WorkItem
from workflows import statements
from workflows.rows import Table

_DRAFTS = Table(Draft)
_KEPT_AS = "_baton_authors"
_DROP = "DELETE FROM tasks_inbox_draft WHERE item_id = %s AND user_id = %s"
_OR_INSTEAD = "(item_id, user_id) DO UPDATE SET answers = EXCLUDED.answers, saved_at = EXCLUDED.saved_at"


def keep(item: WorkItem, user: User, answers: Mapping[str, Any]) -> Draft:
    """The person's one draft of a locked item is this from now on."""
    assert connection.in_atomic_block
    draft = Draft(item=item, user=user, answers=dict(answers), saved_at=clock.now())
    _DRAFTS.insert([draft], _OR_INSTEAD)
    keep_authors(item, [*item.__dict__.get(_KEPT_AS, ()), user.pk])
    return draft


def keep_authors(item: WorkItem, authors: Iterable[int]) -> None:
    """Let a locked item know whose drafts it has."""
    setattr(item, _KEPT_AS, frozenset(authors))


def drop(item: WorkItem, user: User) -> None:
    """The person's draft of a locked item goes, if there is one."""
    if user.pk in getattr(item, _KEPT_AS, {user.pk}):
        statements.later(_DROP, [item.pk, user.pk])
