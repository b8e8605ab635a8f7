"""Those who follow a work item: read once per item object, and only while they may see it."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from tasks_inbox import queries
from tasks_inbox.models import WorkItem

MOST_TOLD = 200
_KEPT_AS = "_baton_followers"


def followers_of(item: WorkItem) -> Sequence[User]:
    """The people who are told of each act on the item, the first 200 who follow it; no query for one nobody follows."""
    if not item.watched:
        return ()
    kept: tuple[User, ...] | None = getattr(item, _KEPT_AS, None)
    if kept is None:
        people = User.objects.filter(is_active=True, watch__item=item).order_by("watch__pk")[:MOST_TOLD]
        kept = tuple(person for person in people if queries.may_see(person, item))
        setattr(item, _KEPT_AS, kept)
    return kept


def forget_followers(item: WorkItem) -> None:
    """Who follows the item has changed."""
    item.__dict__.pop(_KEPT_AS, None)
