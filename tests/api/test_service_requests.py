"""Service requests through the API."""

from __future__ import annotations

import pytest

from crm_core.service.models import ServiceRequest
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import customer

pytestmark = pytest.mark.django_db
REQUESTS = f"{URL}/service-requests/"


def take_in(client, row, **values):
    body = {"kind": "inquiry", "subject": "Opening hours", "customer": str(row.pk)} | values
    return client.post(REQUESTS, body)


def test_it_works(alice, agent):
    client = caller(agent)
    made = take_in(client, customer(alice), severity="major", description="When?")
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["kind"], body["status"], body["severity"]) == ("inquiry", "new", "major")
    assert body["customer"]["name"] == "Lanting Hotels"
    assert body["sla"]["state"] == "running"
    assert client.get(made["Location"]).json()["id"] == body["id"]
    changed = client.patch(made["Location"], {"subject": "Hours"}, HTTP_IF_MATCH=made["ETag"])
    assert changed.json()["subject"] == "Hours"
    error(client.patch(made["Location"], {"subject": "Hours"}), 428)
    error(client.patch(made["Location"], {"subject": "X"}, HTTP_IF_MATCH=made["ETag"]), 412, "record-changed")
    answered = client.post(f"{made['Location']}answer/", {"answer": "From nine to five."})
    assert (answered.json()["status"], answered.json()["resolution"]) == ("closed", "From nine to five.")
    error(client.post(f"{made['Location']}answer/", {"answer": "Again"}), 409, "wrong-state")


def test_a_complaint_of_a_request(alice, agent):
    client = caller(agent)
    made = take_in(client, customer(alice))
    complaint = client.post(f"{made['Location']}convert-to-complaint/", {"reason": "Angry"})
    assert (complaint.status_code, complaint.json()["kind"]) == (201, "complaint")
    assert complaint.json()["converted_from"] == made.json()["id"]
    address = complaint["Location"]
    error(client.post(f"{address}answer/", {"answer": "No"}), 409, "wrong-state")
    error(client.post(f"{address}customer-answer/", {"satisfied": True}), 409, "wrong-state")
    assert client.post(f"{address}withdraw/", {"reason": "Solved"}).status_code == 200


def test_the_clock(alice, agent):
    client = caller(agent)
    address = take_in(client, customer(alice))["Location"]
    paused = client.post(f"{address}pause-clock/", {"reason": "Photos are missing"})
    assert paused.json()["sla"]["state"] == "paused"
    assert [row["id"] for row in client.get(f"{REQUESTS}?state=paused").json()["results"]] == [paused.json()["id"]]
    assert client.post(f"{address}resume-clock/").json()["sla"]["state"] == "running"
    error(client.post(f"{address}resume-clock/"), 409, "wrong-state")
    moved = client.post(f"{address}severity/", {"severity": "critical", "reason": "Leak"})
    assert moved.json()["severity"] == "critical"


def test_handing_on(alice, agent, handler, service_manager, charlie):
    address = take_in(caller(agent), customer(alice))["Location"]
    body = {"handler": "handler", "reason": "Knows it"}
    error(caller(agent).post(f"{address}reassign/", body), 403)
    given = caller(service_manager).post(f"{address}reassign/", body)
    assert given.json()["handler"]["username"] == "handler"


def test_the_outsider_finds_nothing(alice, agent, charlie):
    address = take_in(caller(agent), customer(alice))["Location"]
    client = caller(charlie)
    error(client.get(address), 404, "not-found")
    error(client.patch(address, {"subject": "X"}, HTTP_IF_MATCH="*"), 404, "not-found")
    for act in ("answer", "withdraw", "pause-clock", "resume-clock", "severity", "reassign", "customer-answer"):
        error(client.post(f"{address}{act}/", {}), 404, "not-found")
    assert client.get(REQUESTS).json()["results"] == []
    error(take_in(client, customer(alice)), 404, "not-found")


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "threat"},
        {"subject": ""},
        {"subject": "x" * 201},
        {"subject": "a\x00b"},
        {"customer": "x"},
        {"priority": 101},
        {"priority": 10**30},
        {"harm": "-1"},
        {"harm": "1e100"},
        {"flags": ["boring"]},
        {"flags": "safety"},
        {"product": "P-404"},
        {"status": "closed"},
    ],
)
def test_hostile_requests(alice, agent, values):
    error(take_in(caller(agent), customer(alice), **values), 400)
    assert not ServiceRequest.objects.exists()


def test_filters_and_statements(alice, agent):
    client = caller(agent)
    row = customer(alice)
    take_in(client, row)
    few = queries_of(lambda: client.get(REQUESTS))
    for number in range(5):
        take_in(client, customer(alice, f"Customer {number}"), severity="minor")
    assert queries_of(lambda: client.get(REQUESTS)) == few
    assert few <= 8
    assert len(client.get(f"{REQUESTS}?severity=minor").json()["results"]) == 5
    assert len(client.get(f"{REQUESTS}?customer={row.number}&kind=inquiry").json()["results"]) == 1
    assert len(client.get(f"{REQUESTS}?q=opening").json()["results"]) == 6
    error(client.get(f"{REQUESTS}?state=tired"), 400)
