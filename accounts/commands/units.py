"""Shaping the organisation tree."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from accounts import audit, operations
from accounts.changes import ChangeKind, announce
from accounts.checking import require_seen, save_change, set_fields
from accounts.exceptions import InvalidValue, NobodyThere, WouldFormCircle
from accounts.locks import lock_tree, lock_unit, person_by_id, unit_by_id
from accounts.models import OrgUnit, User, WorkCalendar
from accounts.permissions import COMPANY, require
from config import clock


@transaction.atomic(durable=True)
def create_unit(
    *,
    actor: User,
    code: str,
    name: str,
    kind: str,
    parent_id: UUID | None,
    name_zh: str = "",
    function: str = "",
) -> OrgUnit:
    """Add a unit below one the actor administers. Refuses a taken code and a place its kind does not fit."""
    lock_tree()
    parent = unit_by_id(parent_id, field="parent_id") if parent_id else None
    require(actor, "create", "org_unit", parent or COMPANY)
    return operations.create_unit(
        actor=actor, code=code, name=name, kind=kind, parent=parent, name_zh=name_zh, function=function
    )


@transaction.atomic(durable=True)
def rename_unit(
    *,
    actor: User,
    unit_id: UUID,
    name: str,
    name_zh: str | None = None,
    function: str | None = None,
    seen_version: int | None = None,
) -> OrgUnit:
    """Change the names (and function) of a unit; its code stays, because running processes name groups by it."""
    unit = lock_unit(unit_id)
    require(actor, "change", "org_unit", unit)
    require_seen(unit, seen_version)
    given = {"name": name, "name_zh": name_zh, "function": function}
    values = {field: value for field, value in given.items() if value is not None}
    differing = set_fields(unit, values, given.keys())
    if differing:
        save_change(unit, actor)
        audit.record("unit.renamed", actor=actor, subject=unit, data=differing)
    return unit


@transaction.atomic(durable=True)
def move_unit(*, actor: User, unit_id: UUID, parent_id: UUID) -> OrgUnit:
    """Put a unit with all below it under another one; everybody in it is told.

    Refuses unless the actor administers both places, a place inside the unit itself, and one its kind does not fit.
    """
    lock_tree()
    unit = lock_unit(unit_id)
    parent = lock_unit(parent_id, field="parent_id")
    require(actor, "change", "org_unit", unit)
    require(actor, "change", "org_unit", parent)
    if unit.parent is None:
        raise InvalidValue(field="unit_id")
    require(actor, "change", "org_unit", unit.parent)
    if unit.contains(parent):
        raise WouldFormCircle(field="parent_id")
    operations.require_place(unit.kind, parent)
    before = unit.path
    unit.parent = parent
    save_change(unit, actor)
    _rewrite_paths(before, f"{parent.path}{unit.code}/")
    unit.refresh_from_db()
    audit.record("unit.moved", actor=actor, subject=unit, data={"path": [before, unit.path]})
    announce(ChangeKind.UNIT, _people_below(unit))
    return unit


@transaction.atomic(durable=True)
def set_head(*, actor: User, unit_id: UUID, user_id: UUID | None) -> OrgUnit:
    """Make a person the head of a unit, or leave it without one. Refuses somebody who has left."""
    unit = lock_unit(unit_id)
    require(actor, "change", "org_unit", unit)
    head = person_by_id(user_id) if user_id else None
    return operations.set_head(actor=actor, unit=unit, head=head)


@transaction.atomic(durable=True)
def set_unit_calendar(*, actor: User, unit_id: UUID, calendar_id: UUID | None) -> OrgUnit:
    """Let a unit, and those below without one of their own, work by a calendar; None for that of the unit above."""
    unit = lock_unit(unit_id)
    require(actor, "change", "org_unit", unit)
    calendar = WorkCalendar.objects.filter(public_id=calendar_id).first() if calendar_id else None
    if calendar_id and calendar is None:
        raise NobodyThere(field="calendar_id")
    unit.calendar = calendar
    save_change(unit, actor)
    audit.record("unit.calendar_set", actor=actor, subject=unit, data={"calendar": calendar and calendar.code})
    announce(ChangeKind.CALENDAR)
    return unit


@transaction.atomic(durable=True)
def close_unit(*, actor: User, unit_id: UUID) -> OrgUnit:
    """Close an empty unit. Refuses while active people or open units are in it."""
    lock_tree()
    unit = lock_unit(unit_id)
    require(actor, "delete", "org_unit", unit)
    if unit.parent_id is None or unit.people.filter(is_active=True).exists():
        raise InvalidValue(field="unit_id")
    if unit.children.filter(is_active=True).exists():
        raise InvalidValue(field="unit_id")
    unit.is_active = False
    save_change(unit, actor)
    audit.record("unit.closed", actor=actor, subject=unit, data={"code": unit.code})
    return unit


def _rewrite_paths(before: str, after: str) -> None:
    rest = Substr("path", len(before) + 1)
    OrgUnit.objects.filter(path__startswith=before).update(
        path=Concat(Value(after), rest), version=F("version") + 1, updated_at=clock.now()
    )


def _people_below(unit: OrgUnit) -> set[int]:
    members = User.objects.filter(org_unit__path__startswith=unit.path).values_list("pk", flat=True)
    holders = User.objects.filter(role_assignments__unit__path__startswith=unit.path).values_list("pk", flat=True)
    return set(members) | set(holders)
