"""Closing an empty unit."""

from __future__ import annotations

import pytest

from accounts.commands import close_unit
from accounts.exceptions import InvalidValue, NotAllowed
from accounts.models import OrgUnit


def test_it_works(admin, units, audited):
    close_unit(actor=admin, unit_id=units["HZ-MKT"].public_id)
    assert not OrgUnit.objects.get(code="HZ-MKT").is_active
    assert audited("unit.closed").data == {"code": "HZ-MKT"}


def test_an_outsider_is_refused(charlie, director, units):
    for actor in (charlie, director):
        with pytest.raises(NotAllowed):
            close_unit(actor=actor, unit_id=units["HZ-MKT"].public_id)


def test_a_unit_with_people_is_refused(admin, alice, units):
    with pytest.raises(InvalidValue):
        close_unit(actor=admin, unit_id=units["HZ-SALES-1"].public_id)


def test_a_unit_with_open_units_is_refused(admin, units):
    with pytest.raises(InvalidValue):
        close_unit(actor=admin, unit_id=units["HZ-SALES"].public_id)


def test_the_headquarters_stay(admin, units):
    with pytest.raises(InvalidValue):
        close_unit(actor=admin, unit_id=units["HQ"].public_id)
