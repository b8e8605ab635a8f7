"""Editing the rights matrix: what roles may do, and which fields they see."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts import audit
from accounts.changes import ChangeKind, announce
from accounts.checking import save_checked
from accounts.exceptions import InvalidValue
from accounts.locks import role_by_code
from accounts.models import Action, DataScope, FieldRule, RoleAssignment, User
from accounts.permissions import COMPANY, require


@transaction.atomic(durable=True)
def change_data_scope(*, actor: User, role: str, kind: str, scope: str, actions: Collection[str]) -> DataScope:
    """Set what holders of a role may do to records of a kind within a reach; no actions takes the right away.

    Only administrators of the headquarters. Refuses unknown roles, reaches and actions. All holders are told.
    """
    require(actor, "change", "role", COMPANY)
    holder = role_by_code(role)
    if not set(actions) <= set(Action.values):
        raise InvalidValue(field="actions")
    rows = DataScope.objects.select_for_update(no_key=True)
    row = rows.filter(role=holder, kind=kind, scope=scope).first() or DataScope(role=holder, kind=kind, scope=scope)
    before = list(row.actions)
    row.actions = [action for action in Action.values if action in actions]
    save_checked(row)
    data = {"role": role, "kind": kind, "scope": scope, "actions": [before, row.actions]}
    audit.record("rights.scope_changed", actor=actor, subject=holder, data=data)
    announce(ChangeKind.RIGHTS, _holders(role))
    return row


@transaction.atomic(durable=True)
def change_field_rule(*, actor: User, role: str | None, kind: str, field: str, effect: str) -> FieldRule:
    """Set how holders of a role, or with None everybody without a rule of their own, meet a field of a kind.

    Only administrators of the headquarters. Refuses unknown roles and effects. All concerned are told.
    """
    require(actor, "change", "role", COMPANY)
    holder = role_by_code(role) if role else None
    rows = FieldRule.objects.select_for_update(no_key=True)
    row = rows.filter(role=holder, kind=kind, field=field).first() or FieldRule(role=holder, kind=kind, field=field)
    before, row.effect = row.effect, effect
    save_checked(row)
    data = {"role": role, "kind": kind, "field": field, "effect": [before, effect]}
    audit.record("rights.field_rule_changed", actor=actor, subject=row, data=data)
    announce(ChangeKind.RIGHTS, _holders(role) if role else None)
    return row


def _holders(role: str) -> list[int]:
    return list(RoleAssignment.objects.filter(role=role).values_list("user", flat=True).distinct())
