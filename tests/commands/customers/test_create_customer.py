"""Adding a customer."""

from __future__ import annotations

import pytest

from crm_core import sealing
from crm_core.customers.commands import create_customer
from crm_core.customers.models import Customer
from crm_core.exceptions import NotPermitted, ValuesRefused
from crm_core.history import RecordChange

pytestmark = pytest.mark.django_db

VALUES = {"name": "  杭州兰亭  酒店 ", "kind": "organisation", "phone": "+86 571 8888 1234", "area": "Hangzhou"}


def test_it_works(alice, clock):
    made = create_customer(actor=alice, values=VALUES)
    row = Customer.objects.get(pk=made.pk)
    assert (row.name, row.name_pinyin) == ("杭州兰亭 酒店", "hangzhoulantingjiudian")
    assert (row.owner, row.org_unit, row.level_id) == (alice, alice.org_unit, "standard")
    assert row.number.startswith("C-")
    assert row.phone_keys == ["57188881234"]
    assert (row.version, row.created_by, row.created_at) == (1, alice, clock.now())
    event = RecordChange.objects.get(kind="customer", record_id=row.pk)
    assert (event.act, event.by, event.at) == ("created", alice, clock.now())


def test_numbers_rise_and_never_repeat(alice):
    numbers = [create_customer(actor=alice, values={"name": f"Customer {n}"}).number for n in range(3)]
    assert numbers == sorted(set(numbers))


def test_the_identity_number_is_sealed(alice, admin):
    with pytest.raises(ValuesRefused):  # masked for sales: they cannot write it either
        create_customer(actor=alice, values={"name": "Li Lei", "kind": "individual", "id_no": "330106199001011234"})
    made = create_customer(actor=admin, values={"name": "Li Lei", "kind": "individual", "id_no": "330106199001011234"})
    row = Customer.objects.get(pk=made.pk)
    assert b"330106199001011234" not in bytes(row.id_no_sealed)
    assert sealing.unseal(row.id_no_sealed) == "330106199001011234"
    assert row.id_no_hash == sealing.fingerprint("３３０１０６ 19900101 1234")
    assert "3301" not in str(row.search) + str(RecordChange.objects.get(record_id=row.pk).fields)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "Acme", "credit_code": "123"}, "credit_code"),
        ({"name": "Acme", "birth_date": "2001-02-03"}, "birth_date"),
        ({"name": "Acme", "email": "nobody"}, "email"),
        ({"name": "Acme", "kind": "robot"}, "kind"),
        ({"name": "Acme", "level": "platinum"}, "level"),
        ({"name": "Acme", "search": "'x'"}, "search"),
    ],
)
def test_bad_values_are_named(admin, values, field):
    with pytest.raises(ValuesRefused) as refusal:
        create_customer(actor=admin, values=values)
    assert list(refusal.value.errors) == [field]
    assert not Customer.objects.exists()


def test_sales_cannot_create_for_a_stranger(alice, charlie):
    with pytest.raises(NotPermitted):
        create_customer(actor=alice, values=VALUES, owner=charlie)


def test_finance_creates_no_customers(finance):
    with pytest.raises(NotPermitted):
        create_customer(actor=finance, values=VALUES)
