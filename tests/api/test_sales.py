"""Orders, products and level changes through the API."""

from __future__ import annotations

from datetime import date

import pytest

from crm_core.sales.models import Order, Product
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import customer, deploy, order, orders, product

pytestmark = pytest.mark.django_db
ORDERS, PRODUCTS, CHANGES = f"{URL}/orders/", f"{URL}/products/", f"{URL}/level-changes/"
DAY = date(2025, 12, 1)


def test_orders(alice):
    made = order(customer(alice), DAY, "1000.00")
    client = caller(alice)
    (listed,) = client.get(ORDERS).json()["results"]
    assert (listed["number"], listed["amount"], listed["customer"]["name"]) == (
        made.number,
        "1000.00",
        "Lanting Hotels",
    )
    assert [line["product_name"] for line in listed["lines"]] == ["Chiller inspection"]
    shown = client.get(f"{ORDERS}{made.pk}/")
    assert shown.json() == listed
    assert shown["ETag"] == '"1"'
    error(client.post(ORDERS, {}), 405)


def test_what_a_line_cost_is_not_for_everybody(alice, director):
    made = order(customer(alice), DAY)
    made.lines.update(cost="400.00")
    (line,) = caller(alice).get(f"{ORDERS}{made.pk}/").json()["lines"]
    assert (line["cost"], line["masked"]) == (None, ["cost"])
    (line,) = caller(director).get(f"{ORDERS}{made.pk}/").json()["lines"]
    assert (line["cost"], line["masked"]) == ("400.00", [])


def test_order_filters(alice):
    row = customer(alice)
    early, late = order(row, date(2025, 1, 1)), order(row, DAY)
    client = caller(alice)
    for query, wanted in (
        ("ordered_since=2025-06-01", [late]),
        ("ordered_before=2025-06-01", [early]),
        (f"customer={row.number}&ordering=ordered", [late, early]),
        ("status=cancelled", []),
    ):
        found = client.get(f"{ORDERS}?{query}").json()["results"]
        assert [each["id"] for each in found] == [str(each.pk) for each in wanted], query
    error(client.get(f"{ORDERS}?ordered_since=soon"), 400)


def test_outsiders_see_no_orders(alice, charlie):
    made = order(customer(alice), DAY)
    client = caller(charlie)
    assert client.get(ORDERS).json()["results"] == []
    error(client.get(f"{ORDERS}{made.pk}/"), 404, "not-found")


def test_products(alice, director):
    made = product(alice, "Pump", cost="10.00", min_price="12.00", list_price="20.00", category="parts")
    (listed,) = caller(alice).get(f"{PRODUCTS}?q=pum&category=parts").json()["results"]
    assert (listed["name"], listed["cost"], listed["masked"]) == ("Pump", None, ["cost"])
    shown = caller(director).get(f"{PRODUCTS}{made.pk}/").json()
    assert (shown["cost"], shown["min_price"]) == ("10.00", "12.00")
    assert caller(alice).get(f"{PRODUCTS}?is_active=false").json()["results"] == []


def test_products_without_the_right_do_not_exist(alice, publisher):
    made = product(alice)
    error(caller(publisher).get(f"{PRODUCTS}{made.pk}/"), 404, "not-found")
    assert caller(publisher).get(PRODUCTS).json()["results"] == []


def test_statements_do_not_grow(alice):
    row = customer(alice)
    order(row, DAY)
    client = caller(alice)
    addresses = (ORDERS, PRODUCTS)
    few = [queries_of(lambda at=at: client.get(at)) for at in addresses]
    orders(row, 6, "6000.00", DAY)
    for number in range(5):
        product(alice, f"Product {number}")
    assert [queries_of(lambda at=at: client.get(at)) for at in addresses] == few
    assert max(few) <= 8
    assert (Order.objects.count(), Product.objects.count()) == (7, 6)


def test_asking_for_another_level(alice, bob, charlie):
    deploy("customer-level-change")
    row = customer(alice)
    client = caller(alice)
    made = client.post(CHANGES, {"customer": str(row.pk), "proposed_level": "gold"})
    assert made.status_code == 201, made.json()
    assert (made.json()["customer"]["number"], made.json()["from_level"]) == (row.number, "standard")
    (task,) = client.get(f"{URL}/tasks/").json()["results"]
    assert (task["record_kind"], task["record_id"]) == ("level_change", made.json()["id"])
    address = made["Location"]
    assert client.get(address).json()["requester"]["username"] == "alice"
    assert [each["id"] for each in client.get(f"{CHANGES}?customer={row.number}").json()["results"]] == [
        made.json()["id"]
    ]
    error(caller(charlie).get(address), 404, "not-found")
    for act, body in (("withdraw", {}), ("object", {"objection": "No"}), ("revoke", {"reason": "No"})):
        error(caller(charlie).post(f"{address}{act}/", body), 404, "not-found")
    error(caller(bob).post(f"{address}withdraw/"), 403, "forbidden")
    error(client.post(f"{address}object/", {"objection": "No"}), 409, "wrong-state")
    error(client.post(f"{address}object/", {}), 400)
    assert client.post(f"{address}withdraw/", {"reason": "Too early"}).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"customer": "x"}, {"customer": None}, {"customer": [], "proposed_level": "diamond"}, []]
)
def test_hostile_level_requests(alice, body):
    deploy("customer-level-change")
    error(caller(alice).post(CHANGES, body), 400)


def test_level_request_for_an_unseen_customer(alice, charlie):
    deploy("customer-level-change")
    error(caller(charlie).post(CHANGES, {"customer": str(customer(alice).pk)}), 404, "not-found")


def test_statements_of_level_changes_do_not_grow(alice):
    deploy("customer-level-change")
    client = caller(alice)
    client.post(CHANGES, {"customer": str(customer(alice, "A").pk)})
    few = queries_of(lambda: client.get(CHANGES))
    for name in "BCD":
        client.post(CHANGES, {"customer": str(customer(alice, name).pk)})
    assert queries_of(lambda: client.get(CHANGES)) == few
    assert few <= 8
