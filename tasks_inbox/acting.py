"""Standing in for somebody absent: whose tasks a person looks after, and for whom an act of theirs counts."""

from __future__ import annotations

from django.db.models import Q

from accounts import queries as people
from accounts.models import User
from accounts.rights import Cover
from config import clock
from tasks_inbox.models import WorkItem
from tasks_inbox.offers import Offer, offers_of

_KEPT_AS = "_baton_looked_after"


def theirs(user: User) -> Q:
    """The items that are a person's: they have them, or somebody has them for whom they stand in.

    Asks the database nothing beyond the person's rights for who stands in for nobody.
    """
    condition = Q(assignee=user)
    for cover in people.covers_of(user):
        condition |= Q(assignee=cover.person) & within(cover)
    return condition


def within(cover: Cover, items: str = "") -> Q:
    """The items in whose process and place it counts; ``items`` is the way to them, ``item__`` from a candidate."""
    condition = Q()
    if cover.processes is not None:
        condition &= Q(**{f"{items}process_key__in": sorted(cover.processes)})
    if cover.place:
        condition &= Q(**{f"{items}org_unit__path__startswith": cover.place})
    return condition


def acts_for_assignee(user: User, item: WorkItem) -> bool:
    """Whether the person stands in for the one who has the item, now and for its process and place.

    Asked of the database once for each holder of an item object.
    """
    if item.assignee_id is None or item.assignee_id == user.pk:
        return False
    asked = (user.pk, item.assignee_id)
    kept: dict[tuple[int, int], bool] = item.__dict__.setdefault(_KEPT_AS, {})
    if asked not in kept:
        kept[asked] = people.stands_in(user, item.assignee_id, clock.now(), item.process_key, item.org_unit)
    return kept[asked]


def offered_directly(user: User, item: WorkItem) -> bool:
    """Whether the item is offered to this person by name or by group."""
    keys = people.group_keys(user)
    return any(key in keys if user_id is None else user_id == user.pk for key, user_id, _ in offers_of(item))


def taken_for(user: User, item: WorkItem) -> int | None:
    """For whom this person takes an item that nobody has: the absent person it is offered to, None for themselves."""
    return None if offered_directly(user, item) else offered_through(user, item)


def offered_through(user: User, item: WorkItem, *, escalated: bool | None = None) -> int | None:
    """The absent person, one the user stands in for, to whom the item is offered by name; None where there is none.

    With ``escalated`` only offers to people above the holder count, or only the others.
    """
    named = {offer.user_id for offer in offers_of(item) if _counts(offer, escalated)} - {user.pk}
    if not named:
        return None
    path = item.org_unit.path if item.org_unit is not None else None
    fits = (cover for cover in people.covers_of(user) if cover.reaches(item.process_key, path))
    return next((cover.person for cover in fits if cover.person in named), None)


def acting_for(user: User, item: WorkItem) -> int | None:
    """For whom an act of this person on the item counts: the absent person, by id; None for themselves.

    No query for who has the item, or where nobody has it.
    """
    if item.assignee_id == user.pk:
        return item.on_behalf_of_id
    return item.assignee_id if acts_for_assignee(user, item) else None


def for_whom(user: User, item: WorkItem) -> User | None:
    """The absent person a reader of the inbox sees an item for; None for an item of their own or of no concern."""
    if item.assignee_id in {None, user.pk}:
        return item.on_behalf_of
    path = item.org_unit.path if item.org_unit is not None else None
    covered = any(
        cover.person == item.assignee_id and cover.reaches(item.process_key, path) for cover in people.covers_of(user)
    )
    return item.assignee if covered else None


def _counts(offer: Offer, escalated: bool | None) -> bool:
    return offer.user_id is not None and escalated in {None, offer.escalated}
