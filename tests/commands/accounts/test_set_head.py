"""Making somebody the head of a unit."""

from __future__ import annotations

import pytest

from accounts.commands import set_head
from accounts.exceptions import NobodyThere, NotAllowed, PersonInactive
from accounts.queries import head_of


def test_it_works(admin, alice, units, audited):
    set_head(actor=admin, unit_id=units["HZ-SALES-1"].public_id, user_id=alice.public_id)
    assert head_of("HZ-SALES-1") == alice
    assert audited("unit.head_set").data == {"head": [None, "alice"]}


def test_nobody_may_head_it(admin, manager, units):
    set_head(actor=admin, unit_id=units["HZ-SALES"].public_id, user_id=None)
    assert head_of("HZ-SALES") is None


def test_an_outsider_is_refused(charlie, alice, units):
    for actor in (charlie, alice):
        with pytest.raises(NotAllowed):
            set_head(actor=actor, unit_id=units["HZ-SALES-1"].public_id, user_id=alice.public_id)


def test_somebody_who_left_is_refused(admin, alice, units):
    alice.is_active = False
    alice.save()
    with pytest.raises(PersonInactive):
        set_head(actor=admin, unit_id=units["HZ-SALES-1"].public_id, user_id=alice.public_id)


def test_an_unknown_person_is_refused(admin, units):
    with pytest.raises(NobodyThere):
        set_head(actor=admin, unit_id=units["HZ"].public_id, user_id=units["HZ"].public_id)
