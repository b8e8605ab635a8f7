"""Which rows a person sees and which of their fields are hidden: every query of records starts here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from accounts.models import Action, FieldEffect, User
from accounts.models.units import ancestor_paths_of
from accounts.permissions import may, require
from accounts.rights import Rights, rights_of

__all__ = ["field_rules", "mask_for", "may", "read_only_for", "require", "visible", "visible_filter"]

Row = TypeVar("Row", bound=Model)
_MILDEST_FIRST = [FieldEffect.OPEN, FieldEffect.READ_ONLY, FieldEffect.MASKED, FieldEffect.HIDDEN]


def visible(
    queryset: QuerySet[Row],
    user: User | AnonymousUser,
    kind: str,
    *,
    action: str = Action.VIEW,
    owner: str | None = "owner",
    unit_path: str = "org_unit__path",
) -> QuerySet[Row]:
    """The rows of ``queryset`` that ``user`` may view (or do ``action`` to). Adds no query of its own to the result.

    ``owner`` and ``unit_path`` are where the rows keep them: ``owner=None`` for rows without owner,
    ``unit_path="path"`` for units themselves.
    """
    condition = visible_filter(user, kind, action=action, owner=owner, unit_path=unit_path)
    if condition is None:
        return queryset.none()
    return queryset.filter(condition) if condition else queryset


def visible_filter(
    user: User | AnonymousUser,
    kind: str,
    *,
    action: str = Action.VIEW,
    owner: str | None = "owner",
    unit_path: str = "org_unit__path",
) -> Q | None:
    """The same as a condition: empty for everything, None for nothing; prefixes reach records of related models."""
    rights = rights_of(user)
    if rights.everything:
        return Q()
    prefixes = {grant.prefix for grant in rights.grants_for(action, kind)}
    if "/" in prefixes:
        return Q()
    condition = Q()
    if None in prefixes and owner is not None:
        condition |= Q(**{f"{owner}__in": sorted(rights.owners(action))})
    for prefix in _outermost({prefix for prefix in prefixes if prefix is not None}):
        condition |= _below(prefix, unit_path, owner)
    return condition or None


def field_rules(user: User | AnonymousUser, kind: str) -> Mapping[str, FieldEffect]:
    """How ``user`` meets the fields of ``kind`` that are not simply open.

    Of several roles that may view the kind the mildest counts; a role without a rule of its own follows the common
    one. Who may not view the kind at all, and sees a record only through a task, gets the common rules.
    """
    rights = rights_of(user)
    if rights.everything:
        return {}
    common = rights.common_rules.get(kind, {})
    roles = {grant.role for grant in rights.grants_for(Action.VIEW, kind)}
    if not roles:
        return {name: effect for name, effect in common.items() if effect != FieldEffect.OPEN}
    return _mildest(rights, roles, kind, common)


def mask_for(user: User | AnonymousUser, kind: str) -> frozenset[str]:
    """The fields of ``kind`` that ``user`` must not read: hidden or masked."""
    unreadable = {FieldEffect.HIDDEN, FieldEffect.MASKED}
    return frozenset(name for name, effect in field_rules(user, kind).items() if effect in unreadable)


def read_only_for(user: User | AnonymousUser, kind: str) -> frozenset[str]:
    """The fields of ``kind`` that ``user`` must not write: hidden, masked or read only."""
    return frozenset(field_rules(user, kind))


def _mildest(rights: Rights, roles: set[str], kind: str, common: Mapping[str, FieldEffect]) -> dict[str, FieldEffect]:
    own = {role: rights.role_rules.get((role, kind), {}) for role in roles}
    names = set(common).union(*own.values())
    effects = {
        name: min((own[role].get(name, common.get(name, FieldEffect.OPEN)) for role in roles), key=_MILDEST_FIRST.index)
        for name in names
    }
    return {name: effect for name, effect in effects.items() if effect != FieldEffect.OPEN}


def _below(prefix: str, unit_path: str, owner: str | None) -> Q:
    """Records of the unit or below; those kept at a unit above it, such as the branch, when their owner is of it."""
    condition = Q(**{f"{unit_path}__startswith": prefix})
    above = ancestor_paths_of(prefix)[:-1]
    if owner is not None and above:
        condition |= Q(**{f"{unit_path}__in": above, f"{owner}__org_unit__path__startswith": prefix})
    return condition


def _outermost(prefixes: set[str]) -> list[str]:
    return sorted(
        prefix for prefix in prefixes if not any(prefix != other and prefix.startswith(other) for other in prefixes)
    )
