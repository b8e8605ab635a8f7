"""How a person stands to a work item: whose it is, who may take it, and so which acts a screen offers."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from tasks_inbox import acting, operations, queries
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import offers_of

DUE_DATE_HEADER = "due-date-by"
PRIORITY_HEADER = "priority-by"
HOLDER, NOBODY = "holder", "nobody"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person may do with an item now; every command checks again for itself."""

    may_claim: bool
    may_release: bool
    may_complete: bool
    may_transfer: bool


NOTHING = Standing(may_claim=False, may_release=False, may_complete=False, may_transfer=False)


def standing_of(user: User, item: WorkItem) -> Standing:
    """The acts a person has on an item they may see; none on an ended one, and on one that somebody is finishing.

    One that somebody signs before is completed by nobody until they have.
    """
    if not item.is_open or item.held_by_id is not None:
        return NOTHING
    mine = holds(user, item)
    takes = item.assignee_id is None and queries.may_take(user, item) and not operations.is_excluded(user, item)
    own = mine and not is_delegate(user, item)
    return Standing(
        may_claim=takes,
        may_release=own and bool(offers_of(item)),
        may_complete=(own or takes) and not item.awaits,
        may_transfer=own or queries.may_reassign(user, item),
    )


def is_delegate(user: User, item: WorkItem) -> bool:
    """Whether the person has the item only to do its work for its owner, who finishes it: no more is theirs."""
    return item.delegated_by_id is not None and not _is_above(user, item)


def may_plan(user: User, item: WorkItem, header: str) -> bool:
    """Whether a person may change what the header is about: somebody above the holder, but never the holder.

    The header of the task in its model says otherwise: ``holder`` lets the holder, too, ``nobody`` lets nobody.
    """
    rule = item.headers.get(header)
    if rule == NOBODY or not item.is_open:
        return False
    if rule == HOLDER and holds(user, item):
        return True
    return user.pk != item.assignee_id and queries.may_reassign(user, item)


def may_involve(user: User, item: WorkItem) -> bool:
    """Whether a person may bring others into an open item: who has it, owns it, started it, or is above the holder."""
    involved = {item.assignee_id, item.delegated_by_id, item.instance.started_by_id}
    return user.pk in involved or holds(user, item) or queries.may_reassign(user, item)


def holds(user: User, item: WorkItem) -> bool:
    """Whether the item is the person's: taken, stood in for, or escalated to them."""
    if item.assignee_id == user.pk:
        return True
    above = _is_above(user, item)
    return (above or queries.acts_for_assignee(user, item)) and not operations.is_excluded(user, item)


def _is_above(user: User, item: WorkItem) -> bool:
    """Whether the item was escalated to the person, or to somebody for whom they stand in."""
    if any(offer.escalated and offer.user_id == user.pk for offer in offers_of(item)):
        return True
    return acting.offered_through(user, item, escalated=True) is not None
