"""Closing the account of somebody who leaves."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import deactivate_user
from accounts.exceptions import LastAdministrator, NotAllowed, OwnAccount
from accounts.permissions import may
from accounts.queries import members_of
from tests.factories import UserFactory


def test_it_works(admin, alice, audited, told):
    with told() as heard:
        deactivate_user(actor=admin, user_id=alice.public_id)
    alice = type(alice).objects.get(pk=alice.pk)
    assert not alice.is_active
    assert alice not in members_of("sales")
    assert not may(alice, "view", "customer")
    assert audited("person.deactivated").data == {"username": "alice"}
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.ACTIVE, {alice.pk})]


def test_twice_is_once(admin, alice):
    deactivate_user(actor=admin, user_id=alice.public_id)
    assert deactivate_user(actor=admin, user_id=alice.public_id).version == 2


def test_an_outsider_is_refused(charlie, manager, alice):
    for actor in (charlie, manager):
        with pytest.raises(NotAllowed):
            deactivate_user(actor=actor, user_id=alice.public_id)


def test_ones_own_account_is_refused(admin):
    with pytest.raises(OwnAccount):
        deactivate_user(actor=admin, user_id=admin.public_id)


def test_the_last_administrator_is_refused(admin, units):
    other = UserFactory(org_unit=units["HQ"], roles=["admin"])
    deactivate_user(actor=other, user_id=admin.public_id)
    with pytest.raises(NotAllowed):
        deactivate_user(actor=type(admin).objects.get(pk=admin.pk), user_id=other.public_id)


def test_a_superuser_is_out_of_reach(admin):
    with pytest.raises(NotAllowed):
        deactivate_user(actor=admin, user_id=UserFactory(is_superuser=True).public_id)


def test_somebody_must_be_left(admin, units):
    """An administrator deputised by a scope, not by the role, cannot remove the only holder of the role."""
    from accounts.models import DataScope

    DataScope.objects.create(role_id="operator", kind="user", scope="all", actions=["delete"])
    deputy = UserFactory(org_unit=units["HQ"], roles=["operator"])
    with pytest.raises(LastAdministrator):
        deactivate_user(actor=deputy, user_id=admin.public_id)
