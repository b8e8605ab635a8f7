"""Taking a role away."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import remove_role
from accounts.exceptions import LastAdministrator, NobodyThere, NotAllowed
from accounts.models import User
from accounts.queries import group_keys
from tests.factories import UserFactory


def test_it_works(admin, alice, units, audited, told):
    with told() as heard:
        remove_role(actor=admin, user_id=alice.public_id, role="sales", unit_id=units["HZ-SALES-1"].public_id)
    assert group_keys(User.objects.get(pk=alice.pk)) == frozenset()
    assert audited("role.removed").data["role"] == "sales"
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.RIGHTS, {alice.pk})]


def test_an_outsider_is_refused(charlie, alice, units):
    with pytest.raises(NotAllowed):
        remove_role(actor=charlie, user_id=alice.public_id, role="sales", unit_id=units["HZ-SALES-1"].public_id)


def test_a_role_not_held_is_refused(admin, alice, units):
    with pytest.raises(NobodyThere):
        remove_role(actor=admin, user_id=alice.public_id, role="sales", unit_id=units["HZ"].public_id)


def test_the_last_administrator_keeps_the_role(admin, branch_admin, units):
    with pytest.raises(LastAdministrator):
        remove_role(actor=admin, user_id=admin.public_id, role="admin", unit_id=units["HQ"].public_id)
    UserFactory(org_unit=units["HQ"], roles=["admin"])
    remove_role(actor=admin, user_id=admin.public_id, role="admin", unit_id=units["HQ"].public_id)
