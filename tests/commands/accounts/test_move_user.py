"""Moving a person to another unit."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import move_user
from accounts.exceptions import NotAllowed, UnitClosed


def test_it_works(admin, alice, units, audited, told):
    with told() as heard:
        move_user(actor=admin, user_id=alice.public_id, unit_id=units["SH-SALES"].public_id)
    alice.refresh_from_db()
    assert alice.org_unit == units["SH-SALES"]
    assert audited("person.moved").data == {"unit": ["HZ-SALES-1", "SH-SALES"]}
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.UNIT, {alice.pk})]


def test_an_outsider_is_refused(charlie, alice, units):
    with pytest.raises(NotAllowed):
        move_user(actor=charlie, user_id=alice.public_id, unit_id=units["SH-SALES"].public_id)


def test_a_branch_administrator_neither_takes_nor_gives_people(branch_admin, alice, charlie, units):
    with pytest.raises(NotAllowed):
        move_user(actor=branch_admin, user_id=alice.public_id, unit_id=units["SH-SALES"].public_id)
    with pytest.raises(NotAllowed):
        move_user(actor=branch_admin, user_id=charlie.public_id, unit_id=units["HZ-SALES"].public_id)
    assert move_user(actor=branch_admin, user_id=alice.public_id, unit_id=units["HZ-SALES-2"].public_id)


def test_a_closed_unit_is_refused(admin, alice, units):
    units["SH-SALES"].is_active = False
    units["SH-SALES"].save()
    with pytest.raises(UnitClosed):
        move_user(actor=admin, user_id=alice.public_id, unit_id=units["SH-SALES"].public_id)
