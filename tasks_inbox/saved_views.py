"""Which saved views a person has: their own, and those shared with their unit or a unit above it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import OrgUnit, User
from tasks_inbox import composing
from tasks_inbox.models import PinnedView, SavedView

MOST = 50
"""How many views one person may keep."""


def views_of(user: User) -> QuerySet[SavedView]:
    """A person's saved views with ``pinned``, the pinned ones first; whoever is in no unit has only their own."""
    pins = PinnedView.objects.filter(user=user, view=OuterRef("pk"))
    rows = SavedView.objects.filter(_shown_to(user)).select_related("owner", "unit").annotate(pinned=Exists(pins))
    return rows.order_by("-pinned", "name", "id")


def pinned_by(user: User) -> list[SavedView]:
    """The views a person has pinned and still sees, by name."""
    return composing.found(user, None, "pinned views", lambda person, _at: _pinned(person))


def first_views_of(user: User) -> list[SavedView]:
    """The first fifty of ``views_of``."""
    return composing.found(user, None, "saved views", lambda person, _at: views_of(person)[:MOST])


def _pinned(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(_shown_to(user), pins__user=user).order_by("name", "id")[:MOST]


def units_to_share_with(user: User) -> list[OrgUnit]:
    """With whom a person may share: everybody of their own unit, or of one they head."""
    own = Q(pk=user.org_unit_id) | Q(head=user)
    return list(OrgUnit.objects.filter(own, is_active=True).order_by("path"))


def _shown_to(user: User) -> Q:
    unit = user.org_unit
    codes = unit.path.strip("/").split("/") if unit is not None else []
    return Q(owner=user) | Q(unit__code__in=codes)
