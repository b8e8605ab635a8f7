"""Two at the same moment: the rules that look at several rows hold."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.commands import add_substitution, deactivate_user, move_unit
from accounts.exceptions import AccountsRefusal
from accounts.models import OrgUnit, Substitution, User
from accounts.models.units import codes_of
from accounts.permissions import may
from config import clock as time
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; what each came to: "done" or the name of the refusal."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except AccountsRefusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def test_the_last_two_administrators_do_not_remove_each_other(units):
    first, second = (UserFactory(org_unit=units["HQ"], roles=["admin"]) for _ in range(2))
    assert all(may(person, "delete", "user") for person in (first, second))  # both have read their rights
    outcomes = at_once(
        lambda: deactivate_user(actor=first, user_id=second.public_id),
        lambda: deactivate_user(actor=second, user_id=first.public_id),
    )
    assert outcomes == ["LastAdministrator", "done"]
    assert User.objects.filter(is_active=True, pk__in=[first.pk, second.pk]).count() == 1


def test_two_substitutions_do_not_close_a_circle_together(alice, bob):
    now = time.now()
    outcomes = at_once(
        *(
            lambda absent=absent, other=other: add_substitution(
                actor=absent, substituted_id=absent.public_id, substitute_id=other.public_id, starts=now
            )
            for absent, other in ((alice, bob), (bob, alice))
        )
    )
    assert outcomes == ["SubstitutionCircle", "done"]
    assert Substitution.objects.count() == 1


def test_two_moves_leave_one_tree(admin, units):
    """Each would put its unit into the other; paths stay made of the parents' paths."""
    sales, service = units["HZ-SALES"], units["HZ-SERVICE"]
    outcomes = at_once(
        lambda: move_unit(actor=admin, unit_id=sales.public_id, parent_id=service.public_id),
        lambda: move_unit(actor=admin, unit_id=service.public_id, parent_id=sales.public_id),
    )
    assert outcomes == ["WouldFormCircle", "done"]
    for unit in OrgUnit.objects.select_related("parent"):
        assert unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.code}/"
        assert len(set(codes_of(unit.path))) == len(codes_of(unit.path))
