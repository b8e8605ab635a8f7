"""Who is away, for the fields that ask for a person: known before something is given to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts import queries as people
from accounts.models import Substitution, User
from web import dates


def absences(persons: Iterable[User]) -> dict[int, str]:
    """Of each who is away now, until when and who stands in, by id; one query."""
    rows = people.running_everywhere().filter(substituted__in=[person.pk for person in persons])
    rows = rows.filter(process_keys=[], branch=None, substitute__is_active=True).select_related("substitute")
    found: dict[int, str] = {}
    for row in rows.order_by("starts", "pk"):
        found.setdefault(row.substituted_id, words(row))
    return found


def words(row: Substitution) -> str:
    """Until when somebody is away and who stands in."""
    name = {"name": row.substitute.display_name}
    if row.ends is None:
        return _("away; %(name)s stands in") % name
    return _("away until %(when)s; %(name)s stands in") % {"when": dates.day(row.ends), **name}
