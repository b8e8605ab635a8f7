"""Who may look at a work item because it was sent to them to read or they were asked about it, and see its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import User
from tasks_inbox.models import Consultation, Copy, Snooze, Watch, WorkItem
from workflows import records


def is_let_in(user: User, item: WorkItem) -> bool:
    """Whether a copy or a question lets the person look at the item: only while they may see its record themselves.

    No query for an item that was never copied and about which nobody was asked.
    """
    if not (item.copied or item.consulted):
        return False
    copied = Copy.objects.filter(item=item, user=user)
    asked = Consultation.objects.filter(item=item, asked=user).exclude(status=Consultation.Status.WITHDRAWN)
    if not ((item.copied and copied.exists()) or (item.consulted and asked.exists())):
        return False
    return may_see_record(user, item)


def let_in_among(user: User, items: Iterable[WorkItem]) -> list[WorkItem]:
    """The items that a copy or a question lets the person look at, as ``is_let_in`` says of each."""
    rows = [item for item in items if item.copied or item.consulted]
    if not rows:
        return []
    asked = Consultation.objects.filter(item__in=rows, asked=user).exclude(status=Consultation.Status.WITHDRAWN)
    sent = set(Copy.objects.filter(item__in=rows, user=user).values_list("item", flat=True))
    sent |= set(asked.values_list("item", flat=True))
    return with_visible_record(user, [item for item in rows if item.pk in sent])


def may_see_record(user: User, item: WorkItem) -> bool:
    """Whether the person may see what the item is about; nobody by this way where it is about no record."""
    return bool(item.record_kind) and records.is_visible(user, item.record_kind, item.record_id)


def with_visible_record(user: User, items: Iterable[WorkItem]) -> list[WorkItem]:
    """The items whose records the person may see, in their order; one query for each kind of record."""
    rows = list(items)
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in rows:
        if item.record_kind in records.kinds():
            wanted[item.record_kind].add(item.record_id)
    seen = {
        (kind, str(pk))
        for kind, ids in wanted.items()
        for pk in records.kind(kind).visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    }
    return [item for item in rows if (item.record_kind, item.record_id) in seen]


def copied_to(user: User) -> Q:
    """The items a person was sent to read."""
    return Q(copied=True, pk__in=Copy.objects.filter(user=user).values("item"))


def asked_of(user: User) -> Q:
    """The open items about which a person's opinion is waited for."""
    waiting = Consultation.objects.filter(asked=user, status=Consultation.Status.OPEN)
    return Q(status=WorkItem.Status.OPEN, consulted=True, pk__in=waiting.values("item"))


def put_off(user: User, now: datetime) -> Q:
    """The open items a person does not want to see before a moment that is still to come."""
    later = Snooze.objects.filter(user=user, until__gt=now)
    return Q(status=WorkItem.Status.OPEN, pk__in=later.values("item"))


def followed(user: User) -> Q:
    """The open items a person follows; whether they may still see them is another question."""
    mine = Watch.objects.filter(user=user)
    return Q(status=WorkItem.Status.OPEN, watched=True, pk__in=mine.values("item"))


def wakes_at(user: User) -> Subquery:
    """When an item comes back to a person, to order by."""
    return Subquery(Snooze.objects.filter(item=OuterRef("pk"), user=user).values("until"))


def copied_at(user: User) -> Subquery:
    """When an item was sent to a person, to order by."""
    return Subquery(Copy.objects.filter(item=OuterRef("pk"), user=user).values("at"))


def asked_at(user: User) -> Subquery:
    """When a person was asked about an item, to order by."""
    waiting = Consultation.objects.filter(item=OuterRef("pk"), asked=user, status=Consultation.Status.OPEN)
    return Subquery(waiting.values("at"))


def put_off_by(user: User, now: datetime, item: str = "pk") -> Exists:
    """Whether the person has put an item off until later than ``now``; ``item`` is where a query keeps its id."""
    return Exists(Snooze.objects.filter(item=OuterRef(item), user=user, until__gt=now))
