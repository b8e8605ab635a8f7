"""In which order a list of tasks is shown, and under which headings: by due moment, next best, customer, process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, DecimalField, F, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from config import clock
from tasks_inbox.models import WorkItem
from workflows import records

SOON = timedelta(hours=4)


class Order(StrEnum):
    """How tasks are sorted; ``OWN`` is how the view does it by itself."""

    OWN = ""
    BEST = "best"
    PRIORITY = "priority"
    NEWEST = "newest"
    OLDEST = "oldest"


class Grouping(StrEnum):
    """What the headings say; ``OWN`` are those of the view, mostly by when tasks are due."""

    OWN = ""
    CUSTOMER = "customer"
    PROCESS = "process"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Order and headings of a list."""

    order: Order = Order.OWN
    grouping: Grouping = Grouping.OWN

    @property
    def is_own(self) -> bool:
        """Whether the view's own index gives the rows in this order."""
        return self.order == Order.OWN and self.grouping in {Grouping.OWN, Grouping.NONE}


OWN = Arrangement()


def ordered(rows: QuerySet[WorkItem], user: User, arrangement: Arrangement, own: Sequence[Any]) -> QuerySet[WorkItem]:
    """The rows in this order; for few of them, because each is looked at. ``own`` is the view's own order."""
    keys: list[Any] = []
    match arrangement.grouping:
        case Grouping.CUSTOMER:
            rows = with_customers(rows, user)
            keys.append(F("customer_name").asc(nulls_last=True))
        case Grouping.PROCESS:
            keys.append("process_key")
        case Grouping.OWN:
            rows = rows.annotate(due_band=_due_band(user, clock.now()))
            keys.append("due_band")
    match arrangement.order:
        case Order.BEST:
            rows = with_worth(rows, user).annotate(risk=_risk(clock.now()))
            keys += ["risk", "-priority", F("worth").desc(), "created_at", "id"]
        case Order.PRIORITY:
            keys += ["-priority", *own]
        case Order.NEWEST:
            keys += ["-created_at", "id"]
        case Order.OLDEST:
            keys += ["created_at", "id"]
        case Order.OWN:
            keys += own
    return rows.order_by(*keys)


def explained(rows: QuerySet[WorkItem], user: User, arrangement: Arrangement) -> QuerySet[WorkItem]:
    """The rows with what their headings and reasons speak of: ``customer_name``, ``worth``."""
    if arrangement.grouping == Grouping.CUSTOMER:
        rows = with_customers(rows, user)
    return with_worth(rows, user) if arrangement.order == Order.BEST else rows


def with_customers(rows: QuerySet[WorkItem], user: User) -> QuerySet[WorkItem]:
    """The rows with the name of the customer each is about, as far as the person may see customers and names."""
    cases = [When(record_kind="", then=Value(None, output_field=TextField()))]
    for kind in records.kinds().values():
        field = _path_to_customer(kind)
        if field and "name" not in records.kind("customer").mask_for(user):
            cases.append(When(record_kind=kind.kind, then=_of_record(kind, user, field)))
    return rows.annotate(customer_name=Case(*cases, default=None, output_field=TextField()))


def with_worth(rows: QuerySet[WorkItem], user: User) -> QuerySet[WorkItem]:
    """The rows with the amount of the record each is about; nought where there is none or it is hidden."""
    amount = DecimalField(max_digits=14, decimal_places=2)
    cases = [
        When(record_kind=kind.kind, then=Cast(_of_record(kind, user, kind.worth), amount))
        for kind in records.kinds().values()
        if kind.worth and kind.worth not in kind.mask_for(user)
    ]
    return rows.annotate(worth=Coalesce(Case(*cases, default=None, output_field=amount), 0, output_field=amount))


def _of_record(kind: records.RecordKind, user: User, field: str) -> Subquery:
    key = type(kind.model._meta.pk)()
    found = kind.visible_to(user).filter(pk=Cast(OuterRef("record_id"), key)).order_by()
    return Subquery(found.values(field)[:1])


def _path_to_customer(kind: records.RecordKind) -> str:
    if kind.kind == "customer":
        return "name"
    try:
        kind.model._meta.get_field("customer")
    except FieldDoesNotExist:
        return ""
    return "customer__name"


def risk_of(due_at: datetime | None, now: datetime) -> int:
    """How near a task is to being late: 0 late, 1 within four hours, 2 a day, 3 a week, 4 later, 5 without a date."""
    if due_at is None:
        return 5
    return sum(due_at >= bound for bound in _bounds(now))


def _risk(now: datetime) -> Case:
    bands = [When(due_at__lt=bound, then=Value(band)) for band, bound in enumerate(_bounds(now))]
    return Case(When(due_at=None, then=Value(5)), *bands, default=Value(4), output_field=IntegerField())


def _bounds(now: datetime) -> tuple[datetime, ...]:
    return (now, now + SOON, now + timedelta(days=1), now + timedelta(days=7))


def _due_band(user: User, now: datetime) -> Case:
    """The headings by due moment, as numbers: late, today, this week, later, without a date."""
    midnight = now.astimezone(user.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    bounds = (now, midnight + timedelta(days=1), midnight + timedelta(days=7))
    bands = [When(due_at__lt=bound, then=Value(band)) for band, bound in enumerate(bounds)]
    return Case(When(due_at=None, then=Value(4)), *bands, default=Value(3), output_field=IntegerField())
