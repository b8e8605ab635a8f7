"""How people and units are called in either language."""

from __future__ import annotations

import pytest

from accounts.models import OrgUnit, User
from accounts.models.units import ancestor_paths_of, codes_of
from accounts.rights import group_keys_at


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        ({"first_name": "Alice", "last_name": "Lin"}, "Alice Lin", "Alice Lin"),
        ({"first_name": "Wei", "last_name": "Li", "family_name_first": True}, "Li Wei", "Li Wei"),
        ({"first_name": "Wei", "last_name": "Li", "native_name": "李伟"}, "Wei Li", "李伟"),
        ({"first_name": "伟", "last_name": "李"}, "李伟", "李伟"),
        ({"native_name": "李伟"}, "李伟", "李伟"),
        ({"first_name": "Cher"}, "Cher", "Cher"),
        ({}, "li.wei", "li.wei"),
    ],
)
def test_people_are_called_in_their_own_order(fields, english, chinese):
    person = User(username="li.wei", **fields)
    assert (person.name_in("en"), person.name_in("zh-hans")) == (english, chinese)


def test_units_have_a_name_in_both_languages():
    unit = OrgUnit(name="Hangzhou", name_zh="杭州")
    assert (unit.name_in("en"), unit.name_in("zh-hans"), unit.name_in(None)) == ("Hangzhou", "杭州", "Hangzhou")
    assert OrgUnit(name="Hangzhou").name_in("zh-hans") == "Hangzhou"


def test_a_path_is_made_of_the_codes_from_the_root():
    assert codes_of("/HQ/HZ/HZ-SALES/") == ("HQ", "HZ", "HZ-SALES")
    assert codes_of("/") == ()
    assert ancestor_paths_of("/HQ/HZ/") == ("/HQ/", "/HQ/HZ/")


def test_a_role_at_a_unit_gives_keys_up_to_the_root():
    assert group_keys_at("finance", "/HQ/HZ/") == ("finance", "finance@HQ", "finance@HZ")
