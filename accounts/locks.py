"""Locking rows of people and organisation, in one order: advisory locks and the tree first, then the rows.

Rows are locked so that others can still refer to them: a task may be given to somebody whose phone is being changed.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from accounts.exceptions import NobodyThere
from accounts.models import OrgUnit, Role, Substitution, User, WorkCalendar

SUBSTITUTIONS = 0x0BA70_001
ADMINISTRATORS = 0x0BA70_002


def lock_tree() -> None:
    """One change of the shape of the organisation at a time."""
    list(OrgUnit.objects.select_for_update(no_key=True).filter(parent=None).order_by("pk").values_list("pk"))


def lock_unit(unit_id: UUID, *, field: str = "unit_id") -> OrgUnit:
    """The unit, locked. Raises NobodyThere."""
    unit = OrgUnit.objects.select_for_update(no_key=True).filter(public_id=unit_id).first()
    if unit is None:
        raise NobodyThere(field=field)
    return unit


def lock_person(user_id: UUID, *, field: str = "user_id") -> User:
    """The person, locked. Raises NobodyThere."""
    person = User.objects.select_for_update(no_key=True).filter(public_id=user_id).first()
    if person is None:
        raise NobodyThere(field=field)
    return person


def lock_calendar(calendar_id: UUID) -> WorkCalendar:
    """The calendar, locked. Raises NobodyThere."""
    calendar = WorkCalendar.objects.select_for_update(no_key=True).filter(public_id=calendar_id).first()
    if calendar is None:
        raise NobodyThere(field="calendar_id")
    return calendar


def lock_substitution(substitution_id: int) -> Substitution:
    """The substitution, locked. Raises NobodyThere."""
    row = Substitution.objects.select_for_update(no_key=True).filter(pk=substitution_id).first()
    if row is None:
        raise NobodyThere(field="substitution_id")
    return row


def lock_substitutions() -> None:
    """One new substitution at a time, so that two of them cannot close a circle together."""
    _advisory(SUBSTITUTIONS)


def lock_administrators() -> None:
    """One removal of an administrator at a time, so that the last two cannot remove each other."""
    _advisory(ADMINISTRATORS)


def unit_by_id(unit_id: UUID, *, field: str = "unit_id") -> OrgUnit:
    """The unit, not locked. Raises NobodyThere."""
    unit = OrgUnit.objects.filter(public_id=unit_id).first()
    if unit is None:
        raise NobodyThere(field=field)
    return unit


def person_by_id(user_id: UUID, *, field: str = "user_id") -> User:
    """The person, not locked. Raises NobodyThere."""
    person = User.objects.filter(public_id=user_id).first()
    if person is None:
        raise NobodyThere(field=field)
    return person


def role_by_code(code: str, *, field: str = "role") -> Role:
    """The role. Raises NobodyThere."""
    role = Role.objects.filter(pk=code).first()
    if role is None:
        raise NobodyThere(field=field)
    return role


def _advisory(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
