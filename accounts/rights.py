"""All rights of one person, read in one query and kept on the user object of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import (
    Action,
    DataScope,
    FieldEffect,
    FieldRule,
    OrgUnit,
    Reach,
    RoleAssignment,
    Substitution,
    UnitKind,
    User,
)
from accounts.models.units import ancestor_paths_of, codes_of
from config import clock
from config.composed import PERSON, answered, composed, moment

ANY_KIND = "*"
_KEPT_AS = "_baton_rights"


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions on the records whose unit path begins with ``prefix``; None for the person's own records only."""

    role: str
    actions: frozenset[str]
    prefix: str | None

    @property
    def units_above(self) -> tuple[str, ...]:
        """The paths of the units above: a record kept there counts as the team's when its owner is of the team."""
        return ancestor_paths_of(self.prefix)[:-1] if self.prefix else ()

    def covers_path(self, path: str | None) -> bool:
        """Whether a record of the unit at ``path`` is reached; one without unit only from the root of the tree."""
        if self.prefix is None:
            return False
        if path is None:
            return len(codes_of(self.prefix)) <= 1
        return path.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody a person stands in for: in these processes (None: in all), for what belongs below this unit path."""

    person: int
    processes: frozenset[str] | None
    place: str

    @property
    def is_whole(self) -> bool:
        """Whether it counts in every process and everywhere."""
        return self.processes is None and not self.place

    def reaches(self, process_key: str, path: str | None) -> bool:
        """Whether it counts for something of a process, kept at the unit of ``path`` (None: at no unit)."""
        if self.processes is not None and process_key not in self.processes:
            return False
        return not self.place or (path or "").startswith(self.place)

    def narrowed(self, other: Cover) -> Cover | None:
        """Standing in for ``other.person`` by way of this person, where both count; None where they never do."""
        processes = other.processes if self.processes is None else self.processes
        if self.processes is not None and other.processes is not None:
            processes = self.processes & other.processes
        narrow, wide = sorted((self.place, other.place), key=len, reverse=True)
        if processes == frozenset() or not narrow.startswith(wide):
            return None
        return Cover(other.person, processes, narrow)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Cover:
        """From a row with person, processes and place as the database keeps them."""
        return cls(row["person"], frozenset(row["processes"]) or None, row["place"] or "")


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do: role keys, grants by record kind, field rules, and whose records count as their own."""

    user_id: int | None = None
    everything: bool = False
    roles: frozenset[str] = frozenset()
    group_keys: frozenset[str] = frozenset()
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    role_rules: Mapping[tuple[str, str], Mapping[str, FieldEffect]] = field(default_factory=dict)
    common_rules: Mapping[str, Mapping[str, FieldEffect]] = field(default_factory=dict)
    covers: tuple[Cover, ...] = ()

    @property
    def stands_in_for(self) -> frozenset[int]:
        """Whom the person stands in for, whatever the process and place."""
        return frozenset(cover.person for cover in self.covers if cover.is_whole)

    def grants_for(self, action: str, kind: str) -> tuple[Grant, ...]:
        """The grants that allow ``action`` on records of ``kind``."""
        found = (*self.grants.get(kind, ()), *self.grants.get(ANY_KIND, ()))
        return tuple(grant for grant in found if action in grant.actions)

    def owners(self, action: str) -> frozenset[int]:
        """Whose records count as own: one's own, and for looking also those of people one stands in for."""
        if self.user_id is None:
            return frozenset()
        return frozenset({self.user_id}) | (self.stands_in_for if action == Action.VIEW else frozenset())


def rights_of(user: User | AnonymousUser) -> Rights:
    """The rights of ``user``, read once per user object; ``forget_rights`` makes the next call read them again."""
    kept = getattr(user, _KEPT_AS, None)
    if isinstance(kept, Rights):
        return kept
    rights = _read(user) if isinstance(user, User) and user.pk and user.is_active else Rights()
    setattr(user, _KEPT_AS, rights)
    return rights


def forget_rights(user: User) -> None:
    """Read the rights of ``user`` again next time: for objects that outlive a request, such as those of sockets."""
    if hasattr(user, _KEPT_AS):
        delattr(user, _KEPT_AS)


def keep_rights(user: User, rights: Rights) -> None:
    """Let ``user`` have these rights until ``forget_rights``: for who stands for somebody else in a query."""
    setattr(user, _KEPT_AS, rights)


def group_keys_at(role: str, path: str) -> tuple[str, ...]:
    """The keys that holding ``role`` at the unit of ``path`` gives: the role, and role@V for it and all above it."""
    return (role, *(f"{role}@{code}" for code in codes_of(path)))


