"""Reading levels: the changes of a customer, lists of changes, and what approvers decided."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from crm_core.levels.models import CustomerLevel, LevelChange, LevelDecision
from crm_core.permissions import seen


def levels() -> QuerySet[CustomerLevel]:
    """All levels, lowest rank first."""
    return CustomerLevel.objects.all()


def level_change(user: User, change_id: UUID | str) -> LevelChange:
    """One level change the person may see; raises RecordNotFound."""
    return seen(LevelChange, user, change_id)


def level_changes(user: User, *, status: str = "", customer_id: UUID | str | None = None) -> QuerySet[LevelChange]:
    """The level changes a person sees, newest first, with customer, levels and decisions loaded."""
    rows: QuerySet[LevelChange] = LevelChange.objects.visible_to(user)
    if status:
        rows = rows.filter(status=status)
    if customer_id:
        rows = rows.filter(customer_id=customer_id)
    decisions = LevelDecision.objects.select_related("person").order_by("at", "id")
    return (
        rows.select_related("customer", "from_level", "to_level", "requester", "owner")
        .prefetch_related(Prefetch("decisions", decisions))
        .order_by("-created_at", "-number")
    )
