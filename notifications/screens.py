"""What an open screen asks the database: whether its person may still work, which groups it is in, how lists look."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts import idle
from accounts import queries as people
from accounts.models import User
from notifications import live_lists
from notifications import queries as bell
from notifications.rights import EVERYONE
from tasks_inbox import approvals
from tasks_inbox import queries as inbox
from tasks_inbox.audiences import EVERY_TASK, cover_group, queue_group, record_group, user_group
from workflows import records
from workflows.exceptions import UnknownRecordKind

COUNTED = (inbox.View.MINE, inbox.View.GROUPS, inbox.View.OVERDUE, inbox.View.TODAY)
NAME_SECONDS = 60.0

_names: dict[int, tuple[float, User]] = {}


def look_up(user_id: int, lists: Sequence[str], session_key: str | None) -> tuple[User, set[str]] | None:
    """The person as they are now, with their present rights, and the channel groups of a screen of theirs.

    None when the login has ended or the person has left.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or (session_key and not idle.is_open(session_key)):
        return None
    groups = {EVERYONE, user_group(user.pk)} | {queue_group(key) for key in people.group_keys(user)}
    groups |= {cover_group(cover.person) for cover in people.covers_of(user) if cover.is_whole}
    if any(live_lists.shows_others(name) for name in lists):
        groups.add(EVERY_TASK)
    for name in lists:
        kind, _, rest = name.partition(":")
        if kind == "record":
            record_kind, _, record_id = rest.partition(":")
            if _may_see(user, record_kind, record_id):
                groups.add(record_group(record_kind, record_id))
    return user, groups


def known_name(user_id: int, language: str) -> str | None:
    """The name of a person, where this process has looked it up within a minute."""
    until, person = _names.get(user_id, (0.0, None))
    return person.name_in(language) if person is not None and until > time.monotonic() else None


def name_of(user_id: int, language: str) -> str:
    """The name of a person for a reader of that language; empty for nobody. Kept for a minute for all screens."""
    found = known_name(user_id, language)
    if found is None:
        person = User.objects.filter(pk=user_id).first()
        if person is None:
            return ""
        _names[user_id] = (time.monotonic() + NAME_SECONDS, person)
        found = person.name_in(language)
    return found


def names_of(user_ids: Sequence[int], language: str) -> list[str]:
    """The names of several people, in alphabetical order."""
    return sorted(name for user_id in user_ids if (name := name_of(user_id, language)))


def may_look_at(user: User, item_id: str) -> bool:
    """Whether the person may see a task."""
    try:
        return inbox.visible_item(user, item_id) is not None
    except (ValidationError, ValueError):
        return False


def failure(user: User, item_id: str) -> str:
    """The sentence of the newest failure of a person's act on an item, in their language."""
    with override(user.language or None):
        return bell.newest_sentence(user, "task-not-finished", item_id)


def beat(user: User, lists: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    """The fingerprint of every list on the page, by the page's own query, and the counts."""
    return fingerprints(user, lists), counts(user)


def fingerprints(user: User, lists: Sequence[str]) -> dict[str, str]:
    """How these lists look for a person now."""
    return live_lists.fingerprints(user, lists)


def counts(user: User) -> dict[str, int]:
    """The numbers on the badges of every page."""
    found = {f"inbox:{view}": count for view, count in inbox.capped_counts(user, COUNTED).items()}
    return found | {"approvals": approvals.count_for(user), "bell": bell.unread_count(user)}


def _may_see(user: User, kind: str, record_id: str) -> bool:
    try:
        return records.kind(kind).visible_to(user).filter(pk=record_id).exists()
    except (UnknownRecordKind, ValidationError, ValueError):
        return False
