"""Adding a unit."""

from __future__ import annotations

import pytest

from accounts.commands import create_unit
from accounts.exceptions import AlreadyTaken, InvalidValue, NotAllowed, UnitClosed
from tests.factories import UserFactory


def test_it_works(admin, units, audited):
    unit = create_unit(
        actor=admin, code="HZ-OPS", name="Operations", kind="department", parent_id=units["HZ"].public_id
    )
    assert unit.path == "/HQ/HZ/HZ-OPS/"
    assert unit.codes == ("HQ", "HZ", "HZ-OPS")
    assert audited("unit.created").data == {"code": "HZ-OPS", "path": "/HQ/HZ/HZ-OPS/"}


def test_the_first_unit_is_the_headquarters(db):
    founder = UserFactory(is_superuser=True)
    unit = create_unit(actor=founder, code="HQ", name="Headquarters", kind="hq", parent_id=None)
    assert unit.path == "/HQ/"


def test_an_outsider_is_refused(charlie, manager, branch_admin, units):
    for actor in (charlie, manager):
        with pytest.raises(NotAllowed):
            create_unit(actor=actor, code="X", name="X", kind="team", parent_id=units["HZ-SALES"].public_id)
    with pytest.raises(NotAllowed):
        create_unit(actor=branch_admin, code="X", name="X", kind="team", parent_id=units["SH-SALES"].public_id)
    with pytest.raises(NotAllowed):
        create_unit(actor=branch_admin, code="X", name="X", kind="hq", parent_id=None)


@pytest.mark.parametrize("code", ["", "hz", "HZ/1", "HZ@1", "HZ_1", "HZ%", "-HZ", "杭州"])
def test_a_code_that_group_keys_could_not_carry_is_refused(admin, units, code):
    with pytest.raises(InvalidValue) as refusal:
        create_unit(actor=admin, code=code, name="X", kind="team", parent_id=units["HZ"].public_id)
    assert refusal.value.field == "code"


def test_a_taken_code_is_refused(admin, units):
    with pytest.raises(AlreadyTaken):
        create_unit(actor=admin, code="HZ-FIN", name="X", kind="team", parent_id=units["SH"].public_id)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [("city_branch", "HZ-SALES-1"), ("department", "HZ-SALES-1"), ("hq", "HQ"), ("team", None), ("tribe", "HZ")],
)
def test_a_place_its_kind_does_not_fit_is_refused(admin, units, kind, parent):
    with pytest.raises(InvalidValue):
        create_unit(actor=admin, code="X", name="X", kind=kind, parent_id=units[parent].public_id if parent else None)


def test_a_closed_parent_is_refused(admin, units):
    units["SH"].is_active = False
    units["SH"].save()
    with pytest.raises(UnitClosed):
        create_unit(actor=admin, code="X", name="X", kind="team", parent_id=units["SH"].public_id)
