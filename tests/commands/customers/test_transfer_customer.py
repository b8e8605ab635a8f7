"""Handing a customer over."""

from __future__ import annotations

import pytest

from crm_core.customers.commands import transfer_customer
from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, WrongState
from crm_core.history import RecordChange
from tests.crm import customer

pytestmark = pytest.mark.django_db


def test_it_works(alice, dora, manager):
    row = customer(alice)
    transfer_customer(actor=manager, customer_id=row.pk, owner=dora, note="Alice is on leave", seen_version=1)
    row.refresh_from_db()
    assert (row.owner, row.org_unit, row.version) == (dora, dora.org_unit, 2)
    change = RecordChange.objects.get(record_id=row.pk, act="transferred")
    assert (change.by, change.note) == (manager, "Alice is on leave")
    assert change.fields["owner"] == [alice.pk, dora.pk]


def test_owners_cannot_give_away(alice, bob):
    with pytest.raises(NotPermitted):
        transfer_customer(actor=alice, customer_id=customer(alice).pk, owner=bob)


def test_who_has_left_receives_nothing(alice, bob, manager):
    bob.is_active = False
    with pytest.raises(WrongState):
        transfer_customer(actor=manager, customer_id=customer(alice).pk, owner=bob)


def test_the_present_owner_is_no_receiver(alice, manager):
    with pytest.raises(WrongState):
        transfer_customer(actor=manager, customer_id=customer(alice).pk, owner=alice)


def test_a_stale_page_is_refused(alice, bob, manager):
    with pytest.raises(RecordHasChanged):
        transfer_customer(actor=manager, customer_id=customer(alice).pk, owner=bob, seen_version=7)


def test_the_outsider_finds_nothing(alice, charlie):
    with pytest.raises(RecordNotFound):
        transfer_customer(actor=charlie, customer_id=customer(alice).pk, owner=charlie)
