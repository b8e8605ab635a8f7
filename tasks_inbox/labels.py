"""Labels a person meets: their own, and those of the units they belong to; on items, and as a filter."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from tasks_inbox.models import Label, Labelling

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


def labelled(user: User, name: str) -> Q:
    """The items with a label of this name that the person sees; upper and lower case are the same."""
    rows = Labelling.objects.filter(known_to(user, "label__"), label__name__iexact=name.strip())
    return Q(pk__in=rows.values("item"))
