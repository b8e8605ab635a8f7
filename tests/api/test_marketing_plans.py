"""Marketing plans through the API."""

from __future__ import annotations

import pytest

from crm_core.marketing.models import MarketingPlan
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import deploy
from tests.support import running

pytestmark = pytest.mark.django_db

PLANS = f"{URL}/marketing-plans/"
LINES = [{"category": "media", "amount": "1200.50"}, {"category": "print", "amount": "300.00", "description": "Flyers"}]


@pytest.fixture(autouse=True)
def plan_process(db):
    """The process of plans is live."""
    deploy("marketing-plan-approval")


def draft(client, **values):
    return client.post(PLANS, {"title": "Summer cooling", "lines": LINES} | values)


def test_it_works(analyst):
    client = caller(analyst)
    made = draft(client, goals=[{"metric": "leads", "target": 40}], channels=["phone"], starts_on="2027-06-01")
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["title"], body["status"]) == ("Summer cooling", "draft")
    assert (body["budget_total"], body["revision"]) == ("1500.50", 1)
    assert [line["category"] for line in body["lines"]] == ["media", "print"]
    address = made["Location"]
    assert client.get(address).json()["lines"] == body["lines"]
    error(client.patch(address, {"title": "Winter"}), 428)
    changed = client.patch(
        address, {"title": "Winter", "lines": LINES[:1], "note": "Later"}, HTTP_IF_MATCH=made["ETag"]
    )
    body = changed.json()
    assert (body["title"], body["budget_total"], body["revision"]) == ("Winter", "1200.50", 2)
    error(client.patch(address, {"title": "X"}, HTTP_IF_MATCH=made["ETag"]), 412, "record-changed")
    assert [row["id"] for row in client.get(f"{PLANS}?q=winter&status=draft").json()["results"]] == [body["id"]]
    error(client.post(f"{address}costs/", {"category": "media", "amount": "10.00"}), 409, "wrong-state")
    error(client.post(f"{address}budget/", {"lines": LINES, "reason": "More"}), 409, "wrong-state")
    assert client.post(f"{address}withdraw/", {"reason": "No money"}).status_code == 200
    running.settle()
    assert client.get(address).json()["status"] == "cancelled"
    error(client.post(f"{address}withdraw/", {"reason": "Again"}), 409, "wrong-state")


def test_the_outsider_finds_nothing(analyst, charlie):
    address = draft(caller(analyst))["Location"]
    client = caller(charlie)
    error(client.get(address), 404, "not-found")
    error(client.patch(address, {"title": "X"}, HTTP_IF_MATCH="*"), 404, "not-found")
    for act in ("withdraw", "budget", "costs"):
        error(client.post(f"{address}{act}/", {}), 404, "not-found")
    assert client.get(PLANS).json()["results"] == []
    error(draft(client), 403, "forbidden")


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"kind": "whim"},
        {"lines": [{"category": "dragons", "amount": "1"}]},
        {"lines": [{"category": "media", "amount": "-1"}]},
        {"lines": [{"category": "media", "amount": "1e30"}]},
        {"lines": {}},
        {"lines": [7]},
        {"lines": [LINES[0]] * 101},
        {"goals": ["x"]},
        {"goals": [{}]},
        {"channels": ["pigeon"]},
        {"branches": [["HZ"]]},
        {"starts_on": "2027-06-02", "ends_on": "2027-06-01"},
        {"concession_percent": "101"},
        {"expected_leads": 10**20},
        {"segment": []},
        {"risks": "a\x00"},
        {"status": "approved"},
        {"budget_total": "1.00"},
    ],
)
def test_hostile_plans(analyst, values):
    error(draft(caller(analyst), **values), 400)
    assert not MarketingPlan.objects.exists()


def test_statements_do_not_grow(analyst):
    client = caller(analyst)
    draft(client)
    few = queries_of(lambda: client.get(PLANS))
    for _more in range(4):
        draft(client)
    assert queries_of(lambda: client.get(PLANS)) == few
    assert few <= 8
