"""Rows for tests, by factory_boy: valid at once, every value may be given. Other areas add their factories below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from factory.declarations import LazyAttribute, LazyFunction, PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import (
    Holiday,
    OrgUnit,
    RoleAssignment,
    Substitution,
    UnitFunction,
    UnitKind,
    User,
    WorkCalendar,
)
from config import clock

PASSWORD = "correct horse battery"


class RowFactory(DjangoModelFactory):
    """What all factories share: calling one gives the row."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, **values: Any) -> Any: ...


class UnitFactory(RowFactory):
    """A unit below ``parent``; a headquarters without one."""

    class Meta:
        model = OrgUnit

    code = Sequence(lambda n: f"U{n}")
    name = LazyAttribute(lambda unit: f"Unit {unit.code}")
    parent = None
    kind = LazyAttribute(lambda unit: UnitKind.DEPARTMENT if unit.parent else UnitKind.HQ)
    function = UnitFunction.SALES
    path = LazyAttribute(lambda unit: f"{unit.parent.path if unit.parent else '/'}{unit.code}/")


def _give_roles(person: Any, create: bool, roles: Iterable[str] | None, **_more: Any) -> None:
    if create:
        for role in roles or ():
            RoleAssignment.objects.create(user=person, role_id=role, unit=person.org_unit)


class UserFactory(RowFactory):
    """A person who cannot log in unless a password is given; ``roles`` are held at their unit."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n}")
    first_name = LazyAttribute(lambda person: person.username.capitalize())
    last_name = "Tester"
    email = LazyAttribute(lambda person: f"{person.username}@example.com")
    org_unit = None

    password = None
    roles = PostGeneration(_give_roles)

    @classmethod
    def _adjust_kwargs(cls, **values: Any) -> dict[str, Any]:
        return values | {"password": make_password(values["password"])}


class SubstitutionFactory(RowFactory):
    """From an hour ago for a day, for every process and branch."""

    class Meta:
        model = Substitution

    substituted = SubFactory(UserFactory)
    substitute = SubFactory(UserFactory)
    starts = LazyFunction(lambda: clock.now() - timedelta(hours=1))
    ends = LazyAttribute(lambda row: row.starts + timedelta(days=1))


class CalendarFactory(RowFactory):
    """Monday to Friday 09:00-17:00 UTC, no public holidays."""

    class Meta:
        model = WorkCalendar

    code = Sequence(lambda n: f"calendar-{n}")
    name = LazyAttribute(lambda calendar: calendar.code)
    zone = "UTC"
    hours = LazyFunction(lambda: {"mon-fri": ["09:00-17:00"]})
    region = "none"


class HolidayFactory(RowFactory):
    class Meta:
        model = Holiday

    calendar = SubFactory(CalendarFactory)
    name = "Founding day"
