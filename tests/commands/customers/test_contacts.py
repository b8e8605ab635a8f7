"""The people at a customer."""

from __future__ import annotations

import pytest

from crm_core.customers import queries
from crm_core.customers.commands import add_contact, update_contact
from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused
from tests.crm import contact, customer

pytestmark = pytest.mark.django_db


def test_it_works(alice):
    row = customer(alice)
    made = add_contact(
        actor=alice, customer_id=row.pk, values={"name": "唐梅", "role": "decision_maker", "mobile": "139 0000 1111"}
    )
    assert [each.pk for each in queries.contacts_of(alice, row.pk)] == [made.pk]
    assert [found.pk for found in queries.find_customers(alice, "tangm")] == [row.pk]
    assert [found.pk for found in queries.find_customers(alice, "13900001111")] == [row.pk]
    update_contact(actor=alice, contact_id=made.pk, values={"is_active": False}, seen_version=1)
    assert not queries.contacts_of(alice, row.pk)
    assert not queries.find_customers(alice, "13900001111")


def test_a_new_main_contact_takes_the_place_of_the_old_one(alice):
    row = customer(alice)
    first = add_contact(actor=alice, customer_id=row.pk, values={"name": "Tang", "is_main": True})
    second = add_contact(actor=alice, customer_id=row.pk, values={"name": "Feng", "is_main": True})
    first.refresh_from_db()
    assert (first.is_main, second.is_main) == (False, True)
    update_contact(actor=alice, contact_id=first.pk, values={"is_main": True})
    second.refresh_from_db()
    assert second.is_main is False


def test_the_superior_is_at_the_same_customer(alice):
    row, other = customer(alice), customer(alice, "Other")
    stranger = contact(other, "Stranger")
    with pytest.raises(ValuesRefused) as refusal:
        add_contact(actor=alice, customer_id=row.pk, values={"name": "Tang", "reports_to": stranger})
    assert list(refusal.value.errors) == ["reports_to"]


def test_teammates_do_not_add_contacts(alice, bob):
    row = customer(alice)
    with pytest.raises(NotPermitted):
        add_contact(actor=bob, customer_id=row.pk, values={"name": "Tang"})
    with pytest.raises(NotPermitted):
        update_contact(actor=bob, contact_id=contact(row).pk, values={"name": "Tong"})


def test_a_stale_editor_is_told(alice):
    made = contact(customer(alice))
    with pytest.raises(RecordHasChanged):
        update_contact(actor=alice, contact_id=made.pk, values={"name": "Tong"}, seen_version=4)


def test_the_outsider_finds_nothing(alice, charlie):
    row = customer(alice)
    made = contact(row)
    with pytest.raises(RecordNotFound):
        add_contact(actor=charlie, customer_id=row.pk, values={"name": "Tang"})
    with pytest.raises(RecordNotFound):
        update_contact(actor=charlie, contact_id=made.pk, values={"name": "Tong"})
