"""Who approves: the nearest holder of a role, else a head further up, else a group; four eyes always."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Subquery

from accounts.models import OrgUnit, Role, RoleAssignment, User
from accounts.queries.people import members_of
from accounts.queries.substitutions import barred_people, stand_in_for
from accounts.queries.units import BRANCH_KINDS, ancestors_of, unit_of
from accounts.rights import units_above
from config import clock


class ApproverRule(StrEnum):
    """Which rule found the approver."""

    ROLE = "role"  # somebody who holds the role
    HEAD = "head"  # the head of a unit further up
    GROUP = "group"  # the role's fallback group
    NONE = "none"  # nobody


@dataclass(frozen=True, slots=True)
class Approver:
    """A person, or a group key, or neither; and the rule that found them."""

    person: User | None
    group: str | None
    rule: ApproverRule


@dataclass(frozen=True, slots=True)
class _Holder:
    user: User
    path: str
    branch: str | None


@dataclass(frozen=True, slots=True)
class _Search:
    """One question: where it starts and who is out of the question."""

    unit: OrgUnit
    barred: frozenset[int]
    at: datetime
    process_key: str | None
    spread_by: str

    def first_eligible(self, people: Iterable[User]) -> User | None:
        """The first by username (or spread by a hash) who, with their stand-in, may decide."""
        unique = {person.pk: person for person in people if person.is_active and person.pk not in self.barred}
        ordered = sorted(unique.values(), key=self._rank)
        return next((person for person in ordered if self._decides_freely(person)), None)

    def _decides_freely(self, person: User) -> bool:
        return stand_in_for(person, self.at, self.process_key, self.unit).pk not in self.barred

    def _rank(self, person: User) -> tuple[str, str]:
        salted = f"{self.spread_by} {person.username}".encode()
        return (hashlib.sha256(salted).hexdigest() if self.spread_by else "", person.username)


def find_approver(
    role: str,
    unit: OrgUnit | str,
    excluding: Iterable[User | str] = (),
    *,
    at: datetime | None = None,
    process_key: str | None = None,
    spread_by: str = "",
) -> Approver:
    """Who decides as ``role`` about something of ``unit``.

    From the unit upward the nearest holder of the role counts: one at the unit itself, or else, unless the role has a
    holder on the way already, one elsewhere below that unit in the same branch (finance of the branch for a sales
    team). Then the head of the next unit up, then the role's fallback group if somebody in it may decide.
    Never found are people in ``excluding`` (requester, last editor, who already decided in this round), those who
    stand in for them, and those for whom they stand in. Among equals the first by username, or, with ``spread_by``
    (a record number), one by its hash. About six queries. Raises NobodyThere for an unknown unit.
    """
    at = at or clock.now()
    search = _Search(unit_of(unit), barred_people(excluding, at), at, process_key, spread_by)
    line = ancestors_of(search.unit)
    person = _role_holder(role, line, search)
    if person is not None:
        return Approver(person, None, ApproverRule.ROLE)
    head = _head_above(line, search)
    if head is not None:
        return Approver(head, None, ApproverRule.HEAD)
    group = _fallback_group(role, search)
    return Approver(None, group, ApproverRule.GROUP if group else ApproverRule.NONE)


def _role_holder(role: str, line: Sequence[OrgUnit], search: _Search) -> User | None:
    holders = _holders(role)
    met = False
    for unit in line:
        here = [holder.user for holder in holders if holder.path == unit.path]
        met = met or bool(here)
        found = search.first_eligible(here)
        if found is None and not met:
            found = search.first_eligible(_elsewhere_below(unit, line, holders))
        if found is not None:
            return found
    return None


def _elsewhere_below(unit: OrgUnit, line: Sequence[OrgUnit], holders: Sequence[_Holder]) -> list[User]:
    branch = next((up.path for up in line if up.kind in BRANCH_KINDS and unit.path.startswith(up.path)), None)
    return [holder.user for holder in holders if holder.path.startswith(unit.path) and holder.branch == branch]


def _head_above(line: Sequence[OrgUnit], search: _Search) -> User | None:
    for unit in line[1:]:
        found = search.first_eligible([unit.head] if unit.head is not None else [])
        if found is not None:
            return found
    return None


def _fallback_group(role: str, search: _Search) -> str | None:
    key = Role.objects.filter(code=role).values_list("fallback_group", flat=True).first()
    if key and search.first_eligible(members_of(key)) is not None:
        return key
    return None


def _holders(role: str) -> list[_Holder]:
    rows = (
        RoleAssignment.objects.filter(role=role, user__is_active=True)
        .select_related("user", "unit")
        .annotate(branch=Subquery(units_above("unit__path", *BRANCH_KINDS).values("path")[:1]))
    )
    return [_Holder(row.user, row.unit.path, row.branch) for row in rows]
