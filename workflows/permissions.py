"""Who may start, see and operate processes."""

from __future__ import annotations

from accounts import permissions as permissions_of
from accounts.models import Action, User
from accounts.queries import group_keys
from bpmn.models import ProcessDefinition
from workflows.exceptions import NotPermitted
from workflows.models import ProcessInstance

OPERATORS = frozenset({"operator", "admin"})
PUBLISHERS = frozenset({"publisher", "admin"})
DESIGNERS = frozenset({"process-designer"})


def may_operate(user: User | None) -> bool:
    """Whether the person may cancel, suspend, resume, retry and change variables; the system (None) always may."""
    return user is None or user.is_superuser or not OPERATORS.isdisjoint(group_keys(user))


def require_operator(user: User | None) -> None:
    """Raise NotPermitted unless the person operates processes."""
    if not may_operate(user):
        raise NotPermitted


def may_publish(user: User) -> bool:
    """Whether the person may make process versions live."""
    return user.is_superuser or not PUBLISHERS.isdisjoint(group_keys(user))


def may_rehearse(user: User) -> bool:
    """Whether the person may replay real processes through a draft: who designs, publishes or operates them."""
    return may_operate(user) or may_publish(user) or not DESIGNERS.isdisjoint(group_keys(user))


def may_start(user: User | None, definition: ProcessDefinition) -> bool:
    """Whether the person may start the process by hand: everybody, unless it names roles."""
    if user is None or user.is_superuser or not definition.startable_by:
        return True
    return not group_keys(user).isdisjoint([*definition.startable_by, *OPERATORS])


def may_cancel(user: User | None, instance: ProcessInstance) -> bool:
    """Whether the person may cancel the process: operators, and whoever started it."""
    return may_operate(user) or (user is not None and instance.started_by_id == user.pk)


def may_set_retention(user: User | None) -> bool:
    """Whether the person may say how long the company keeps ended processes: operators, administrators of it all."""
    if user is None or user.is_superuser or "operator" in group_keys(user):
        return True
    return may_operate(user) and permissions_of.may(user, Action.CHANGE, "user", permissions_of.COMPANY)


def require_retention(user: User | None) -> None:
    """Raise NotPermitted unless the person may set retentions."""
    if not may_set_retention(user):
        raise NotPermitted
