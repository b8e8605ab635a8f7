"""Renaming a unit."""

from __future__ import annotations

import pytest

from accounts.commands import rename_unit
from accounts.exceptions import ChangedMeanwhile, InvalidValue, NotAllowed


def test_it_works(admin, units, audited):
    unit = rename_unit(actor=admin, unit_id=units["HZ"].public_id, name="Hangzhou city", name_zh="杭州市")
    assert (unit.name_in("en"), unit.name_in("zh-hans"), unit.code) == ("Hangzhou city", "杭州市", "HZ")
    assert audited("unit.renamed").data["name"] == ["Hangzhou", "Hangzhou city"]


def test_an_outsider_is_refused(charlie, director, units):
    for actor in (charlie, director):
        with pytest.raises(NotAllowed):
            rename_unit(actor=actor, unit_id=units["HZ"].public_id, name="Mine")


def test_an_empty_name_is_refused(admin, units):
    with pytest.raises(InvalidValue):
        rename_unit(actor=admin, unit_id=units["HZ"].public_id, name="")


def test_an_older_version_is_refused(admin, units):
    rename_unit(actor=admin, unit_id=units["HZ"].public_id, name="A")
    with pytest.raises(ChangedMeanwhile):
        rename_unit(actor=admin, unit_id=units["HZ"].public_id, name="B", seen_version=1)
