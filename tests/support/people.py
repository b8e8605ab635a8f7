"""People for tests, by username, with the roles they hold."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import OrgUnit, Role, RoleAssignment, UnitKind, User


def person(username: str, *, roles: Sequence[str] = (), unit: OrgUnit | None = None, **fields: object) -> User:
    """An active person; holds the roles at ``unit`` or else at a headquarters of its own."""
    user = User.objects.create(username=username, org_unit=unit, **fields)
    for code in roles:
        role, _new = Role.objects.get_or_create(code=code, defaults={"name": code})
        RoleAssignment.objects.create(user=user, role=role, unit=unit or headquarters())
    return user


def headquarters() -> OrgUnit:
    """The root of the organisation."""
    return OrgUnit.objects.filter(code="HQ").first() or OrgUnit.objects.create(
        code="HQ", name="Headquarters", kind=UnitKind.HQ, path="/HQ/"
    )
