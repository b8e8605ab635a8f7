"""What can be asked of the inbox: the views, one page of each, counts capped at 99, and who may see an item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import permissions, scopes
from accounts import queries as people
from accounts.models import Action, User
from config import clock
from tasks_inbox import acting, holding, onlookers
from tasks_inbox.marks import with_marks
from tasks_inbox.models import Candidate, WorkItem

PAGE = 50
WORK_ITEM = "work_item"
COUNT_CAP = 99


class View(StrEnum):
    """The lists an employee switches between."""

    MINE = "mine"
    GROUPS = "groups"
    OVERDUE = "overdue"
    TODAY = "today"
    SNOOZED = "snoozed"
    WATCHING = "watching"
    ASKED = "asked"
    DONE = "done"
    STARTED = "started"
    CC = "cc"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view; ``more`` says that another one follows; ``fingerprint`` changes when anything shown does.

    ``cut`` says that the view has more rows than were looked at.
    """

    view: View
    items: tuple[WorkItem, ...]
    more: bool
    fingerprint: str
    cut: bool = False


BY_DUE = (F("due_at").asc(nulls_last=True), "created_at", "id")
EVERYTHING = Q()
SEEING = (Action.VIEW, Action.ASSIGN)
OWN_BY_DUE = frozenset({View.MINE, View.OVERDUE, View.TODAY})
BY_RECORD = frozenset({View.CC, View.ASKED})
"""What is here because others sent it: shown only to who may see the record, which is asked for the page's rows."""


def page(user: User, view: View, *, offset: int = 0, where: Q = EVERYTHING) -> Page:
    """Fifty rows of a view from the ``offset``-th on, with holder and process loaded; ``where`` narrows the view."""
    return _page(user, view, offset, where, with_marks(WorkItem.objects.in_context(), user))


def page_fingerprint(user: User, view: View, *, offset: int = 0, where: Q = EVERYTHING) -> str:
    """The fingerprint of that page, without what is shown of its rows: open screens ask for it again and again."""
    return _page(user, view, offset, where, bare_rows()).fingerprint


def bare_rows() -> QuerySet[WorkItem]:
    """Items with no more than a fingerprint is made of."""
    return WorkItem.objects.only("version", "record_kind", "record_id")


def _page(user: User, view: View, offset: int, where: Q, loaded: QuerySet[WorkItem]) -> Page:
    rows = list(_rows(user, view, offset, where, loaded))
    shown = tuple(_still_seen(user, view, rows[:PAGE]))
    is_all = offset == 0 and len(rows) <= PAGE and view not in BY_RECORD
    count = len(rows) if is_all else capped_count(user, view, where=where)
    return Page(view, shown, len(rows) > PAGE, fingerprint(shown, count))


def rows_in_order(user: User, view: View, where: Q = EVERYTHING) -> QuerySet[WorkItem]:
    """All rows of any view but that of one's groups, in the view's own order."""
    return WorkItem.objects.filter(_matching(user, view), where).order_by(*own_order(user, view))


def own_order(user: User, view: View) -> tuple[Any, ...]:
    """How a view is sorted by itself."""
    match view:
        case View.DONE:
            return ("-ended_at", "id")
        case View.STARTED:
            return ("-created_at", "id")
        case View.SNOOZED:
            return (onlookers.wakes_at(user).asc(), "id")
        case View.CC:
            return (onlookers.copied_at(user).desc(), "id")
        case View.ASKED:
            return (onlookers.asked_at(user).asc(), "id")
    return BY_DUE


def capped_count(user: User, view: View, *, where: Q = EVERYTHING) -> int:
    """How many rows the view has, at most 100 (shown as 99+)."""
    return len(_ids(user, view, COUNT_CAP + 1, where))


def capped_counts(user: User, views: Iterable[View]) -> dict[View, int]:
    """How many rows each of these views has, each at most 100; those of one's own tasks together, in one query."""
    wanted = list(views)
    found = _counts_by_due(user) if OWN_BY_DUE & set(wanted) else {}
    return {view: found[view] if view in found else capped_count(user, view) for view in wanted}


