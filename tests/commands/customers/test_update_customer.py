"""Changing a customer."""

from __future__ import annotations

import pytest

from crm_core.customers import queries
from crm_core.customers.commands import update_customer
from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused
from crm_core.history import RecordChange
from tests.crm import customer

pytestmark = pytest.mark.django_db


def test_it_works(alice):
    row = customer(alice, "Lanting")
    update_customer(actor=alice, customer_id=row.pk, values={"name": "兰亭", "area": "Hangzhou"}, seen_version=1)
    row.refresh_from_db()
    assert (row.name, row.name_pinyin, row.version, row.updated_by) == ("兰亭", "lanting", 2, alice)
    change = RecordChange.objects.get(record_id=row.pk, act="changed")
    assert change.fields["name"] == ["Lanting", "兰亭"]
    assert change.record_version == 2
    assert [found.pk for found in queries.find_customers(alice, "lant")] == [row.pk]


def test_the_same_values_make_no_version(alice):
    row = customer(alice, "Lanting")
    assert update_customer(actor=alice, customer_id=row.pk, values={"name": "Lanting"}).version == 1
    assert not RecordChange.objects.filter(record_id=row.pk, act="changed").exists()


def test_a_stale_editor_is_told(alice):
    row = customer(alice)
    update_customer(actor=alice, customer_id=row.pk, values={"area": "Suzhou"}, seen_version=1)
    with pytest.raises(RecordHasChanged):
        update_customer(actor=alice, customer_id=row.pk, values={"area": "Wuxi"}, seen_version=1)


def test_teammates_see_but_do_not_change(alice, bob):
    with pytest.raises(NotPermitted):
        update_customer(actor=bob, customer_id=customer(alice).pk, values={"area": "Suzhou"})


def test_the_outsider_finds_nothing(alice, charlie):
    row = customer(alice)
    with pytest.raises(RecordNotFound):
        update_customer(actor=charlie, customer_id=row.pk, values={"area": "Suzhou"})
    with pytest.raises(RecordNotFound):
        update_customer(actor=charlie, customer_id="no-id", values={})


def test_read_only_fields_are_refused(alice):
    row = customer(alice)
    with pytest.raises(ValuesRefused) as refusal:
        update_customer(actor=alice, customer_id=row.pk, values={"account_status": "frozen", "area": "Suzhou"})
    assert list(refusal.value.errors) == ["account_status"]
    row.refresh_from_db()
    assert (row.account_status, row.area) == ("open", "")
