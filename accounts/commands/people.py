"""What administrators do with people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, operations
from accounts.administrators import require_may_administer
from accounts.changes import ChangeKind, announce
from accounts.checking import require_seen, save_change, set_fields
from accounts.exceptions import PasswordTooWeak, UnitClosed
from accounts.locks import lock_administrators, lock_person, person_by_id, unit_by_id
from accounts.models import User
from accounts.permissions import require

EDITABLE = frozenset(
    {
        "first_name", "last_name", "native_name", "family_name_first", "email", "phone", "language", "zone",
        "staff_no", "position", "skills", "capacity",
    }
)  # fmt: skip


@transaction.atomic(durable=True)
def create_user(
    *,
    actor: User,
    username: str,
    unit_id: UUID,
    email: str = "",
    password: str | None = None,
    manager_id: UUID | None = None,
    **values: Any,
) -> User:
    """Add a person to a unit the actor administers; ``values`` are fields from ``EDITABLE``.

    Refuses a taken username, e-mail or staff number, a closed unit and a weak password. Without a password nobody can
    log in as them yet. They hold no role at first.
    """
    unit = unit_by_id(unit_id)
    require(actor, "create", "user", unit)
    manager = person_by_id(manager_id, field="manager_id") if manager_id else None
    candidate = User(username=username)
    set_fields(candidate, values, EDITABLE)
    operations.require_no_circle(candidate, manager)
    if password is not None:
        _require_strong(password, candidate)
    return operations.create_user(
        actor=actor, username=username, org_unit=unit, email=email, password=password, manager=manager, **values
    )


@transaction.atomic(durable=True)
def update_user(
    *,
    actor: User,
    user_id: UUID,
    seen_version: int | None = None,
    **values: Any,
) -> User:
    """Change fields from ``EDITABLE``, or ``manager_id`` (None for no manager of their own).

    Refuses a person the actor does not administer, a version other than the one seen, taken values, and a manager who
    reports to the person in the end.
    """
    person = lock_person(user_id)
    require_may_administer(actor, "change", person)
    require_seen(person, seen_version)
    if "manager_id" in values:
        manager_id = values.pop("manager_id")
        values["manager"] = person_by_id(manager_id, field="manager_id") if manager_id else None
        operations.require_no_circle(person, values["manager"])
    if "email" in values:
        values["email"] = str(values["email"]).strip().lower()
    differing = set_fields(person, values, EDITABLE | {"manager"})
    if differing:
        save_change(person, actor)
        audit.record("person.changed", actor=actor, subject=person, subject_kind="user", data=differing)
        announce(ChangeKind.PROFILE, [person.pk])
    return person


@transaction.atomic(durable=True)
def move_user(*, actor: User, user_id: UUID, unit_id: UUID) -> User:
    """Move a person to another unit; their roles stay where they are held. Their open screens are told.

    Refuses unless the actor administers both units, and a closed unit.
    """
    person = lock_person(user_id)
    unit = unit_by_id(unit_id)
    require_may_administer(actor, "change", person)
    require(actor, "change", "user", unit)
    if not unit.is_active:
        raise UnitClosed(field="unit_id")
    before, person.org_unit = person.org_unit, unit
    save_change(person, actor)
    data = {"unit": [before.code if before else None, unit.code]}
    audit.record("person.moved", actor=actor, subject=person, subject_kind="user", data=data)
    announce(ChangeKind.UNIT, [person.pk])
    return person


@transaction.atomic(durable=True)
def deactivate_user(*, actor: User, user_id: UUID) -> User:
    """Close the account of somebody who leaves: no login, no rights, no new tasks; their screens are closed.

    Their records, history and roles stay. Refuses one's own account and the last administrator.
    """
    lock_administrators()
    person = lock_person(user_id)
    require_may_administer(actor, "delete", person)
    return operations.deactivate(actor=actor, person=person)


@transaction.atomic(durable=True)
def reactivate_user(*, actor: User, user_id: UUID) -> User:
    """Open the account of a person again, with the roles they had."""
    person = lock_person(user_id)
    require_may_administer(actor, "delete", person)
    if not person.is_active:
        operations.set_active(person, actor, active=True)
    return person


@transaction.atomic(durable=True)
def reset_password(*, actor: User, user_id: UUID, password: str) -> User:
    """Give a person a new password; their other sessions end. Refuses a weak one and people not administered."""
    person = lock_person(user_id)
    require_may_administer(actor, "change", person)
    _require_strong(password, person)
    person.password = make_password(password)
    save_change(person, actor)
    audit.record("person.password_reset", actor=actor, subject=person, subject_kind="user")
    announce(ChangeKind.ACTIVE, [person.pk])
    return person


def _require_strong(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages), field="password") from None
