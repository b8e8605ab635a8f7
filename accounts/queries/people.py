"""Reading people: by name, by role group, and along the manager chain."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.exceptions import NobodyThere
from accounts.models import OrgUnit, User
from accounts.queries.units import ancestors_of, branch_of
from accounts.rights import rights_of

LONGEST_CHAIN = 30


def person_of(person: User | str) -> User:
    """The person itself, or the one with this username. Raises NobodyThere."""
    if isinstance(person, User):
        return person
    found = User.objects.filter(username=person).first()
    if found is None:
        raise NobodyThere(field="person")
    return found


def manager_of(person: User | str, levels: int = 1) -> User | None:
    """Who manages ``person``; with ``levels`` 2 the manager's manager, and so on. None above the top.

    Without a manager of their own people report to the head of their unit, or of the nearest unit above with another
    active head. Managers who have left are passed over.
    """
    current: User | None = person_of(person)
    seen: set[int] = set()
    for _level in range(min(levels, LONGEST_CHAIN)):
        if current is None or current.pk in seen:
            return None
        seen.add(current.pk)
        current = _direct_manager(current)
    return current


def group_keys(user: User) -> frozenset[str]:
    """The candidate groups ``user`` belongs to, as text: "finance", "finance@HZ", "finance@HQ". At most one query."""
    return rights_of(user).group_keys


def members_of(key: str) -> QuerySet[User]:
    """The active people of a candidate group, "finance" or "finance@HZ"."""
    role, _, code = key.partition("@")
    members = User.objects.filter(is_active=True, role_assignments__role=role)
    if code:
        members = members.filter(role_assignments__unit__path__contains=f"/{code}/")
    return members.distinct().order_by("username")


def group_near(role: str, unit: OrgUnit) -> str:
    """The candidate group of a role for something of a unit: its branch's, or the role everywhere when it is empty."""
    branch = branch_of(unit)
    local = f"{role}@{branch.code}" if branch else role
    return local if members_of(local).exists() else role


def _direct_manager(person: User) -> User | None:
    manager, passed = person.manager, {person.pk}
    while manager is not None and not manager.is_active and manager.pk not in passed:
        passed.add(manager.pk)
        manager = manager.manager
    if manager is not None and manager.is_active:
        return manager
    if person.org_unit is None:
        return None
    heads = (unit.head for unit in ancestors_of(person.org_unit))
    return next((head for head in heads if head is not None and head.is_active and head.pk != person.pk), None)
