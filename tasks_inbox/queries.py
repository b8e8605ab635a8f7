"""What can be asked of the inbox: the views, one page of each, counts capped at 99, and who may see an item."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
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
from config.composed import Composed
from tasks_inbox import acting, composing, holding, onlookers
from tasks_inbox.composing import Moments
from tasks_inbox.marks import with_marks
from tasks_inbox.models import Candidate, WorkItem

PAGE = 50
WORK_ITEM = "work_item"
COUNT_CAP = 99
HEAD = COUNT_CAP + 1
"""So many rows tell that there are more than are counted."""


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
Loaded = Callable[[User], QuerySet[WorkItem]]
SEEING = (Action.VIEW, Action.ASSIGN)
OWN_BY_DUE = frozenset({View.MINE, View.OVERDUE, View.TODAY})
BY_RECORD = frozenset({View.CC, View.ASKED})
"""What is here because others sent it: shown only to who may see the record, which is asked for the page's rows."""

UNEVEN = frozenset({View.STARTED})
"""One person has started two processes, another one half of them: one plan does not serve both."""


def page(user: User, view: View, *, offset: int = 0, where: Q = EVERYTHING) -> Page:
    """Fifty rows of a view from the ``offset``-th on, with holder and process loaded; ``where`` narrows the view."""
    return _page(user, view, offset, where, _shown_rows)


def page_fingerprint(user: User, view: View, *, offset: int = 0, where: Q = EVERYTHING) -> str:
    """The fingerprint of that page, without what is shown of its rows: open screens ask for it again and again."""
    return _page(user, view, offset, where, _bare_rows).fingerprint


def bare_rows() -> QuerySet[WorkItem]:
    """Items with no more than a fingerprint is made of."""
    return WorkItem.objects.only("version", "record_kind", "record_id")


def _shown_rows(user: User) -> QuerySet[WorkItem]:
    return with_marks(WorkItem.objects.in_context(), user)


def _bare_rows(user: User) -> QuerySet[WorkItem]:
    return bare_rows()


def _page(user: User, view: View, offset: int, where: Q, loaded: Loaded) -> Page:
    rows = _rows(user, view, offset, where, loaded)
    shown = tuple(_still_seen(user, view, rows[:PAGE]))
    is_all = offset == 0 and len(rows) <= PAGE and view not in BY_RECORD
    count = len(rows) if is_all else capped_count(user, view, where=where)
    return Page(view, shown, len(rows) > PAGE, fingerprint(shown, count))


def rows_in_order(user: User, view: View, where: Q = EVERYTHING) -> QuerySet[WorkItem]:
    """All rows of any view but that of one's groups, in the view's own order."""
    return _rows_in_order(user, view, where, _moments(user))


def _rows_in_order(user: User, view: View, where: Q, moments: Moments) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(_matching(user, view, moments), where).order_by(*own_order(user, view))


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
    return len(_ids(user, view, HEAD, where))


def capped_counts(user: User, views: Iterable[View]) -> dict[View, int]:
    """How many rows each of these views has, each at most 100, in one statement.

    One more for each view of what others sent that is not empty, and for who stands in for somebody one for each view.
    """
    wanted = list(views)
    if not composing.may_compose(user):
        return {view: capped_count(user, view) for view in wanted}
    moments = _moments(user)
    heads = {view: _head(user, view).sql for view in wanted if view not in OWN_BY_DUE}
    due = composing.query(user, "due", _due).sql if OWN_BY_DUE & set(wanted) else None
    columns = [f"(SELECT count(*) FROM ({sql}) AS found)" if sql else "0" for sql in heads.values()]  # noqa: S608
    columns.append(f"ARRAY(SELECT found.due_at FROM ({due}) AS found)" if due else "NULL")  # noqa: S608
    (row,) = composing.ask(f"SELECT {', '.join(columns)}", composing.values(user, moments))  # noqa: S608 - composed
    counts = dict(zip(heads, row, strict=False)) | _counts_by_due(row[-1] or [], moments)
    return {view: capped_count(user, view) if view in BY_RECORD and counts[view] else counts[view] for view in wanted}


def _head(user: User, view: View) -> Composed:
    """The first hundred rows of a view."""
    if view == View.GROUPS:
        return _offered_head(user, HEAD)
    return composing.query(user, ("ids", view), lambda person, at: _head_rows(person, view, HEAD, EVERYTHING, at))


def _due(user: User, moments: Moments) -> QuerySet[WorkItem, Any]:
    rows = WorkItem.objects.filter(_matching(user, View.MINE, moments)).order_by(BY_DUE[0])
    return rows.values_list("due_at", flat=True)[:HEAD]


def _counts_by_due(due: Sequence[datetime | None], moments: Moments) -> dict[View, int]:
    """What is overdue or due today is the head of one's tasks by due moment: a hundred rows tell all three numbers."""
    bounds = {View.OVERDUE: moments.now, View.TODAY: moments.day_end}
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
    found = set(_seen_of(user, list(asked))) if asked else set()
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


