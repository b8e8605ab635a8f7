"""Reading levels: the changes of a customer, lists of changes, and what approvers decided."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts import scopes
from accounts.models import Action, User
from accounts.queries import group_keys
from crm_core.levels.models import ChangeSource, ChangeStatus, CustomerLevel, Direction, LevelChange, LevelDecision
from crm_core.permissions import seen
from workflows.models import ProcessInstance

REVOKERS = frozenset({"director", "top-management"})


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


def possible_acts(user: User, change: LevelChange) -> frozenset[str]:
    """What the person can do to a change now: "withdraw", "object", "revoke"; the commands of these names agree."""
    tests = {"withdraw": _may_withdraw, "object": _may_object, "revoke": _may_revoke}
    return frozenset(act for act, allowed in tests.items() if allowed(user, change))


def is_running(change: LevelChange) -> bool:
    """Whether the process of a change has not ended."""
    return ProcessInstance.objects.filter(
        record_kind=LevelChange.record_kind, record_id=str(change.pk), status__in=ProcessInstance.LIVE
    ).exists()


def may_be_objected_to(change: LevelChange) -> bool:
    """Whether it is a downgrade by the review that nobody has decided."""
    return (
        change.status == ChangeStatus.REQUESTED
        and change.source == ChangeSource.REVIEW
        and change.direction == Direction.DOWN
    )


def _may_withdraw(user: User, change: LevelChange) -> bool:
    if not change.may_be_withdrawn:
        return False
    if change.requester_id is not None:
        return change.requester_id == user.pk
    return scopes.may(user, Action.APPROVE, LevelChange.record_kind, change)


def _may_object(user: User, change: LevelChange) -> bool:
    return may_be_objected_to(change) and scopes.may(user, Action.CHANGE, LevelChange.record_kind, change)


def _may_revoke(user: User, change: LevelChange) -> bool:
    if change.status != ChangeStatus.APPLIED or not scopes.may(user, Action.APPROVE, LevelChange.record_kind, change):
        return False
    return (user.is_superuser or bool(group_keys(user) & REVOKERS)) and is_running(change)
