"""Giving people roles and taking them away."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import audit, operations
from accounts.administrators import (
    ADMIN_ROLE,
    require_another_administrator,
    require_may_administer,
    require_may_give,
)
from accounts.changes import ChangeKind, announce
from accounts.exceptions import NobodyThere, UnitClosed
from accounts.locks import lock_administrators, lock_person, role_by_code, unit_by_id
from accounts.models import RoleAssignment, User
from accounts.permissions import require


@transaction.atomic(durable=True)
def assign_role(*, actor: User, user_id: UUID, role: str, unit_id: UUID) -> RoleAssignment:
    """Let a person hold a role at a unit; their open screens are told.

    Refuses people and units the actor does not administer, somebody who has left, a closed unit, and a role that
    reaches further than the actor does.
    """
    person = lock_person(user_id)
    unit = unit_by_id(unit_id)
    require_may_administer(actor, "change", person)
    require(actor, "assign", "role", unit)
    found = role_by_code(role)
    require_may_give(actor, role)
    if not unit.is_active:
        raise UnitClosed(field="unit_id")
    return operations.assign_role(actor=actor, user=person, role=found, unit=unit)


@transaction.atomic(durable=True)
def remove_role(*, actor: User, user_id: UUID, role: str, unit_id: UUID) -> None:
    """Take a role away; their open screens are told. Refuses when nobody would be left to administer the company."""
    if role == ADMIN_ROLE:
        lock_administrators()
    person = lock_person(user_id)
    unit = unit_by_id(unit_id)
    require_may_administer(actor, "change", person)
    require(actor, "assign", "role", unit)
    assignment = RoleAssignment.objects.select_for_update(no_key=True).filter(user=person, role=role, unit=unit).first()
    if assignment is None:
        raise NobodyThere(field="role")
    if role == ADMIN_ROLE:
        require_another_administrator(without=assignment)
    assignment.delete()
    data = {"role": role, "unit": unit.code, "username": person.username}
    audit.record("role.removed", actor=actor, subject=person, subject_kind="user", data=data)
    announce(ChangeKind.RIGHTS, [person.pk])