def _rows(user: User, view: View, offset: int, where: Q, loaded: Loaded) -> list[WorkItem]:
    """The rows of one page and one more.

    Which they are is a query of its own inside: to plan what hides rows together with all that is loaded beside them
    took the database longer than everything else on the page.
    """
    moments = _moments(user)
    if view == View.GROUPS:
        ids = offered_ids(user, offset + PAGE + 1, where)[offset:]
        return composing.found(
            user, moments, ("rows", loaded.__name__), lambda person, _at: _among(loaded(person)), ids=ids
        )
    if offset or where or not composing.may_compose(user):
        return list(_page_rows(user, view, offset, where, loaded, moments))
    key = ("page", loaded.__name__, view)
    page = composing.query(user, key, lambda person, at: _page_rows(person, view, 0, EVERYTHING, loaded, at))
    return composing.answers(page, user, moments, planned=view not in UNEVEN)


def _among(rows: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    return rows.filter(pk__in=composing.IDS).order_by(*BY_DUE)


def _page_rows(  # noqa: PLR0913, PLR0917 - what a page is asked for, and with what
    user: User, view: View, offset: int, where: Q, loaded: Loaded, moments: Moments
) -> QuerySet[WorkItem]:
    chosen = _rows_in_order(user, view, where, moments).values("pk")[offset : offset + PAGE + 1]
    return loaded(user).filter(pk__in=chosen).order_by(*own_order(user, view))


def _ids(user: User, view: View, limit: int, where: Q) -> list[UUID]:
    if view == View.GROUPS:
        return offered_ids(user, limit, where)
    moments = _moments(user)
    if where or limit != HEAD or not composing.may_compose(user):
        rows = list(_head_rows(user, view, limit, where, moments))
    else:
        rows = composing.answers(_head(user, view), user, moments, planned=view not in UNEVEN)
    return [item.pk for item in _still_seen(user, view, rows)] if view in BY_RECORD else rows


def _head_rows(user: User, view: View, limit: int, where: Q, moments: Moments) -> QuerySet[WorkItem, Any]:
    """The ids of rows of a view; of one that others filled, the rows with what their records are."""
    rows = WorkItem.objects.filter(_matching(user, view, moments), where).order_by()
    if view in BY_RECORD:
        return rows.only("record_kind", "record_id")[:limit]
    return rows.values_list("pk", flat=True)[:limit]


def _still_seen(user: User, view: View, items: list[WorkItem]) -> list[WorkItem]:
    """Rows that are in a view only because somebody sent them: without those whose record the person sees no more."""
    if view not in BY_RECORD or not items:
        return items
    seen = {item.pk for item in onlookers.with_visible_record(user, items)}
    if rest := [item.pk for item in items if item.pk not in seen]:
        seen |= set(_seen_of(user, rest))
    return [item for item in items if item.pk in seen]


def _seen_of(user: User, ids: list[UUID]) -> list[UUID]:
    """Which of these items concern a person by their own columns."""
    if not composing.may_compose(user):
        return list(_concerning(user).filter(pk__in=ids))
    return composing.found(
        user, _moments(user), "seen", lambda person, _at: _concerning(person).filter(pk__in=composing.IDS), ids=ids
    )


def _concerning(user: User) -> QuerySet[WorkItem, UUID]:
    return WorkItem.objects.filter(_seen_by(user)).values_list("pk", flat=True)


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


def _matching(user: User, view: View, moments: Moments) -> Q:
    still_open, now = Q(status=WorkItem.Status.OPEN), moments.now
    awake = ~Q(onlookers.put_off_by(user, now)) & ~Q(holding.finished_by(user))
    match view:
        case View.MINE:
            return still_open & acting.theirs(user) & awake
        case View.OVERDUE:
            return still_open & acting.theirs(user) & Q(due_at__lt=now) & awake
        case View.TODAY:
            return still_open & acting.theirs(user) & Q(due_at__lt=moments.day_end) & awake
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
    moments = _moments(user)
    if where or limit > HEAD or not composing.may_compose(user):
        return [item for _sort_at, _created_at, item in _offered(user, limit, where, moments.now)]
    return [item for _sort_at, _created_at, item in composing.answers(_offered_head(user, limit), user, moments)]


def _offered_head(user: User, limit: int) -> Composed:
    return composing.query(user, ("offered", limit), lambda person, at: _offered(person, limit, EVERYTHING, at.now))


def _offered(user: User, limit: int, where: Q, now: datetime) -> QuerySet[Candidate, Any]:
    order = ("sort_at", "created_at", "item")
    away = onlookers.put_off_by(user, now, "item")
    free = Candidate.objects.filter(~away, ~holding.finished_by(user, "item"), available=True)
    if where:
        free = free.filter(item__in=WorkItem.objects.filter(where))
    walks = [free.filter(user=user)]
    walks += [free.filter(user=None, group_key=key) for key in sorted(people.group_keys(user))]
    walks += [free.filter(acting.within(cover, "item__"), user=cover.person) for cover in people.covers_of(user)]
    heads = [walk.order_by(*order).values_list(*order)[:limit] for walk in walks]
    merged = heads[0].union(*heads[1:]).order_by(*order) if len(heads) > 1 else heads[0]  # each item once
    return merged[:limit]


def _moments(user: User) -> Moments:
    now = clock.now()
    return Moments(now, _end_of_day(user, now))


def _end_of_day(user: User, now: datetime) -> datetime:
    local = now.astimezone(user.time_zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