def units_above(path: str, *kinds: str) -> QuerySet[OrgUnit]:
    """For a subquery: the units of these kinds at or above the outer row's ``path``, nearest first."""
    outer = ExpressionWrapper(OuterRef(path), output_field=CharField())
    above = OrgUnit.objects.annotate(of=outer).filter(of__startswith=F("path"), kind__in=kinds)
    return above.order_by("-path")


def _read(user: User) -> Rights:
    stand_ins = {PERSON: "person", moment(1): "now"}
    query = composed("rights", stand_ins, lambda: _rows(PERSON, moment(1)))
    row = next(iter(answered(query, {"person": user.pk, "now": clock.now()})), None)
    if row is None:
        return Rights()
    assignments: list[dict[str, Any]] = row["assignments"]
    role_rules, common_rules = _field_rules(row["rules"])
    return Rights(
        user_id=user.pk,
        everything=user.is_superuser,
        roles=frozenset(assignment["role"] for assignment in assignments),
        group_keys=frozenset(key for held in assignments for key in group_keys_at(held["role"], held["path"])),
        grants=_grants(assignments, row["scopes"]),
        role_rules=role_rules,
        common_rules=common_rules,
        covers=tuple(Cover.read(absence) for absence in row["absent"]),
    )


def _rows(person: int, now: datetime) -> QuerySet[User, Any]:
    departments = units_above("unit__path", UnitKind.DEPARTMENT)
    branches = units_above("unit__path", UnitKind.CITY_BRANCH, UnitKind.HQ)
    assignments = RoleAssignment.objects.filter(user=OuterRef("pk")).annotate(
        department=Subquery(departments.values("path")[:1]), branch=Subquery(branches.values("path")[:1])
    )
    scopes = DataScope.objects.filter(role__assignments__user=OuterRef("pk")).distinct()
    rules = FieldRule.objects.filter(Q(role=None) | Q(role__assignments__user=OuterRef("pk"))).distinct()
    absent = Substitution.objects.filter(Q(ends=None) | Q(ends__gt=now), substitute=OuterRef("pk"), starts__lte=now)
    return (
        User.objects.filter(pk=person, is_active=True)
        .order_by()
        .values(
            assignments=ArraySubquery(
                assignments.values(
                    json=JSONObject(role="role_id", path="unit__path", department="department", branch="branch")
                )
            ),
            scopes=ArraySubquery(
                scopes.order_by().values(json=JSONObject(role="role_id", kind="kind", scope="scope", actions="actions"))
            ),
            rules=ArraySubquery(
                rules.order_by().values(json=JSONObject(role="role_id", kind="kind", field="field", effect="effect"))
            ),
            absent=ArraySubquery(
                absent.order_by("pk").values(
                    json=JSONObject(person="substituted_id", processes="process_keys", place="branch__path")
                )
            ),
        )
    )


def _grants(assignments: list[dict[str, Any]], scopes: list[dict[str, Any]]) -> dict[str, tuple[Grant, ...]]:
    grants: dict[str, set[Grant]] = {}
    for scope in scopes:
        for held in assignments:
            if held["role"] == scope["role"] and scope["actions"]:
                grant = Grant(scope["role"], frozenset(scope["actions"]), _prefix(held, scope["scope"]))
                grants.setdefault(scope["kind"], set()).add(grant)
    return {kind: tuple(found) for kind, found in grants.items()}


def _prefix(held: dict[str, Any], reach: str) -> str | None:
    """Each reach contains the narrower one: without a department above, the department is the unit itself."""
    prefixes: dict[str, str | None] = {
        Reach.OWN: None,
        Reach.TEAM: held["path"],
        Reach.DEPARTMENT: held["department"] or held["path"],
        Reach.BRANCH_SUBTREE: held["branch"] or held["path"],
        Reach.ALL: "/",
    }
    return prefixes[reach]


def _field_rules(
    rows: list[dict[str, Any]],
) -> tuple[dict[tuple[str, str], dict[str, FieldEffect]], dict[str, dict[str, FieldEffect]]]:
    by_role: dict[tuple[str, str], dict[str, FieldEffect]] = {}
    common: dict[str, dict[str, FieldEffect]] = {}
    for row in rows:
        rules = common.setdefault(row["kind"], {})
        if row["role"] is not None:
            rules = by_role.setdefault((row["role"], row["kind"]), {})
        rules[row["field"]] = FieldEffect(row["effect"])
    return by_role, common
