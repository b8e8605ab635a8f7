"""Recording an order on the customer's card."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from crm_core.sales.models import Order
from tests import crm

pytestmark = pytest.mark.django_db
LINES = {"line-TOTAL_FORMS": "5", "line-INITIAL_FORMS": "0", "ordered_on": "2026-01-03", "note": "By phone"}


@pytest.fixture
def holder(alice):
    """A customer of alice."""
    return crm.customer(alice)


@pytest.fixture
def chiller(alice):
    """Something to sell."""
    return crm.product(alice, list_price=Decimal("200.00"))


def send(client, customer, **entered):
    return client.post(reverse("order_new", args=[customer.pk]), LINES | entered)


def test_an_order_is_recorded_and_counts(as_, alice, holder, chiller):
    """The card says at once what was ordered; discounts are in percent on the page."""
    client = as_(alice)
    card = client.get(reverse("customer", args=[holder.pk])).content.decode()
    assert reverse("order_new", args=[holder.pk]) in card
    entered = {
        "line-0-product": str(chiller.pk),
        "line-0-quantity": "2",
        "line-1-product": str(chiller.pk),
        "line-1-unit_price": "100",
        "line-1-discount": "10",
    }
    answer = send(client, holder, **entered)
    assert answer["Location"] == reverse("customer", args=[holder.pk])
    order = Order.objects.get()
    assert (order.amount, order.note, order.lines.count()) == (Decimal("490.00"), "By phone", 2)
    assert order.number in client.get(reverse("customer", args=[holder.pk])).content.decode()


REFUSED = [
    ({}, "An order needs at least one line."),
    ({"line-0-product": "00000000-0000-0000-0000-000000000001"}, "Choose a product from the list."),
    ({"line-0-quantity": "-1"}, "Some lines are not right yet."),
    ({"line-0-discount": "101"}, "Some lines are not right yet."),
    ({"ordered_on": ""}, "This field is required."),
]


@pytest.mark.parametrize(("entered", "sentence"), REFUSED)
def test_what_is_refused_keeps_what_was_typed(as_, alice, holder, chiller, entered, sentence):
    """Nothing is half recorded."""
    filled = {"line-0-product": str(chiller.pk)} if "line-0-product" not in entered and entered else {}
    answer = send(as_(alice), holder, **filled | entered)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "By phone" in text
    assert not Order.objects.exists()


def test_others_record_nothing(as_, agent, charlie, holder, chiller):
    """Service reads orders; another branch does not see the customer."""
    entered = {"line-0-product": str(chiller.pk)}
    assert send(as_(agent), holder, **entered).status_code == 403
    assert send(as_(charlie), holder, **entered).status_code == 404
    assert reverse("order_new", args=[holder.pk]) not in (
        as_(agent).get(reverse("customer", args=[holder.pk])).content.decode()
    )
    assert not Order.objects.exists()


def test_products_are_found_by_name_with_their_price(as_, alice, chiller):
    """The search field needs an answer it can show."""
    found = as_(alice).get(reverse("product_find"), {"q": "chill"}).json()["results"]
    assert [(row["id"], row["hint"]) for row in found] == [(str(chiller.pk), "¥200")]
