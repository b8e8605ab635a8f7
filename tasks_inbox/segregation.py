"""Whom the model keeps from a task by its headers: the requester, and whoever did another step of the same case."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from accounts import queries as people
from accounts.models import User
from bpmn.approver_rules import ABOVE, DIFFERENT_FROM, REQUESTER_IS_APPROVER
from tasks_inbox.models import WorkItem

_KEPT_AS = "_baton_kept_apart"
LEVELS = 10


def has_rules(item: WorkItem) -> bool:
    """Whether a header of the item keeps anybody from it."""
    return bool(item.headers.get(DIFFERENT_FROM)) or item.headers.get(REQUESTER_IS_APPROVER) == ABOVE


def kept_apart(item: WorkItem) -> list[User]:
    """The people a header keeps from the item; asked once for each item object, never without such a header.

    Those who completed the steps named by ``differentFrom`` in the same instance, and for whom they did it; with
    ``requesterIsApprover: above`` whoever started the process.
    """
    kept: list[User] | None = item.__dict__.get(_KEPT_AS)
    if kept is None:
        kept = list(User.objects.filter(pk__in=_ids(item))) if has_rules(item) else []
        item.__dict__[_KEPT_AS] = kept
    return kept


def next_above(item: WorkItem, named: User, barred: frozenset[int]) -> User | None:
    """The person an item goes to: ``named``, or the nearest manager above who is not kept from it; None for nobody."""
    person: User | None = named
    for _level in range(LEVELS):
        if person is None or person.pk not in barred:
            return person
        person = people.manager_of(person)
    return None


def _ids(item: WorkItem) -> set[int]:
    elements = [part.strip() for part in str(item.headers.get(DIFFERENT_FROM, "")).split(",") if part.strip()]
    found = set(_who_did(item, elements)) if elements else set()
    if item.headers.get(REQUESTER_IS_APPROVER) == ABOVE and item.instance.started_by_id is not None:
        found.add(item.instance.started_by_id)
    return found


def _who_did(item: WorkItem, elements: list[str]) -> Iterable[int]:
    done = Q(instance=item.instance_id, element__in=elements, status=WorkItem.Status.COMPLETED)
    for pair in WorkItem.objects.filter(done).values_list("ended_by", "on_behalf_of"):
        yield from (pk for pk in pair if pk is not None)
