"""Run as a script beside a fresh checkout: tables, two people (sales and finance), and the processes in a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PASSWORD = "correct horse battery"
PEOPLE = {"lin.yue": "sales", "zhou.min": "finance"}


def main(processes: str) -> None:
    """What an administrator does after installing: migrate, enter people, deploy."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    enter_people()
    call_command("deploy", processes)


def enter_people() -> None:
    """One unit, two people."""
    from accounts.models import OrgUnit, RoleAssignment, UnitKind, User

    unit = OrgUnit.objects.create(code="HQ", name="Headquarters", kind=UnitKind.HQ, path="/HQ/")
    for username, role in PEOPLE.items():
        person = User(username=username, org_unit=unit)
        person.set_password(PASSWORD)
        person.save()
        RoleAssignment.objects.create(user=person, role_id=role, unit=unit)


if __name__ == "__main__":
    checkout = Path.cwd()
    sys.path.insert(0, str(checkout))
    from config import databases

    databases.ensure_embedded(checkout, os.environ)
    main(sys.argv[1])
