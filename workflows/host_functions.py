"""What expressions may ask about people, units and working time; people are usernames, groups `role@UNIT` texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.approvers import ApproverRule, find_approver
from accounts.business_time import OutOfRange
from accounts.exceptions import NobodyThere
from accounts.models import User
from workflows.engine.api import HostFunctionFailed
from workflows.registry import host_function

Answer = TypeVar("Answer")
GIVEN_PERSON = {"person": _("Person")}
GIVEN_UNIT = {"unit": _("Unit")}


@host_function("manager of", label=_("Manager of a person"), parameters=GIVEN_PERSON | {"levels": _("Levels up")})
def manager_of(person: str, levels: int = 1) -> str | None:
    """Who manages the person, or with levels 2 the manager's manager; null above the top."""
    return _username(queries.manager_of(_person(person), levels))


@host_function("unit of", label=_("Unit of a person"), parameters=GIVEN_PERSON)
def unit_of(person: str) -> str | None:
    """The code of the unit the person belongs to."""
    unit = _person(person).org_unit
    return unit.code if unit is not None else None


@host_function("branch of", label=_("Branch of a person"), parameters=GIVEN_PERSON)
def branch_of(person: str) -> str | None:
    """The code of the branch (or headquarters) the person belongs to."""
    branch = queries.branch_of(_person(person))
    return branch.code if branch is not None else None


@host_function("head of", label=_("Head of a unit"), parameters=GIVEN_UNIT)
def head_of(unit: str) -> str | None:
    """The active head of the unit; null when it has none."""
    return _username(queries.head_of(_unit(unit)))


@host_function("role at", label=_("Group of a role at a unit"), parameters={"role": _("Role")} | GIVEN_UNIT)
def role_at(role: str, unit: str) -> str:
    """The candidate group of everybody who holds the role at the unit or below it."""
    return f"{role}@{_unit(unit).code}"


@host_function("members of", label=_("Members of a group"), parameters={"group": _("Group")})
def members_of(group: str) -> list[str]:
    """The active people of a candidate group, by username."""
    return list(queries.members_of(group).values_list("username", flat=True))


@host_function("options of group", label=_("Members of a group to choose from"), parameters={"group": _("Group")})
def options_of_group(group: str) -> list[dict[str, str]]:
    """The active people of a candidate group as options {label, value} for a form, by name."""
    people = sorted(queries.members_of(group), key=lambda person: person.display_name)
    return [{"label": f"{person.display_name} ({person.username})", "value": person.username} for person in people]


@host_function(
    "approver for",
    label=_("Approver for a role"),
    parameters={"role": _("Role"), "unit": _("Unit"), "excluding": _("Not one of these")},
)
def approver_for(role: str, unit: str, excluding: list[str | None] | None = None) -> dict[str, str | None]:
    """Who decides as this role about something of the unit: {person, group, rule}, never one of those excluded."""
    barred = [person for person in excluding or () if person]
    try:
        found = find_approver(role, unit, barred)
    except NobodyThere as error:
        raise HostFunctionFailed(f"There is no unit {unit!r}.") from error
    if found.rule is ApproverRule.NONE:
        raise HostFunctionFailed(f"Nobody may decide as {role!r} for {unit!r}.")
    return {"person": _username(found.person), "group": found.group, "rule": found.rule.value}


@host_function(
    "business moment",
    label=_("Moment after so many working hours"),
    parameters={"hours": _("Working hours"), "from": _("From")} | GIVEN_UNIT,
)
def business_moment(hours: Decimal, from_: datetime, unit: str | None = None) -> datetime:
    """The moment so many working hours after another, by the calendar of the unit or else the company's."""
    return _counted(lambda: queries.calendar_of(_unit_or_none(unit)).add(from_, hours))


@host_function(
    "business duration",
    label=_("Time until so many working hours have passed"),
    parameters={"hours": _("Working hours"), "from": _("From")} | GIVEN_UNIT,
)
def business_duration(hours: Decimal, from_: datetime, unit: str | None = None) -> timedelta:
    """How long it takes from a moment until so many working hours have passed."""
    return business_moment(hours, from_, unit) - from_


@host_function(
    "business hours between",
    label=_("Working hours between two moments"),
    parameters={"from": _("From"), "to": _("To")} | GIVEN_UNIT,
)
def business_hours_between(from_: datetime, to: datetime, unit: str | None = None) -> Decimal:
    """The working hours between two moments, negative when the second comes first."""
    return _counted(lambda: queries.calendar_of(_unit_or_none(unit)).hours_between(from_, to))


def _counted(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except OutOfRange as error:
        raise HostFunctionFailed(f"The moment lies outside every calendar: {error}") from error


def _person(username: str) -> User:
    try:
        return queries.person_of(username)
    except NobodyThere as error:
        raise HostFunctionFailed(f"There is no person {username!r}.") from error


def _unit(code: str) -> Any:
    try:
        return queries.unit_of(code)
    except NobodyThere as error:
        raise HostFunctionFailed(f"There is no unit {code!r}.") from error


def _unit_or_none(code: str | None) -> Any:
    return None if code is None else _unit(code)


def _username(user: User | None) -> str | None:
    return user.username if user is not None else None
