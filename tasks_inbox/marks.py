"""What one person sees beside a work item, read with the item itself: put off, followed, labelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from config import clock
from tasks_inbox import labels, onlookers
from tasks_inbox.models import Labelling, Watch, WorkItem


class Marks(NamedTuple):
    """``put_off_until`` None when it is in the person's lists; ``labels`` as {"id", "name", "colour"}, by name."""

    put_off_until: datetime | None
    followed: bool
    labels: Sequence[dict[str, str]]


def with_marks(rows: QuerySet[WorkItem], user: User) -> QuerySet[WorkItem]:
    """The rows with what the person keeps beside them, in the same query."""
    put_on = Labelling.objects.filter(labels.known_to(user, "label__"), item=OuterRef("pk")).order_by("label__name")
    return rows.annotate(
        marked_put_off=onlookers.wakes_at(user),
        marked_followed=Exists(Watch.objects.filter(item=OuterRef("pk"), user=user)),
        marked_labels=ArraySubquery(
            put_on.values(shown=JSONObject(id="label__pk", name="label__name", colour="label__colour"))
        ),
    )


def marks_of(user: User, item: WorkItem) -> Marks:
    """What the person keeps beside an item; one query where it was not read with the item."""
    if not hasattr(item, "marked_labels"):
        found = with_marks(WorkItem.objects.filter(pk=item.pk), user).get()
        for name in ("marked_put_off", "marked_followed", "marked_labels"):
            setattr(item, name, getattr(found, name))
    until: datetime | None = item.marked_put_off  # type: ignore[attr-defined]
    still = until if until is not None and until > clock.now() else None
    return Marks(still, item.marked_followed, item.marked_labels)  # type: ignore[attr-defined]
