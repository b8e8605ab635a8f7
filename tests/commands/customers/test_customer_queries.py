"""Finding customers: words, pinyin, phones, scopes, masks, duplicates, and the sealed number."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent
from crm_core import sealing
from crm_core.customers import queries
from crm_core.customers.duplicates import DuplicateRule, possible_duplicates
from crm_core.exceptions import NotPermitted, RecordNotFound
from crm_core.history import RecordChange
from tests.crm import customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", ["兰亭", "亭", "lanting", "tingjiu", "hzlt", "HANGZHOU", "兰亭 杭州", "Ｌanting", "c-"]
)
def test_words_find_a_customer(alice, text):
    row = customer(alice, "杭州兰亭酒店")
    text = row.number if text == "c-" else text
    assert [found.pk for found in queries.find_customers(alice, text)] == [row.pk]


@pytest.mark.parametrize("text", ["兰州", "亭兰", "lantang", "'; drop", "& | !", "\\", "   ", "a'b\\c"])
def test_other_words_do_not(alice, text):
    customer(alice, "杭州兰亭酒店")
    assert queries.find_customers(alice, text) == []


def test_accents_do_not_matter(alice):
    row = customer(alice, "Café Müller")
    assert [found.pk for found in queries.find_customers(alice, "cafe mull")] == [row.pk]


def test_lists_stay_in_scope(alice, bob, charlie, manager, ceo):
    rows = {customer(alice, "A").pk, customer(bob, "B").pk}
    customer(charlie, "C")
    for person in (alice, bob, manager):
        assert set(queries.customer_list(person).values_list("pk", flat=True)) == rows
    assert queries.customer_list(charlie).count() == 1
    assert queries.customer_list(ceo).count() == 3


def test_a_list_page_is_one_query_however_long(alice, django_assert_num_queries):
    for number in range(12):
        customer(alice, f"Customer {number}")
    list(queries.customer_list(alice))
    with django_assert_num_queries(1):
        for row in queries.customer_list(alice, text="custom", level="standard", sort="level"):
            assert [row.level.name, row.owner.username, row.org_unit.code] == ["Standard", "alice", "HZ-SALES-1"]


def test_phones_are_searched_only_by_who_reads_them(alice, analyst):
    row = customer(alice, phone="0571-88881234", email="desk@lanting.example")
    for text in ("0571 8888 1234", "desk@lanting.example"):
        assert [found.pk for found in queries.find_customers(alice, text)] == [row.pk]
        assert queries.find_customers(analyst, text) == []


def test_history_hides_masked_fields(alice, analyst):
    row = customer(alice)
    RecordChange.objects.create(
        kind="customer",
        record_id=row.pk,
        record_version=2,
        act="changed",
        at=row.created_at,
        fields={"phone": ["1", "2"], "area": ["", "Wuxi"]},
    )
    change = queries.changes_of(alice, row.pk).get(act="changed")
    assert queries.shown_fields(alice, change)["phone"] == ["1", "2"]
    assert queries.shown_fields(analyst, change) == {"phone": [None, None], "area": ["", "Wuxi"]}


def test_the_sealed_number_is_read_by_few_and_on_record(alice, data_clerk, charlie):
    number = "330106199001011234"
    row = customer(
        alice, "Li Lei", kind="individual", id_no_sealed=sealing.seal(number), id_no_hash=sealing.fingerprint(number)
    )
    assert queries.reveal_id_no(actor=data_clerk, customer_id=row.pk) == number
    assert queries.customers_by_id_no(actor=data_clerk, id_no=number) == [row]
    assert queries.customers_by_id_no(actor=data_clerk, id_no="") == []
    assert list(AuditEvent.objects.order_by("id").values_list("event", flat=True)) == [
        "customer.id-no-viewed",
        "customer.searched-by-id-no",
        "customer.searched-by-id-no",
    ]
    with pytest.raises(NotPermitted):
        queries.reveal_id_no(actor=alice, customer_id=row.pk)
    with pytest.raises(NotPermitted):
        queries.customers_by_id_no(actor=alice, id_no=number)
    with pytest.raises(RecordNotFound):
        queries.reveal_id_no(actor=charlie, customer_id=row.pk)


def test_duplicates_by_code_phone_and_name(alice):
    code = customer(alice, "Other name", credit_code="91330100MA2CFAAA1X")
    phone = customer(alice, "Third name", mobile="+86 139-0000-1111")
    name = customer(alice, "杭州兰亭酒店管理有限公司")
    found = possible_duplicates(
        alice, name="杭州兰亭酒店管理", phones=("13900001111",), credit_code="91330100MA2CFAAA1X"
    )
    assert [(entry.id, entry.rule) for entry in found] == [
        (code.pk, DuplicateRule.CREDIT_CODE),
        (phone.pk, DuplicateRule.PHONE),
        (name.pk, DuplicateRule.NAME),
    ]
    assert possible_duplicates(alice, name="Blauer See Delikatessen Ltd") == []
    assert possible_duplicates(alice) == []
    assert possible_duplicates(alice, name=name.name, exclude=name.pk) == []


def test_a_duplicate_elsewhere_tells_only_whom_to_ask(alice, charlie):
    row = customer(charlie, "Blue Lake Hotels Co., Ltd.")
    (found,) = possible_duplicates(alice, name="Blue Lake Hotels Ltd")
    assert (found.number, found.name, found.owner, found.is_visible) == (row.number, "", charlie.display_name, False)
