"""What can be asked of the inbox: the views, one page of each, counts capped at 99, and who may see an item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import permissions
from accounts import queries as people
from accounts.models import Action, User
from config import clock
from tasks_inbox.models import Candidate, WorkItem
from tasks_inbox.offers import offers_of

PAGE = 50
WORK_ITEM = "work_item"
COUNT_CAP = 99


class View(StrEnum):
    """The lists an employee switches between."""

    MINE = "mine"
    GROUPS = "groups"
    OVERDUE = "overdue"
    TODAY = "today"
    DONE = "done"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view; ``more`` says that another one follows; ``fingerprint`` changes when anything shown does."""

    view: View
    items: tuple[WorkItem, ...]
    more: bool
    fingerprint: str


BY_DUE = (F("due_at").asc(nulls_last=True), "created_at", "id")


EVERYTHING = Q()


def page(user: User, view: View, *, offset: int = 0, where: Q = EVERYTHING) -> Page:
    """Fifty rows of a view from the ``offset``-th on, with holder and process loaded; ``where`` narrows the view."""
    rows = list(_rows(user, view, offset + PAGE + 1, where)[offset:])
    shown = tuple(rows[:PAGE])
    return Page(view, shown, len(rows) > PAGE, fingerprint(shown, capped_count(user, view, where=where)))


def capped_count(user: User, view: View, *, where: Q = EVERYTHING) -> int:
    """How many rows the view has, at most 100 (shown as 99+)."""
    return len(_ids(user, view, COUNT_CAP + 1, where))


def fingerprint(items: Iterable[WorkItem], count: int) -> str:
    """A short hash over the shown rows in their order and the count; two equal screens have equal ones."""
    text = ",".join(f"{item.id}:{item.version}" for item in items)
    return hashlib.blake2b(f"{count}|{text}".encode(), digest_size=8).hexdigest()


def visible_item(user: User, item_id: UUID | str) -> WorkItem | None:
    """The item if this person may see it: it is theirs, offered to them, done by them, or of somebody they lead."""
    try:
        item = (
            WorkItem.objects.select_related("assignee", "instance", "org_unit")
            .defer("instance__state")
            .filter(pk=item_id)
            .first()
        )
    except ValueError:
        return None
    return item if item is not None and may_see(user, item) else None


def may_see(user: User, item: WorkItem) -> bool:
    """Whether a person may look at a work item."""
    if user.pk in {item.assignee_id, item.ended_by_id, item.instance.started_by_id}:
        return True
    return (
        may_take(user, item)
        or permissions.may(user, Action.VIEW, WORK_ITEM, item)
        or may_reassign(user, item)
        or acts_for_assignee(user, item)
    )


def may_take(user: User, item: WorkItem) -> bool:
    """Whether the item is offered to this person by name or by group."""
    keys = people.group_keys(user)
    return any(key in keys if user_id is None else user_id == user.pk for key, user_id, _ in offers_of(item))


def acts_for_assignee(user: User, item: WorkItem) -> bool:
    """Whether the person stands in for the one who has the item, today and for this process and branch."""
    if item.assignee is None:
        return False
    return user in people.substitutes_of(item.assignee, clock.now(), item.process_key, item.org_unit)


def may_reassign(user: User, item: WorkItem) -> bool:
    """Whether the person may hand the item to others: by a data scope over its unit, or as the holder's manager."""
    if permissions.may(user, Action.ASSIGN, WORK_ITEM, item):
        return True
    return item.assignee is not None and people.manager_of(item.assignee) == user


def _rows(user: User, view: View, limit: int, where: Q) -> QuerySet[WorkItem]:
    loaded = WorkItem.objects.in_context()
    match view:
        case View.DONE:
            return loaded.filter(_matching(user, view), where).order_by("-ended_at", "id")[:limit]
        case View.GROUPS:
            return loaded.filter(pk__in=offered_ids(user, limit, where)).order_by(*BY_DUE)
        case View.STARTED:
            return loaded.filter(_matching(user, view), where).order_by("-created_at", "id")[:limit]
    return loaded.filter(_matching(user, view), where).order_by(*BY_DUE)[:limit]


def _ids(user: User, view: View, limit: int, where: Q) -> list[UUID]:
    if view == View.GROUPS:
        return offered_ids(user, limit, where)
    rows = WorkItem.objects.filter(_matching(user, view), where)
    return list(rows.order_by().values_list("pk", flat=True)[:limit])


def _matching(user: User, view: View) -> Q:
    still_open = Q(status=WorkItem.Status.OPEN)
    now = clock.now()
    match view:
        case View.MINE:
            return still_open & Q(assignee=user)
        case View.OVERDUE:
            return still_open & Q(assignee=user, due_at__lt=now)
        case View.TODAY:
            return still_open & Q(assignee=user, due_at__lt=_end_of_day(user, now))
        case View.STARTED:
            return still_open & Q(instance__root__started_by=user)
        case View.DONE:
            return ~still_open & Q(ended_by=user)
    raise ValueError(f"{view} is no filter over work items")


def offered_ids(user: User, limit: int, where: Q = EVERYTHING) -> list[UUID]:
    """The first ``limit`` untaken items offered to a person: one short index walk per group, merged by due moment."""
    order = ("sort_at", "created_at", "item")
    free = Candidate.objects.filter(available=True)
    if where:
        free = free.filter(item__in=WorkItem.objects.filter(where))
    walks = [free.filter(user=user)] + [
        free.filter(user=None, group_key=key) for key in sorted(people.group_keys(user))
    ]
    heads = [walk.order_by(*order).values_list(*order)[:limit] for walk in walks]
    merged = heads[0].union(*heads[1:], all=True).order_by(*order) if len(heads) > 1 else heads[0]
    return list(dict.fromkeys(item for _sort_at, _created_at, item in merged[:limit]))


def _end_of_day(user: User, now: datetime) -> datetime:
    local = now.astimezone(user.time_zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
