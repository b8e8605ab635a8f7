"""Work orders through the API."""

from __future__ import annotations

import pytest

from crm_core.service.models import WorkOrder
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import customer, deploy

pytestmark = pytest.mark.django_db
ORDERS = f"{URL}/work-orders/"


@pytest.fixture(autouse=True)
def _dispatch(db):
    deploy("service-dispatch")


def open_order(client, row, **values):
    return client.post(ORDERS, {"customer": str(row.pk), "subject": "No cold air"} | values)


def test_it_works(alice, agent, dispatcher, technician):
    client = caller(agent)
    made = open_order(client, customer(alice), skill="hvac", site="2nd floor")
    assert made.status_code == 201, made.json()
    assert (made.json()["subject"], made.json()["origin"], made.json()["skill"]) == ("No cold air", "fault", "hvac")
    address = made["Location"]
    assert client.get(address).json()["number"] == made.json()["number"]
    assert [row["id"] for row in client.get(f"{ORDERS}?origin=fault").json()["results"]] == [made.json()["id"]]
    error(client.post(f"{address}accept-quote/"), 409, "wrong-state")
    error(client.post(f"{address}cancel/", {}), 400)
    running = client.get(f"{URL}/instances/?record_id={made.json()['id']}&record_kind=work_order").json()["results"]
    assert [row["process"] for row in running] == ["service-dispatch"]


def test_the_outsider_finds_nothing(alice, agent, charlie):
    address = open_order(caller(agent), customer(alice))["Location"]
    client = caller(charlie)
    error(client.get(address), 404, "not-found")
    for act in ("accept-quote", "refuse-quote", "change-booking", "parts-arrived", "cancel", "technician-unavailable"):
        error(client.post(f"{address}{act}/", {}), 404, "not-found")
    assert client.get(ORDERS).json()["results"] == []
    error(open_order(client, customer(alice)), 404, "not-found")


@pytest.mark.parametrize(
    "values",
    [
        {"subject": ""},
        {"customer": "x"},
        {"origin": "whim"},
        {"safety": "dragon"},
        {"origin": "booked"},
        {"window_from": "2020-01-01T08:00:00Z", "window_to": "2020-01-01T07:00:00Z"},
        {"concession_percent": 101},
        {"contract_visits_left": 10**20},
        {"skill": "a\x00"},
        {"status": "closed"},
    ],
)
def test_hostile_orders(alice, agent, values):
    error(open_order(caller(agent), customer(alice), **values), 400)
    assert not WorkOrder.objects.exists()


def test_statements_do_not_grow(alice, agent):
    client = caller(agent)
    row = customer(alice)
    open_order(client, row)
    few = queries_of(lambda: client.get(ORDERS))
    for _more in range(4):
        open_order(client, row)
    assert queries_of(lambda: client.get(ORDERS)) == few
    assert few <= 8
