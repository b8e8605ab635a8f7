"""The chain of approvers beside a decision: who has it now, and who comes after with the rule that chose them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Role, User
from config import clock
from tasks_inbox.models import WorkItem
from web import dates
from web.acted_for import acted_for


def under_way(user: User, item: WorkItem) -> dict[str, Any]:
    """Who has the decision, and how long already."""
    holder = item.assignee
    name = _("nobody yet")
    if holder is not None:
        name = acted_for(_("You") if holder == user else holder.display_name, item.on_behalf_of)
    waited = _("for %(span)s") % {"span": dates.span(clock.now() - item.created_at)}
    return {
        "state": "now",
        "person": holder,
        "kind": "" if holder else "group",
        "name": name,
        "time": waited,
    }


def to_come(
    item: WorkItem, variables: Mapping[str, Any], rule_of: Callable[[str], str] = lambda role: ""
) -> list[dict[str, Any]]:
    """Those of the route who have not been asked yet; ``rule_of`` a role says why it is asked."""
    approvers = [entry for entry in variables.get("approvers") or [] if isinstance(entry, dict)]
    at = next((number for number, entry in enumerate(approvers) if entry == variables.get("approver")), None)
    if at is None or not item.is_open:
        return []
    later = approvers[at + 1 :]
    roles = {role.code: role.name_in(get_language()) for role in Role.objects.all()}
    names = {(entry.get("found") or {}).get("person") for entry in later}
    people = {person.username: person for person in User.objects.filter(username__in=[name for name in names if name])}
    return [_waits(entry, people, roles, rule_of) for entry in later]


def _waits(
    entry: Mapping[str, Any], people: Mapping[str, User], roles: Mapping[str, str], rule_of: Callable[[str], str]
) -> dict[str, Any]:
    found, code = entry.get("found") or {}, str(entry.get("role"))
    person = people.get(str(found.get("person")))
    role = roles.get(code, code)
    return {
        "state": "next",
        "person": person,
        "kind": "" if person else "group",
        "name": person.display_name if person else role,
        "note": role if person else pgettext("approval route", "whoever takes it"),
        "rule": rule_of(code) or _("the approval table asks for: %(role)s") % {"role": role},
    }
