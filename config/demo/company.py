"""The people of the demo company as they are in the database now."""

from __future__ import annotations

from accounts.models import User
from accounts.queries import members_of
from config.demo.people import PEOPLE, staff_no


def demo_people() -> dict[str, User]:
    """The demo company's people by username, those who left since among them; empty without the whole company.

    Somebody is recognised by username and staff number together, so that a real company's li.wei is never taken.
    """
    wanted = {person.username: staff_no(person) for person in PEOPLE}
    rows = User.objects.filter(username__in=wanted).select_related("org_unit").order_by("username")
    found = {user.username: user for user in rows if user.staff_no == wanted[user.username]}
    return found if found.keys() == wanted.keys() else {}


def holders_of(role: str) -> list[User]:
    """The demo people who hold a role now and have not left, by username."""
    names = [person.username for person in PEOPLE]
    return list(members_of(role).filter(username__in=names).select_related("org_unit"))
