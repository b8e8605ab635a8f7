"""Moving a unit with everything below it."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import move_unit
from accounts.exceptions import InvalidValue, NotAllowed, WouldFormCircle
from accounts.models import OrgUnit, User
from accounts.queries import group_keys


def test_it_works(admin, alice, bob, manager, charlie, units, audited, told):
    with told() as heard:
        move_unit(actor=admin, unit_id=units["HZ-SALES"].public_id, parent_id=units["SH"].public_id)
    paths = set(OrgUnit.objects.filter(code__startswith="HZ-SALES").values_list("path", flat=True))
    assert paths == {
        "/HQ/SH/HZ-SALES/",
        "/HQ/SH/HZ-SALES/HZ-SALES-1/",
        "/HQ/SH/HZ-SALES/HZ-SALES-2/",
    }
    assert OrgUnit.objects.get(code="HZ-SERVICE").path == "/HQ/HZ/HZ-SERVICE/"
    keys = group_keys(User.objects.get(pk=alice.pk))
    assert "sales@SH" in keys
    assert "sales@HZ" not in keys
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.UNIT, {alice.pk, bob.pk, manager.pk})]
    assert audited("unit.moved").data == {"path": ["/HQ/HZ/HZ-SALES/", "/HQ/SH/HZ-SALES/"]}


def test_an_outsider_is_refused(charlie, branch_admin, units):
    for actor in (charlie, branch_admin):
        with pytest.raises(NotAllowed):
            move_unit(actor=actor, unit_id=units["HZ-SALES"].public_id, parent_id=units["SH"].public_id)


def test_a_branch_administrator_does_not_lift_the_branch_itself(branch_admin, units):
    with pytest.raises(NotAllowed):
        move_unit(actor=branch_admin, unit_id=units["HZ"].public_id, parent_id=units["HQ"].public_id)


@pytest.mark.parametrize("target", ["HZ-SALES", "HZ-SALES-1"])
def test_a_place_inside_itself_is_refused(admin, units, target):
    with pytest.raises(WouldFormCircle):
        move_unit(actor=admin, unit_id=units["HZ-SALES"].public_id, parent_id=units[target].public_id)


def test_a_place_its_kind_does_not_fit_is_refused(admin, units):
    with pytest.raises(InvalidValue):
        move_unit(actor=admin, unit_id=units["HZ-FIN"].public_id, parent_id=units["HZ-SALES-1"].public_id)


def test_the_headquarters_stay(admin, units):
    with pytest.raises(InvalidValue):
        move_unit(actor=admin, unit_id=units["HQ"].public_id, parent_id=units["HZ"].public_id)
