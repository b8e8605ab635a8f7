"""Reading who stands in for whom at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value

from accounts.models import OrgUnit, Substitution, User
from accounts.queries.units import unit_of
from accounts.rights import Cover, rights_of
from config import clock

LONGEST_CHAIN = 20
_COVERS_KEPT_AS = "_baton_covers"


def running_substitutions(
    at: datetime | None = None, process_key: str | None = None, unit: OrgUnit | str | None = None
) -> QuerySet[Substitution]:
    """The substitutions in force at a moment (now), for one process and place if they are given.

    Substitutions for named processes or for a branch count only where that process and place are given.
    """
    running = running_everywhere(at)
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


def covers_of(user: User) -> tuple[Cover, ...]:
    """Whose tasks this person looks after now, directly or by way of somebody who is away too.

    No query beyond that of the rights for who stands in for nobody; else one for each link of the longest chain.
    """
    rights = rights_of(user)
    kept = getattr(user, _COVERS_KEPT_AS, None)
    if kept is not None and kept[0] is rights:
        return kept[1]  # type: ignore[no-any-return]
    found = dict.fromkeys(rights.covers)
    newest = list(found)
    for _link in range(LONGEST_CHAIN):
        if not newest:
            break
        behind = _behind({cover.person for cover in newest})
        reached = (cover.narrowed(further) for cover in newest for further in behind.get(cover.person, ()))
        newest = [cover for cover in dict.fromkeys(reached) if cover and cover not in found and cover.person != user.pk]
        found |= dict.fromkeys(newest)
    covers = tuple(found)
    setattr(user, _COVERS_KEPT_AS, (rights, covers))
    return covers


def _behind(people: Collection[int]) -> dict[int, list[Cover]]:
    """Whom these people, as far as they are still here, stand in for."""
    rows = running_everywhere().filter(substitute__in=people, substitute__is_active=True).order_by("pk")
    found: dict[int, list[Cover]] = {}
    for substitute, person, processes, place in rows.values_list(
        "substitute", "substituted", "process_keys", "branch__path"
    ):
        row = {"person": person, "processes": processes, "place": place}
        found.setdefault(substitute, []).append(Cover.read(row))
    return found


def running_everywhere(at: datetime | None = None) -> QuerySet[Substitution]:
    """The substitutions in force at a moment (now), also those for named processes or for a branch."""
    at = at or clock.now()
    return Substitution.objects.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)


def stands_in(
    user: User,
    person_id: int,
    at: datetime | None = None,
    process_key: str | None = None,
    unit: OrgUnit | str | None = None,
) -> bool:
    """Whether ``user`` looks after the tasks of a person at a moment, directly or in turn; asks the database anew."""
    at = at or clock.now()
    newest, seen = {person_id}, {person_id}
    for _link in range(LONGEST_CHAIN):
        running = running_substitutions(at, process_key, unit).filter(
            substituted__in=newest, substitute__is_active=True
        )
        newest = set(running.values_list("substitute", flat=True)) - seen
        if user.pk in newest:
            return True
        if not newest:
            break
        seen |= newest
    return False


def stand_in_for(
    person: User,
    at: datetime | None = None,
    process_key: str | None = None,
    unit: OrgUnit | str | None = None,
    *,
    barred: Collection[int] = (),
) -> User:
    """Who gets the tasks of ``person``: the first substitute, or theirs when they are away too; else the person.

    Those ``barred`` (ids, four eyes) are passed over.
    """
    at = at or clock.now()
    current, seen = person, {person.pk, *barred}
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
        running = running_everywhere(at).filter(substituted__in=newest)
        newest = set(running.values_list("substitute", flat=True)) - barred
        barred |= newest
    return frozenset(barred)
