"""Who keeps which labels."""

from __future__ import annotations

from accounts import permissions
from accounts.models import Action, OrgUnit, User
from tasks_inbox.models import Label
from tasks_inbox.queries import WORK_ITEM


def may_keep_for(user: User, unit: OrgUnit) -> bool:
    """Whether a person makes and changes a unit's labels: its head or one above, and whoever hands out its tasks."""
    if permissions.may(user, Action.ASSIGN, WORK_ITEM, unit):
        return True
    return OrgUnit.objects.filter(path__in=unit.ancestor_paths, head=user).exists()


def may_change(user: User, label: Label) -> bool:
    """Whether the label is the person's own, or that of a unit whose labels they keep."""
    if label.unit is None:
        return label.owner_id == user.pk
    return may_keep_for(user, label.unit)
