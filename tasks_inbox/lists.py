"""The inbox's lists under a filter, in any order: what is looked at is bounded, however full the queues are."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts import queries as people
from accounts.models import User
from config import clock
from tasks_inbox import acting, queries
from tasks_inbox.arranging import OWN, Arrangement, explained, ordered
from tasks_inbox.marks import with_marks
from tasks_inbox.models import Candidate, WorkItem
from tasks_inbox.onlookers import put_off_by
from tasks_inbox.queries import COUNT_CAP, EVERYTHING, PAGE, Page, View, fingerprint, offered_ids, own_order

SCAN = 5_000
"""How many of a view's rows are looked at to arrange them in another order than its own."""
QUEUE_SCAN = 2_000
"""How many of the tasks offered to a person are searched for what no index leads to."""
SORTED_BY_CHOICE = frozenset({View.MINE, View.GROUPS, View.OVERDUE, View.TODAY, View.SNOOZED, View.WATCHING})
"""Views of open work; the others are stories, told in the order in which things happened."""


def page(
    user: User,
    view: View,
    *,
    offset: int = 0,
    where: Q = EVERYTHING,
    anchor: Q = EVERYTHING,
    arrangement: Arrangement = OWN,
) -> Page:
    """Fifty rows of a view from the ``offset``-th on, with holder and process loaded; ``where`` narrows the view.

    ``anchor`` is a part of ``where`` that an index answers by itself. Where none does, the first 2,000 tasks offered to
    a person are searched; another order than the view's own is that of its first 5,000 rows. ``cut`` says so.
    """
    if _is_plain(view, where, arrangement):
        return queries.page(user, view, offset=offset, where=where)
    loaded = explained(with_marks(WorkItem.objects.in_context(), user), user, arrangement)
    return _arranged(user, view, offset, where, anchor, arrangement, loaded)


def page_fingerprint(  # noqa: PLR0913 - what a page is asked for
    user: User,
    view: View,
    *,
    offset: int = 0,
    where: Q = EVERYTHING,
    anchor: Q = EVERYTHING,
    arrangement: Arrangement = OWN,
) -> str:
    """The fingerprint of that page, without what is shown of its rows."""
    if _is_plain(view, where, arrangement):
        return queries.page_fingerprint(user, view, offset=offset, where=where)
    return _arranged(user, view, offset, where, anchor, arrangement, queries.bare_rows()).fingerprint


def _is_plain(view: View, where: Q, arrangement: Arrangement) -> bool:
    return arrangement.is_own and not (view == View.GROUPS and where)


def _arranged(  # noqa: PLR0913, PLR0917 - what a page is asked for, and with what
    user: User, view: View, offset: int, where: Q, anchor: Q, arrangement: Arrangement, loaded: QuerySet[WorkItem]
) -> Page:
    looked_at, limit = _looked_at(user, view, where, anchor)
    wanted = max(offset + PAGE, COUNT_CAP) + 1
    ids = list(ordered(looked_at, user, arrangement, own_order(user, view)).values_list("pk", flat=True)[:wanted])
    rows = loaded.in_bulk(ids[offset : offset + PAGE])
    shown = tuple(rows[pk] for pk in ids[offset : offset + PAGE] if pk in rows)
    count = min(len(ids), COUNT_CAP + 1)
    return Page(
        view, shown, len(ids) > offset + PAGE, fingerprint(shown, count), cut=limit is None or len(ids) >= limit
    )


def _looked_at(user: User, view: View, where: Q, anchor: Q) -> tuple[QuerySet[WorkItem], int | None]:
    """The rows that are searched and arranged, and from how many on there are more (None: there are)."""
    if view != View.GROUPS:
        return WorkItem.objects.filter(pk__in=queries.rows_in_order(user, view, where).values("pk")[:SCAN]), SCAN
    if anchor:
        found = WorkItem.objects.filter(anchor, where, status=WorkItem.Status.OPEN)
        return WorkItem.objects.filter(pk__in=_offered(user).filter(item__in=found).values("item")[:SCAN]), SCAN
    first = offered_ids(user, QUEUE_SCAN)
    return WorkItem.objects.filter(where, pk__in=first), None if len(first) >= QUEUE_SCAN else QUEUE_SCAN


def _offered(user: User) -> QuerySet[Candidate]:
    """The candidate rows that offer an untaken task to a person, also as somebody's substitute."""
    offered = Q(user=user) | Q(user=None, group_key__in=people.group_keys(user))
    for cover in people.covers_of(user):
        offered |= Q(acting.within(cover, "item__"), user=cover.person)
    return Candidate.objects.filter(offered, ~put_off_by(user, clock.now(), "item"), available=True)
