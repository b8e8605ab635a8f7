"""Building up people and organisation inside the caller's transaction: for commands, imports, demo data and tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts import audit
from accounts.administrators import require_another_administrator
from accounts.changes import ChangeKind, announce
from accounts.checking import save_change, save_checked
from accounts.exceptions import (
    InvalidValue,
    OwnAccount,
    PersonInactive,
    SubstitutionCircle,
    UnitClosed,
    WouldFormCircle,
)
from accounts.models import OrgUnit, Role, RoleAssignment, Substitution, UnitKind, User, WorkCalendar
from accounts.rights import forget_rights
from accounts.substitution_circles import closes_circle
from config import clock

_RANK = {UnitKind.HQ: 0, UnitKind.CITY_BRANCH: 1, UnitKind.DEPARTMENT: 2, UnitKind.TEAM: 3}


def create_unit(
    *,
    actor: User | None,
    code: str,
    name: str,
    kind: str,
    parent: OrgUnit | None = None,
    name_zh: str = "",
    function: str = "",
    head: User | None = None,
    calendar: WorkCalendar | None = None,
) -> OrgUnit:
    """Add a unit to the tree. Refuses a taken code and a place its kind does not fit (a branch below a team)."""
    assert connection.in_atomic_block
    require_place(kind, parent)
    unit = OrgUnit(
        code=code,
        name=name,
        name_zh=name_zh,
        kind=kind,
        function=function,
        parent=parent,
        head=head,
        calendar=calendar,
        path=f"{parent.path if parent else '/'}{code}/",
        created_by=actor,
        updated_by=actor,
    )
    save_checked(unit)
    audit.record("unit.created", actor=actor, subject=unit, data={"code": code, "path": unit.path})
    return unit


def require_place(kind: str, parent: OrgUnit | None) -> None:
    """Raise InvalidValue unless a unit of ``kind`` may lie in ``parent``, UnitClosed when that is closed."""
    if kind not in UnitKind.values:
        raise InvalidValue(field="kind")
    if (kind == UnitKind.HQ) != (parent is None):
        raise InvalidValue(field="parent")
    if parent is not None and _RANK[UnitKind(parent.kind)] > _RANK[UnitKind(kind)]:
        raise InvalidValue(field="parent")
    if parent is not None and not parent.is_active:
        raise UnitClosed(field="parent")


def create_user(
    *,
    actor: User | None,
    username: str,
    org_unit: OrgUnit | None,
    email: str = "",
    password: str | None = None,
    password_hash: str = "",
    roles: Collection[str] = (),
    **values: Any,
) -> User:
    """Add a person, with roles at their unit; further fields of User by name.

    Without a password (plain, or as a ready hash) nobody can log in as them. Refuses a taken username or e-mail.
    """
    assert connection.in_atomic_block
    if org_unit is not None and not org_unit.is_active:
        raise UnitClosed(field="org_unit")
    person = User(
        username=username,
        email=email.strip().lower(),
        org_unit=org_unit,
        password=password_hash or make_password(password),
        date_joined=clock.now(),
        created_by=actor,
        updated_by=actor,
        **values,
    )
    save_checked(person)
    audit.record("person.created", actor=actor, subject=person, subject_kind="user", data={"username": username})
    for role in roles:
        if org_unit is None:
            raise InvalidValue(field="org_unit")
        assign_role(actor=actor, user=person, role=role, unit=org_unit)
    return person


def assign_role(*, actor: User | None, user: User, role: Role | str, unit: OrgUnit) -> RoleAssignment:
    """Let ``user`` hold ``role`` at ``unit``; holding it already changes nothing. Their open screens are told."""
    assert connection.in_atomic_block
    if not user.is_active:
        raise PersonInactive(field="user")
    code = role.code if isinstance(role, Role) else role
    assignment, created = RoleAssignment.objects.get_or_create(
        user=user, role_id=code, unit=unit, defaults={"created_by": actor, "created_at": clock.now()}
    )
    if created:
        data = {"role": code, "unit": unit.code, "username": user.username}
        audit.record("role.assigned", actor=actor, subject=user, subject_kind="user", data=data)
        forget_rights(user)
        announce(ChangeKind.RIGHTS, [user.pk])
    return assignment


def set_head(*, actor: User | None, unit: OrgUnit, head: User | None) -> OrgUnit:
    """Make ``head`` the head of the unit, or leave it without one. Refuses somebody who has left."""
    assert connection.in_atomic_block
    if head is not None and not head.is_active:
        raise PersonInactive(field="head")
    before, unit.head = unit.head, head
    save_change(unit, actor)
    data = {"head": [person.username if person else None for person in (before, head)]}
    audit.record("unit.head_set", actor=actor, subject=unit, data=data)
    announce(ChangeKind.RIGHTS, [person.pk for person in (before, head) if person])
    return unit


def set_manager(*, actor: User | None, person: User, manager: User | None) -> User:
    """Let ``person`` report to ``manager``. Refuses a circle and somebody who has left."""
    assert connection.in_atomic_block
    require_no_circle(person, manager)
    person.manager = manager
    save_change(person, actor)
    data = {"manager": manager.username if manager else None}
    audit.record("person.manager_set", actor=actor, subject=person, subject_kind="user", data=data)
    return person


def require_no_circle(person: User, manager: User | None) -> None:
    """Raise WouldFormCircle when ``person`` would end up above themselves, PersonInactive for one who has left."""
    if manager is not None and not manager.is_active:
        raise PersonInactive(field="manager")
    seen: set[int] = set()
    while manager is not None and manager.pk not in seen:
        if manager.pk == person.pk:
            raise WouldFormCircle(field="manager")
        seen.add(manager.pk)
        manager = manager.manager


def add_substitution(
    *,
    actor: User | None,
    substituted: User,
    substitute: User,
    starts: datetime,
    ends: datetime | None = None,
    process_keys: Sequence[str] = (),
    branch: OrgUnit | None = None,
    reason: str = "",
) -> Substitution:
    """Let ``substitute`` stand in for ``substituted`` from ``starts`` until ``ends`` (None: until ended).

    Refuses an end before the start or already over, people standing in for themselves, somebody who has left, and a
    circle of substitutes at any moment. Both are told.
    """
    assert connection.in_atomic_block
    if substituted.pk == substitute.pk:
        raise SubstitutionCircle(field="substitute")
    if not substitute.is_active:
        raise PersonInactive(field="substitute")
    if ends is not None and (ends <= starts or ends <= clock.now()):
        raise InvalidValue(field="ends")
    row = Substitution(
        substituted=substituted,
        substitute=substitute,
        starts=starts,
        ends=ends,
        process_keys=sorted(set(process_keys)),
        branch=branch,
        reason=reason,
        created_by=actor,
        created_at=clock.now(),
    )
    if closes_circle(row):
        raise SubstitutionCircle(field="substitute")
    save_checked(row)
    audit.record("substitution.added", actor=actor, subject=row, data=_facts(row))
    forget_rights(substitute)
    announce(ChangeKind.SUBSTITUTION, [substituted.pk, substitute.pk])
    return row


def replace_substitute(*, actor: User, row: Substitution, substitute: User | None) -> Substitution | None:
    """End a substitution now, and let ``substitute`` go on in its place to its end; None for nobody.

    Refuses like ``add_substitution``. All of them are told.
    """
    assert connection.in_atomic_block
    now = clock.now()
    starts, ends = max(row.starts, now), row.ends
    row.ends = starts
    row.save(update_fields=["ends"])
    data = {"substituted": row.substituted.username, "substitute": row.substitute.username}
    audit.record("substitution.ended", actor=actor, subject=row, data=data)
    announce(ChangeKind.SUBSTITUTION, [row.substituted_id, row.substitute_id])
    if substitute is None:
        return None
    return add_substitution(
        actor=actor,
        substituted=row.substituted,
        substitute=substitute,
        starts=starts,
        ends=ends,
        process_keys=row.process_keys,
        branch=row.branch,
        reason=row.reason,
    )


def deactivate(*, actor: User, person: User) -> User:
    """Close the account of a locked person: no login, no rights, no new tasks; their screens are closed.

    The caller holds ``lock_administrators``. Refuses one's own account and the last administrator.
    """
    assert connection.in_atomic_block
    if person.pk == actor.pk:
        raise OwnAccount
    if person.is_active:
        require_another_administrator(person=person)
        set_active(person, actor, active=False)
    return person


def set_active(person: User, actor: User, *, active: bool) -> None:
    """Let a locked person in again, or no longer."""
    assert connection.in_atomic_block
    person.is_active = active
    save_change(person, actor)
    event = "person.reactivated" if active else "person.deactivated"
    audit.record(event, actor=actor, subject=person, subject_kind="user", data={"username": person.username})
    announce(ChangeKind.ACTIVE, [person.pk])


def settle_substitution(substitution_id: int) -> None:
    """Note that the work which came through an ended substitution was handed back."""
    assert connection.in_atomic_block
    ended = Substitution.objects.filter(pk=substitution_id, settled_at=None, ends__lte=clock.now())
    ended.update(settled_at=clock.now())


def _facts(row: Substitution) -> Mapping[str, Any]:
    return {
        "substituted": row.substituted.username,
        "substitute": row.substitute.username,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat() if row.ends else None,
        "process_keys": row.process_keys,
        "branch": row.branch.code if row.branch else None,
    }
