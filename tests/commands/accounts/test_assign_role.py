"""Giving a role."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import assign_role
from accounts.exceptions import NobodyThere, NotAllowed, PersonInactive, RoleTooFar, UnitClosed
from accounts.models import AuditEvent, User
from accounts.queries import group_keys


def test_it_works(admin, alice, units, audited, told):
    with told() as heard:
        assign_role(actor=admin, user_id=alice.public_id, role="finance", unit_id=units["HZ-FIN"].public_id)
    assert {"finance", "finance@HZ-FIN", "finance@HZ", "finance@HQ"} <= group_keys(User.objects.get(pk=alice.pk))
    assert audited("role.assigned").data == {"role": "finance", "unit": "HZ-FIN", "username": "alice"}
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.RIGHTS, {alice.pk})]


def test_twice_is_once(admin, alice, units, told):
    with told() as heard:
        assign_role(actor=admin, user_id=alice.public_id, role="sales", unit_id=units["HZ-SALES-1"].public_id)
    assert not heard
    assert not AuditEvent.objects.filter(event="role.assigned").exists()


def test_an_outsider_is_refused(charlie, manager, alice, units):
    for actor in (charlie, manager, alice):
        with pytest.raises(NotAllowed):
            assign_role(actor=actor, user_id=alice.public_id, role="director", unit_id=units["HZ"].public_id)


def test_a_branch_administrator_gives_roles_at_the_branch_only(branch_admin, alice, charlie, units):
    assert assign_role(actor=branch_admin, user_id=alice.public_id, role="finance", unit_id=units["HZ"].public_id)
    for person, unit in ((alice, "HQ"), (alice, "SH"), (charlie, "HZ")):
        with pytest.raises(NotAllowed):
            assign_role(actor=branch_admin, user_id=person.public_id, role="finance", unit_id=units[unit].public_id)


def test_a_branch_administrator_gives_no_role_that_reaches_the_company(branch_admin, alice, units):
    with pytest.raises(RoleTooFar):
        assign_role(actor=branch_admin, user_id=alice.public_id, role="top-management", unit_id=units["HZ"].public_id)


def test_an_unknown_role_is_refused(admin, alice, units):
    with pytest.raises(NobodyThere):
        assign_role(actor=admin, user_id=alice.public_id, role="wizard", unit_id=units["HZ"].public_id)


def test_somebody_who_left_is_refused(admin, alice, units):
    alice.is_active = False
    alice.save()
    with pytest.raises(PersonInactive):
        assign_role(actor=admin, user_id=alice.public_id, role="finance", unit_id=units["HZ"].public_id)


def test_a_closed_unit_is_refused(admin, alice, units):
    units["SH-SALES"].is_active = False
    units["SH-SALES"].save()
    with pytest.raises(UnitClosed):
        assign_role(actor=admin, user_id=alice.public_id, role="sales", unit_id=units["SH-SALES"].public_id)
