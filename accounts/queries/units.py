"""Reading the organisation tree."""

from __future__ import annotations

from accounts.exceptions import NobodyThere
from accounts.models import OrgUnit, UnitKind, User

BRANCH_KINDS = (UnitKind.CITY_BRANCH, UnitKind.HQ)


def unit_of(unit: OrgUnit | str) -> OrgUnit:
    """The unit itself, or the one with this code. Raises NobodyThere."""
    if isinstance(unit, OrgUnit):
        return unit
    found = OrgUnit.objects.filter(code=unit).first()
    if found is None:
        raise NobodyThere(field="unit")
    return found


def ancestors_of(unit: OrgUnit | str) -> list[OrgUnit]:
    """The units from ``unit`` itself up to the root, with their heads: one query."""
    paths = unit_of(unit).ancestor_paths
    return list(OrgUnit.objects.filter(path__in=paths).select_related("head").order_by("-path"))


def branch_of(place: User | OrgUnit | str | None) -> OrgUnit | None:
    """The city branch, or else the headquarters, that a person or unit belongs to; None outside the tree."""
    unit = place.org_unit if isinstance(place, User) else place
    if unit is None:
        return None
    unit = unit_of(unit)
    if unit.kind in BRANCH_KINDS:
        return unit
    above = OrgUnit.objects.filter(path__in=unit.ancestor_paths, kind__in=BRANCH_KINDS)
    return above.order_by("-path").first()


def head_of(unit: OrgUnit | str) -> User | None:
    """The active head of the unit itself."""
    head = unit_of(unit).head
    return head if head is not None and head.is_active else None
