"""Products and orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_core.customers.models import Customer
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.sales.commands import NewLine, add_product, cancel_order, record_order, record_payment
from crm_core.sales.models import Consumption, OrderLine, cents
from crm_core.sales.queries import orders_of, product_list, purchases_until
from tests.crm import customer, order, product

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 1)


def lines(*, item, quantity="3", price="9.80000019", discount="0.0500000007") -> list[NewLine]:
    return [NewLine(item, Decimal(quantity), Decimal(price), Decimal(discount))]


def test_it_works(alice):
    row, item = customer(alice), product(alice, cost=Decimal("4.00"))
    made = record_order(actor=alice, customer_id=row.pk, ordered_on=DAY, lines=lines(item=item))
    assert (made.amount, made.owner, made.org_unit, made.status) == (
        Decimal("27.93"),
        alice,
        alice.org_unit,
        "confirmed",
    )
    line = OrderLine.objects.get(order=made)
    assert (line.unit_price, line.discount, line.amount, line.cost) == (
        Decimal("9.80"), Decimal("0.0500"), Decimal("27.93"), Decimal("12.00"),
    )  # fmt: skip
    assert list(orders_of(alice, row.pk)) == [made]
    bought = Consumption.objects.get(customer=row)
    assert (bought.day, bought.amount, bought.product_id) == (DAY, Decimal("27.93"), item.pk)
    assert purchases_until([row.pk], DAY)[row.pk].amount == Decimal("27.93")


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.125", "0.12"), ("0.135", "0.14"), ("9.80000019", "9.80"), ("-0.005", "0.00")]
)
def test_money_is_rounded_half_even(amount, rounded):
    assert cents(Decimal(amount)) == Decimal(rounded)


def test_a_cancelled_order_counts_for_nothing(alice):
    made = order(customer(alice), DAY)
    cancel_order(actor=alice, order_id=made.pk, reason="Entered twice")
    assert not Consumption.objects.exists()
    assert purchases_until([made.customer_id], DAY) == {}
    with pytest.raises(WrongState):
        cancel_order(actor=alice, order_id=made.pk, reason="Again")
    with pytest.raises(WrongState):
        record_payment(actor=alice, order_id=made.pk, paid_on=DAY)


def test_a_paid_order_is_settled(alice):
    made = order(customer(alice), DAY, payment_due_on=DAY)
    assert record_payment(actor=alice, order_id=made.pk, paid_on=DAY).status == "settled"
    with pytest.raises(WrongState):
        cancel_order(actor=alice, order_id=made.pk, reason="No")


def test_frozen_accounts_order_nothing(alice):
    row = customer(alice, account_status="frozen")
    with pytest.raises(WrongState):
        record_order(actor=alice, customer_id=row.pk, ordered_on=DAY, lines=lines(item=product(alice)))


@pytest.mark.parametrize("wrong", [{"quantity": "0"}, {"price": "-1"}, {"discount": "1.5"}])
def test_impossible_lines_are_refused(alice, wrong):
    row, item = customer(alice), product(alice)
    with pytest.raises(ValuesRefused):
        record_order(actor=alice, customer_id=row.pk, ordered_on=DAY, lines=lines(item=item, **wrong))
    with pytest.raises(ValuesRefused):
        record_order(actor=alice, customer_id=row.pk, ordered_on=DAY, lines=[])


def test_nothing_is_delivered_before_it_was_ordered(alice):
    row, item = customer(alice), product(alice)
    with pytest.raises(ValuesRefused):
        record_order(
            actor=alice, customer_id=row.pk, ordered_on=DAY, lines=lines(item=item),
            values={"delivered_on": date(2025, 11, 30)},
        )  # fmt: skip


def test_teammates_do_not_cancel(alice, bob):
    made = order(customer(alice), DAY)
    with pytest.raises(NotPermitted):
        cancel_order(actor=bob, order_id=made.pk, reason="No")
    with pytest.raises(NotPermitted):
        record_payment(actor=bob, order_id=made.pk, paid_on=DAY)
    with pytest.raises(NotPermitted):
        add_product(actor=bob, values={"name": "Chiller"})


def test_products_are_added_by_who_keeps_the_catalogue(admin, alice):
    made = add_product(actor=admin, values={"name": "Chiller", "list_price": Decimal("12.00")})
    assert made in product_list(alice, text="chill")
    with pytest.raises(ValuesRefused):
        add_product(actor=admin, values={"name": "Chiller", "list_price": Decimal("-12.00")})


def test_the_outsider_finds_nothing(alice, charlie):
    made = order(customer(alice), DAY)
    for act in (
        lambda: cancel_order(actor=charlie, order_id=made.pk, reason="No"),
        lambda: record_payment(actor=charlie, order_id=made.pk, paid_on=DAY),
        lambda: record_order(actor=charlie, customer_id=made.customer_id, ordered_on=DAY, lines=[]),
    ):
        with pytest.raises(RecordNotFound):
            act()
    assert not orders_of(charlie, made.customer_id)
    assert Customer.objects.visible_to(charlie).count() == 0
