"""Labels a person meets: their own, and those of the units they belong to; on items, and as a filter."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import permissions
from accounts.models import Action, OrgUnit, User
from tasks_inbox.models import Label, Labelling
from tasks_inbox.queries import WORK_ITEM

MOST_OF_ONE = 50
MOST_ON_ITEM = 10


def labels_for(user: User) -> QuerySet[Label]:
    """The labels a person may use and sees, by name: their own, and those of their unit and the units above it."""
    return Label.objects.filter(known_to(user)).order_by("name", "pk")


def known_to(user: User, label: str = "") -> Q:
    """The condition for it; ``label`` is the way to the label, ``label__`` from a labelling."""
    condition = Q(**{f"{label}owner": user})
    if user.org_unit is not None:
        codes = [code for code in user.org_unit.path.split("/") if code]
        condition |= Q(**{f"{label}unit__code__in": codes})
    return condition


def labels_on(user: User, items: Iterable[UUID]) -> dict[UUID, list[Label]]:
    """The labels a person sees on items, by item and name; one query."""
    found: dict[UUID, list[Label]] = {}
    rows = Labelling.objects.filter(known_to(user, "label__"), item__in=list(items)).select_related("label")
    for row in rows.order_by("label__name", "pk"):
        found.setdefault(row.item_id, []).append(row.label)
    return found


def labelled(user: User, name: str) -> Q:
    """The items with a label of this name that the person sees; upper and lower case are the same."""
    rows = Labelling.objects.filter(known_to(user, "label__"), label__name__iexact=name.strip())
    return Q(pk__in=rows.values("item"))


def may_keep_for(user: User, unit: OrgUnit) -> bool:
    """Whether a person makes and changes the labels of a unit: its head, and whoever hands out its tasks."""
    return unit.head_id == user.pk or permissions.may(user, Action.ASSIGN, WORK_ITEM, unit)


def may_change(user: User, label: Label) -> bool:
    """Whether the label is the person's own, or that of a unit whose labels they keep."""
    if label.unit is None:
        return label.owner_id == user.pk
    return may_keep_for(user, label.unit)