def _counts_by_due(user: User) -> dict[View, int]:
    """What is overdue or due today is the head of one's tasks by due moment: a hundred rows tell all three numbers."""
    now = clock.now()
    rows = WorkItem.objects.filter(_matching(user, View.MINE)).order_by(BY_DUE[0])
    due = list(rows.values_list("due_at", flat=True)[: COUNT_CAP + 1])
    bounds = {View.OVERDUE: now, View.TODAY: _end_of_day(user, now)}
    heads = {view: sum(each is not None and each < bound for each in due) for view, bound in bounds.items()}
    return {View.MINE: len(due)} | heads


def fingerprint(items: Iterable[WorkItem], count: int) -> str:
    """A short hash over the shown rows in their order and the count; two equal screens have equal ones."""
    text = ",".join(f"{item.id}:{item.version}" for item in items)
    return hashlib.blake2b(f"{count}|{text}".encode(), digest_size=8).hexdigest()


def visible_item(user: User, item_id: UUID | str) -> WorkItem | None:
    """The item if this person may see it: it is theirs, offered to them, done by them, or of somebody they lead."""
    try:
        item = with_marks(WorkItem.objects.in_context(), user).filter(pk=item_id).first()
    except ValueError:
        return None
    return item if item is not None and may_see(user, item) else None


def may_see(user: User, item: WorkItem) -> bool:
    """Whether a person may look at a work item: it concerns them, or it was sent to them to read."""
    return concerns(user, item) or onlookers.is_let_in(user, item)


def seen_among(user: User, item_ids: Iterable[UUID | str]) -> set[UUID]:
    """Which of these items the person may see, as ``may_see`` says of each.

    One query for those that concern them by their own columns; for the others a fixed number more, and one for each
    holder whose manager is asked for.
    """
    asked = {UUID(str(each)) for each in item_ids}
    found = set(WorkItem.objects.filter(_seen_by(user), pk__in=asked).values_list("pk", flat=True)) if asked else set()
    rest = list(WorkItem.objects.in_context().filter(pk__in=asked - found)) if asked - found else []
    found |= {item.pk for item in onlookers.let_in_among(user, rest)}
    led: dict[int, bool] = {}
    for item in rest:
        if item.assignee is not None and item.pk not in found:
            if item.assignee.pk not in led:
                led[item.assignee.pk] = people.manager_of(item.assignee) == user
            found |= {item.pk} if led[item.assignee.pk] else set()
    return found


def may_be_shown(user: User, item: WorkItem) -> bool:
    """Whether somebody else may send the item to this person, or ask them about it: that gives nobody a record."""
    return concerns(user, item) or onlookers.may_see_record(user, item)


def concerns(user: User, item: WorkItem) -> bool:
    """Whether the item is a person's own, offered to them, of their process, or of somebody they lead or cover."""
    people_of_it = {item.assignee_id, item.on_behalf_of_id, item.delegated_by_id, item.ended_by_id}
    if user.pk in {*people_of_it, item.instance.started_by_id}:
        return True
    return (
        may_take(user, item)
        or permissions.may(user, Action.VIEW, WORK_ITEM, item)
        or may_reassign(user, item)
        or acts_for_assignee(user, item)
    )


def may_take(user: User, item: WorkItem) -> bool:
    """Whether the item is offered to this person by name or by group, or by name to somebody they stand in for."""
    return acting.offered_directly(user, item) or acting.offered_through(user, item) is not None


def acts_for_assignee(user: User, item: WorkItem) -> bool:
    """Whether the person stands in for the one who has the item, now and for this process and branch, or in turn."""
    return acting.acts_for_assignee(user, item)


def may_reassign(user: User, item: WorkItem) -> bool:
    """Whether the person may hand the item to others: by a data scope over its unit, or as the holder's manager."""
    if permissions.may(user, Action.ASSIGN, WORK_ITEM, item):
        return True
    return item.assignee is not None and people.manager_of(item.assignee) == user


