"""Groups in words: "finance@HZ" is who holds the role finance in Hangzhou."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import OrgUnit, Role


def group_words(keys: Iterable[str]) -> dict[str, str]:
    """What people call these groups, by key; two queries, none for no groups."""
    parts = {key: key.partition("@")[::2] for key in keys if key}
    if not parts:
        return {}
    roles = {role.code: str(role) for role in Role.objects.filter(code__in={role for role, _unit in parts.values()})}
    units = {
        unit.code: unit.name_in(get_language())
        for unit in OrgUnit.objects.filter(code__in={unit for _role, unit in parts.values() if unit})
    }
    return {
        key: _("%(role)s, %(unit)s") % {"role": roles.get(role, role), "unit": units.get(unit, unit)}
        if unit
        else roles.get(role, role)
        for key, (role, unit) in parts.items()
    }
