"""How a person stands to a work item: whose it is, who may take it, and so which acts a screen offers."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from tasks_inbox import acting, operations, queries
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import offers_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person may do with an item now; every command checks again for itself."""

    may_claim: bool
    may_release: bool
    may_complete: bool
    may_transfer: bool


NOTHING = Standing(may_claim=False, may_release=False, may_complete=False, may_transfer=False)


def standing_of(user: User, item: WorkItem) -> Standing:
    """The acts a person has on an item they may see; none on an ended one, and on one that somebody is finishing."""
    if not item.is_open or item.held_by_id is not None:
        return NOTHING
    mine = holds(user, item)
    takes = item.assignee_id is None and queries.may_take(user, item) and not operations.is_excluded(user, item)
    return Standing(
        may_claim=takes,
        may_release=mine and bool(offers_of(item)),
        may_complete=mine or takes,
        may_transfer=mine or queries.may_reassign(user, item),
    )


def holds(user: User, item: WorkItem) -> bool:
    """Whether the item is the person's: taken, stood in for, or escalated to them."""
    if item.assignee_id == user.pk:
        return True
    above = any(offer.escalated and offer.user_id == user.pk for offer in offers_of(item))
    above = above or acting.offered_through(user, item, escalated=True) is not None
    return (above or queries.acts_for_assignee(user, item)) and not operations.is_excluded(user, item)
