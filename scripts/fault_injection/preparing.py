"""Run beside the installation's settings: tables, people of two groups, the processes, the table of marks."""

from __future__ import annotations

import sys

PASSWORD = "correct horse battery"  # noqa: S105 - of people who exist for some minutes
PEOPLE = {f"{role}.{number}": role for role in ("sales", "finance") for number in (1, 2, 3)}


def main(processes: str) -> None:
    """What an administrator does after installing: migrate, enter people, deploy."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    enter_people()
    make_marks()
    call_command("deploy", processes)


def enter_people() -> None:
    """One unit, three people in each group."""
    from accounts.models import OrgUnit, RoleAssignment, UnitKind, User

    unit = OrgUnit.objects.create(code="HQ", name="Headquarters", kind=UnitKind.HQ, path="/HQ/")
    for username, role in PEOPLE.items():
        person = User(username=username, org_unit=unit)
        person.set_password(PASSWORD)
        person.save()
        RoleAssignment.objects.create(user=person, role_id=role, unit=unit)


def make_marks() -> None:
    """The table of marks: without a constraint, so that a doubled mark is seen."""
    from django.db import connection

    from scripts.fault_injection.works.names import MARKS

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARKS} (instance_id uuid NOT NULL)")


if __name__ == "__main__":
    main(sys.argv[1])
