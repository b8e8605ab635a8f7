"""Who administers the company, and what only they may give away."""

from __future__ import annotations

from django.db.models import Q

from accounts.exceptions import LastAdministrator, NotAllowed, RoleTooFar
from accounts.models import DataScope, Reach, RoleAssignment, User
from accounts.permissions import COMPANY, may, require

ADMIN_ROLE = "admin"
SHARED_KINDS = ("product", "customer_level", "sla_policy", "service_queue", "knowledge_article")


def require_another_administrator(*, without: RoleAssignment | None = None, person: User | None = None) -> None:
    """Raise LastAdministrator when nobody would be left with ``without`` taken away or ``person`` gone.

    The caller holds ``lock_administrators`` since before its first row lock.
    """
    left = User.objects.filter(is_active=True)
    if person is not None:
        left = left.exclude(pk=person.pk)
    held = RoleAssignment.objects.filter(role=ADMIN_ROLE, unit__parent=None)
    if without is not None:
        held = held.exclude(pk=without.pk)
    if not left.filter(Q(is_superuser=True) | Q(pk__in=held.values("user"))).exists():
        raise LastAdministrator


def require_may_give(actor: User, role: str) -> None:
    """Raise RoleTooFar when the role reaches the whole company but the actor's own right to give roles does not."""
    if _reach_the_company({role}) and not may(actor, "assign", "role", COMPANY):
        raise RoleTooFar(field="role")


def require_may_administer(actor: User, action: str, person: User) -> None:
    """Raise NotAllowed unless ``actor`` may do ``action`` to the account of ``person``.

    A branch administrator does not get at people whose roles reach beyond the branch, nor anybody but a superuser at
    superusers: whoever sets a password holds the rights of its owner.
    """
    require(actor, action, "user", person)
    if person.is_superuser and not actor.is_superuser:
        raise NotAllowed
    if may(actor, action, "user", COMPANY):
        return
    held = RoleAssignment.objects.filter(user=person).select_related("unit")
    if any(not may(actor, action, "user", assignment.unit) for assignment in held):
        raise NotAllowed
    if _reach_the_company({assignment.role_id for assignment in held}):
        raise NotAllowed


def _reach_the_company(roles: set[str]) -> bool:
    """Whether one of the roles reaches records of every branch; what the branches share anyway does not count."""
    far = DataScope.objects.filter(role__in=roles, scope=Reach.ALL).exclude(actions=[])
    return far.exclude(kind__in=SHARED_KINDS).exists()
