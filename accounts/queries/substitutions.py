"""Reading who stands in for whom at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value

from accounts.models import OrgUnit, Substitution, User
from accounts.queries.units import unit_of
from config import clock

LONGEST_CHAIN = 20


def running_substitutions(
    at: datetime | None = None, process_key: str | None = None, unit: OrgUnit | str | None = None
) -> QuerySet[Substitution]:
    """The substitutions in force at a moment (now), for one process and place if they are given.

    Substitutions for named processes or for a branch count only where that process and place are given.
    """
    at = at or clock.now()
    running = Substitution.objects.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)
    processes = Q(process_keys=[])
    if process_key:
        processes |= Q(process_keys__contains=[process_key])
    places = Q(branch=None)
    if unit is not None:
        running = running.annotate(place=Value(unit_of(unit).path))
        places |= Q(place__startswith=F("branch__path"))
    return running.filter(processes, places)


def substitutes_of(
    person: User, at: datetime | None = None, process_key: str | None = None, unit: OrgUnit | str | None = None
) -> list[User]:
    """The active people who stand in for ``person``: those named for the process and branch first, then by start."""
    running = running_substitutions(at, process_key, unit).filter(substituted=person, substitute__is_active=True)
    rows = sorted(
        running.select_related("substitute"),
        key=lambda row: (not row.process_keys, row.branch_id is None, row.starts, row.pk),
    )
    return list(dict.fromkeys(row.substitute for row in rows))


def acts_for(person: User, at: datetime | None = None) -> list[User]:
    """Whom ``person`` stands in for at a moment, whatever the process or branch."""
    at = at or clock.now()
    absent = User.objects.filter(
        Q(substitutions__ends=None) | Q(substitutions__ends__gt=at),
        substitutions__substitute=person,
        substitutions__starts__lte=at,
    )
    return list(absent.distinct().order_by("username"))


def stand_in_for(
    person: User, at: datetime | None = None, process_key: str | None = None, unit: OrgUnit | str | None = None
) -> User:
    """Who gets the tasks of ``person``: the first substitute, or theirs when they are away too; else the person."""
    at = at or clock.now()
    current, seen = person, {person.pk}
    for _step in range(LONGEST_CHAIN):
        nearest = next((user for user in substitutes_of(current, at, process_key, unit) if user.pk not in seen), None)
        if nearest is None:
            return current
        seen.add(nearest.pk)
        current = nearest
    return current


def barred_people(excluding: Iterable[User | str], at: datetime | None = None) -> frozenset[int]:
    """The ids of ``excluding`` and of everybody who stands in for one of them, directly or in turn (four eyes)."""
    at = at or clock.now()
    given = list(excluding)
    names = [person for person in given if isinstance(person, str)]
    barred = {person.pk for person in given if isinstance(person, User)}
    if names:
        barred.update(User.objects.filter(username__in=names).values_list("pk", flat=True))
    newest = set(barred)
    while newest:
        running = Substitution.objects.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at, substituted__in=newest)
        newest = set(running.values_list("substitute", flat=True)) - barred
        barred |= newest
    return frozenset(barred)
