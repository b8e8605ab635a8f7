"""Employees arrive with their reporting lines: the manager is another row of the file or somebody known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accounts import operations
from accounts.models import Position, User
from accounts.models.people import USERNAME_PATTERN
from crm_core.customers.search import folded
from crm_core.imports import cells
from crm_core.imports.rows import CheckedRow, Checker, Field

EMPLOYEE_FIELDS: Mapping[str, Field] = {
    "key": Field(cells.text(30), required=True),
    "username": Field(cells.text(60)),
    "first_name": Field(cells.text(150), required=True),
    "last_name": Field(cells.text(150), required=True),
    "native_name": Field(cells.text(60)),
    "email": Field(cells.text(254)),
    "phone": Field(cells.text(40)),
    "position": Field(cells.one_of(Position.values)),
    "role": Field(cells.text(40), refers_to="role"),
    "unit": Field(cells.text(40), required=True, refers_to="unit"),
    "manager": Field(cells.text(30)),
}
REFERENCES = ("role", "unit", "employee", "person")


def check_employees(rows: Sequence[CheckedRow], checker: Checker) -> None:
    """Give everybody a username, note taken ones, unknown managers, and circles of reporting lines."""
    checker.unique(rows, "key", lambda key: checker.known.find("employee", key) is not None)
    keys = {row.values.get("key") for row in rows}
    names: dict[str, int] = {}
    for row in rows:
        name = row.values.setdefault("username", _username(row.values))
        if not re.match(USERNAME_PATTERN, name):
            checker.note(row, "username", "A username has small letters, digits, dots and hyphens.", name)
        if name in names or checker.known.find("person", name) is not None:
            checker.note(row, "username", "This username is taken.", name)
        names[name] = row.number
        boss = row.values.get("manager")
        if boss is not None and boss not in keys and checker.known.find("employee", boss) is None:
            checker.note(row, "manager", "There is no employee of this id.", boss)
        _check_person(row, checker)
    _note_circles(rows, checker)


def store_employees(rows: Sequence[CheckedRow], checker: Checker, actor: User | None) -> list[User]:
    """Add the people with their roles, then their managers, in the caller's transaction."""
    people: dict[str, User] = {}
    for row in rows:
        values = dict(row.values)
        role, unit = values.pop("role", None), values.pop("unit")
        key, _manager = values.pop("key"), values.pop("manager", None)
        people[key] = operations.create_user(
            actor=actor, org_unit=unit, staff_no=key, roles=[role.code] if role else [], **values
        )
    for row in rows:
        boss = row.values.get("manager")
        if boss is not None:
            manager = people.get(boss) or checker.known.find("employee", boss)
            operations.set_manager(actor=actor, person=people[row.values["key"]], manager=manager)
    return list(people.values())


def _username(values: Mapping[str, Any]) -> str:
    parts = (folded(str(values.get(name, ""))) for name in ("first_name", "last_name"))
    return ".".join(clean for part in parts if (clean := re.sub(r"[^a-z0-9]+", "", part)))


def _check_person(row: CheckedRow, checker: Checker) -> None:
    names = ("username", "first_name", "last_name", "native_name", "email", "phone", "position")
    person = User(password="!", **{name: row.values[name] for name in names if name in row.values})  # noqa: S106
    try:
        person.clean_fields(exclude=["username"])
    except ValidationError as error:
        for name, reasons in error.message_dict.items():
            checker.note(row, name, " ".join(reasons))


def _note_circles(rows: Sequence[CheckedRow], checker: Checker) -> None:
    boss_of = {row.values.get("key"): row.values.get("manager") for row in rows}
    for row in rows:
        seen, current = set(), row.values.get("key")
        while current is not None and current not in seen:
            seen.add(current)
            current = boss_of.get(current)
        if current is not None and current == row.values.get("key"):
            checker.note(row, "manager", "The reporting lines form a circle.", str(row.values.get("manager")))
