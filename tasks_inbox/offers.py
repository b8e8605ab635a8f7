"""To whom a work item is offered: group keys and people, read once per item object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tasks_inbox.models import Candidate, WorkItem

_KEPT_AS = "_baton_offers"


class Offer(NamedTuple):
    """A candidate row: a group when ``user_id`` is None; ``escalated`` marks people above the holder."""

    group_key: str
    user_id: int | None
    escalated: bool = False


def offers_of(item: WorkItem) -> Sequence[Offer]:
    """The item's offers, also while it is taken; one query the first time an item object is asked."""
    load_offers([item])
    return getattr(item, _KEPT_AS)  # type: ignore[no-any-return]


def load_offers(items: Iterable[WorkItem]) -> None:
    """Read the offers of all items that do not know theirs, in one query."""
    asked = {item.pk: item for item in items if not hasattr(item, _KEPT_AS)}
    if not asked:
        return
    found: dict[object, list[Offer]] = {pk: [] for pk in asked}
    rows = Candidate.objects.filter(item__in=list(asked)).order_by("pk")
    for pk, group_key, user_id, escalated in rows.values_list("item", "group_key", "user", "escalated"):
        found[pk].append(Offer(group_key, user_id, escalated))
    for pk, item in asked.items():
        keep_offers(item, found[pk])


def keep_offers(item: WorkItem, offers: Iterable[Offer]) -> None:
    """Let the item know its offers. Whoever writes candidate rows of an item at hand says so here."""
    setattr(item, _KEPT_AS, tuple(offers))
