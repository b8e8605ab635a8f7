"""Rows for tests, by factory_boy: valid at once, every value may be given. Other areas add their factories below."""

from __future__ import annotations

from datetime import timedelta

import factory
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


class UnitFactory(DjangoModelFactory):
    """A unit below ``parent``; a headquarters without one."""

    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"U{n}")
    name = factory.LazyAttribute(lambda unit: f"Unit {unit.code}")
    parent = None
    kind = factory.LazyAttribute(lambda unit: UnitKind.DEPARTMENT if unit.parent else UnitKind.HQ)
    function = UnitFunction.SALES
    path = factory.LazyAttribute(lambda unit: f"{unit.parent.path if unit.parent else '/'}{unit.code}/")


class UserFactory(DjangoModelFactory):
    """A person with the password ``PASSWORD``; ``roles`` are held at their unit."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    first_name = factory.LazyAttribute(lambda person: person.username.capitalize())
    last_name = "Tester"
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    org_unit = None

    @factory.post_generation
    def password(self, create, extracted, **_kwargs):
        """Hashed only when a test logs in: hashing is slow."""
        self.set_password(extracted) if extracted else self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def roles(self, create, extracted, **_kwargs):
        if create:
            for role in extracted or ():
                RoleAssignment.objects.create(user=self, role_id=role, unit=self.org_unit)


class SubstitutionFactory(DjangoModelFactory):
    """From an hour ago for a day, for every process and branch."""

    class Meta:
        model = Substitution

    substituted = factory.SubFactory(UserFactory)
    substitute = factory.SubFactory(UserFactory)
    starts = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    ends = factory.LazyAttribute(lambda row: row.starts + timedelta(days=1))


class CalendarFactory(DjangoModelFactory):
    """Monday to Friday 09:00-17:00 UTC, no public holidays."""

    class Meta:
        model = WorkCalendar

    code = factory.Sequence(lambda n: f"calendar-{n}")
    name = factory.LazyAttribute(lambda calendar: calendar.code)
    zone = "UTC"
    hours = factory.LazyFunction(lambda: {"mon-fri": ["09:00-17:00"]})
    region = "none"


class HolidayFactory(DjangoModelFactory):
    class Meta:
        model = Holiday

    calendar = factory.SubFactory(CalendarFactory)
    name = "Founding day"