def _rows(user: User, view: View, offset: int, where: Q, loaded: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """The rows of one page and one more.

    Which they are is a query of its own inside: to plan what hides rows together with all that is loaded beside them
    took the database longer than everything else on the page.
    """
    loaded = loaded.order_by(*own_order(user, view))
    if view == View.GROUPS:
        return loaded.filter(pk__in=offered_ids(user, offset + PAGE + 1, where)[offset:])
    return loaded.filter(pk__in=rows_in_order(user, view, where).values("pk")[offset : offset + PAGE + 1])


def _ids(user: User, view: View, limit: int, where: Q) -> list[UUID]:
    if view == View.GROUPS:
        return offered_ids(user, limit, where)
    rows = WorkItem.objects.filter(_matching(user, view), where)
    if view in BY_RECORD:
        sent = rows.only("record_kind", "record_id").order_by()
        return [item.pk for item in _still_seen(user, view, list(sent[:limit]))]
    return list(rows.order_by().values_list("pk", flat=True)[:limit])


def _still_seen(user: User, view: View, items: list[WorkItem]) -> list[WorkItem]:
    """Rows that are in a view only because somebody sent them: without those whose record the person sees no more."""
    if view not in BY_RECORD or not items:
        return items
    seen = {item.pk for item in onlookers.with_visible_record(user, items)}
    if rest := [item.pk for item in items if item.pk not in seen]:
        seen |= set(WorkItem.objects.filter(_seen_by(user), pk__in=rest).values_list("pk", flat=True))
    return [item for item in items if item.pk in seen]


def _seen_by(user: User) -> Q:
    """What concerns a person, as a condition: like ``concerns``, but for managers only as the staff list names them."""
    offered = Q(user=user) | Q(user=None, group_key__in=sorted(people.group_keys(user)))
    condition = acting.theirs(user) | Q(delegated_by=user) | Q(ended_by=user) | Q(instance__started_by=user)
    condition |= Q(assignee__manager=user) | Q(Exists(Candidate.objects.filter(offered, item=OuterRef("pk"))))
    scopes_of = (scopes.visible_filter(user, WORK_ITEM, action=each, owner="assignee") for each in SEEING)
    for scope in (each for each in scopes_of if each is not None):
        if not scope:
            return EVERYTHING
        condition |= scope
    return condition


def _matching(user: User, view: View) -> Q:
    still_open = Q(status=WorkItem.Status.OPEN)
    now = clock.now()
    awake = ~Q(onlookers.put_off_by(user, now)) & ~Q(holding.finished_by(user))
    match view:
        case View.MINE:
            return still_open & acting.theirs(user) & awake
        case View.OVERDUE:
            return still_open & acting.theirs(user) & Q(due_at__lt=now) & awake
        case View.TODAY:
            return still_open & acting.theirs(user) & Q(due_at__lt=_end_of_day(user, now)) & awake
        case View.STARTED:
            return still_open & Q(instance__root__started_by=user)
        case View.DONE:
            return ~still_open & Q(ended_by=user)
        case View.SNOOZED:
            return onlookers.put_off(user, now) & _seen_by(user)
        case View.WATCHING:
            return onlookers.followed(user) & _seen_by(user)
        case View.ASKED:
            return onlookers.asked_of(user)
        case View.CC:
            return onlookers.copied_to(user)
    raise ValueError(f"{view} is no filter over work items")


def offered_ids(user: User, limit: int, where: Q = EVERYTHING) -> list[UUID]:
    """The first ``limit`` untaken items offered to a person: one short index walk per group, merged by due moment."""
    order = ("sort_at", "created_at", "item")
    away = onlookers.put_off_by(user, clock.now(), "item")
    free = Candidate.objects.filter(~away, ~holding.finished_by(user, "item"), available=True)
    if where:
        free = free.filter(item__in=WorkItem.objects.filter(where))
    walks = [free.filter(user=user)]
    walks += [free.filter(user=None, group_key=key) for key in sorted(people.group_keys(user))]
    walks += [free.filter(acting.within(cover, "item__"), user=cover.person) for cover in people.covers_of(user)]
    heads = [walk.order_by(*order).values_list(*order)[:limit] for walk in walks]
    merged = heads[0].union(*heads[1:]).order_by(*order) if len(heads) > 1 else heads[0]  # each item once
    return [item for _sort_at, _created_at, item in merged[:limit]]


def _end_of_day(user: User, now: datetime) -> datetime:
    local = now.astimezone(user.time_zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
