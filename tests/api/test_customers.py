"""Customers and their contacts through the API."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent
from crm_core.customers.models import Customer
from tests.api.conftest import URL, caller, error, queries_of
from tests.crm import contact, customer

pytestmark = pytest.mark.django_db
CUSTOMERS = f"{URL}/customers/"


def test_it_works(alice):
    client = caller(alice)
    made = client.post(CUSTOMERS, {"name": "Lanting Hotels", "mobile": "139 0000 1111", "credit_code": ""})
    assert made.status_code == 201, made.json()
    body = made.json()
    assert body["name"] == "Lanting Hotels"
    assert body["number"].startswith("C")
    assert body["owner"] == {"username": "alice", "name": alice.display_name}
    assert body["org_unit"]["code"] == "HZ-SALES-1"
    assert made["ETag"] == '"1"'
    assert made["Location"].endswith(f"/customers/{body['id']}/")
    shown = client.get(made["Location"])
    assert shown.status_code == 200
    assert shown.json() == body
    listed = client.get(CUSTOMERS).json()
    assert [row["id"] for row in listed["results"]] == [body["id"]]
    assert listed["next"] is None


def test_pages_follow_each_other_without_gap_or_repetition(alice):
    rows = [customer(alice, name) for name in ("B", "A", "C", "A", "E")]
    client = caller(alice)
    for ordering in ("changed", "newest", "name", "-name"):
        seen, address = [], f"{CUSTOMERS}?page_size=2&ordering={ordering}"
        while address:
            page = client.get(address).json()
            assert len(page["results"]) <= 2
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
        assert sorted(seen) == sorted(str(row.pk) for row in rows)
        names = [Customer.objects.get(pk=pk).name for pk in seen]
        if "name" in ordering:
            assert names == sorted(names, reverse=ordering.startswith("-"))


def test_filters(alice):
    customer(alice, "Silver One", level="silver")
    other = customer(alice, "Standard Two")
    client = caller(alice)
    for query, names in (
        ("level=silver", ["Silver One"]),
        (f"number={other.number}", ["Standard Two"]),
        ("q=silver", ["Silver One"]),
        ("owner=alice&kind=organisation", ["Silver One", "Standard Two"]),
        ("owner=bob", []),
        ("changed_before=2001-01-01T00:00:00Z", []),
    ):
        found = client.get(f"{CUSTOMERS}?ordering=name&{query}").json()
        assert [row["name"] for row in found["results"]] == names, query


@pytest.mark.parametrize(
    "query",
    [
        "level=diamond",
        "ordering=birth_date",
        "page_size=0",
        "page_size=100000",
        "page_size=x",
        "cursor=nonsense",
        "cursor=WyJjaGFuZ2VkIiwxLDJd",
        "cursor=WyJjaGFuZ2VkIiwiYSIsImIiXQ",
        "changed_since=yesterday",
        "id_no=330102199003077777",
        "number=%00",
        "q=" + "x" * 300,
    ],
)
def test_bad_questions_are_refused(alice, query):
    customer(alice)
    error(caller(alice).get(f"{CUSTOMERS}?{query}"), 400)


def test_the_outsider_finds_nothing(alice, charlie):
    row = customer(alice)
    client = caller(charlie)
    assert client.get(CUSTOMERS).json()["results"] == []
    address = f"{CUSTOMERS}{row.pk}/"
    error(client.get(address), 404, "not-found")
    error(client.patch(address, {"name": "Mine"}, HTTP_IF_MATCH='"1"'), 404, "not-found")
    for act, body in (("transfer", {"owner": "charlie"}), ("tags", {"tags": []}), ("reveal-id-no", {})):
        error(client.post(f"{address}{act}/", body), 404, "not-found")
    error(client.get(f"{address}contacts/"), 404, "not-found")
    error(client.post(f"{address}contacts/", {"name": "X"}), 404, "not-found")


def test_teammates_see_and_do_not_change(alice, bob):
    row = customer(alice)
    client = caller(bob)
    assert client.get(f"{CUSTOMERS}{row.pk}/").status_code == 200
    error(client.patch(f"{CUSTOMERS}{row.pk}/", {"name": "X"}, HTTP_IF_MATCH='"1"'), 403, "forbidden")


def test_the_version_seen_decides(alice):
    row = customer(alice)
    client, address = caller(alice), f"{CUSTOMERS}{row.pk}/"
    error(client.patch(address, {"name": "New"}), 428, "if-match-missing")
    for header in ('"7"', 'W/"1"', '"a"'):
        refused = client.patch(address, {"name": "New"}, HTTP_IF_MATCH=header)
        error(refused, 412, "record-changed")
        assert refused["ETag"] == '"1"'
    error(client.patch(address, {"name": "New"}, HTTP_IF_MATCH="1"), 400, "if-match-invalid")
    changed = client.patch(address, {"name": "New"}, HTTP_IF_MATCH='"1"')
    assert changed.status_code == 200
    assert changed["ETag"] == '"2"'
    error(client.patch(address, {"name": "Late"}, HTTP_IF_MATCH='"1"'), 412, "record-changed")
    assert client.patch(address, {"name": "Any"}, HTTP_IF_MATCH="*").json()["version"] == 3
    assert client.patch(address, {"name": "List"}, HTTP_IF_MATCH='"2", "3"').json()["name"] == "List"


def test_masked_fields_stay_masked(alice, analyst):
    row = customer(alice, phone="0571 1234567", email="a@b.example", address="1 Lake Road")
    body = caller(analyst).get(f"{CUSTOMERS}{row.pk}/").json()
    assert {"phone", "email", "address", "credit_limit", "birth_date"} <= set(body["masked"])
    assert [body[name] for name in ("phone", "email", "address", "credit_limit")] == [None] * 4
    assert body["name"] == "Lanting Hotels"
    assert caller(analyst).get(f"{CUSTOMERS}?q=05711234567").json()["results"] == []
    assert caller(analyst).get(f"{CUSTOMERS}?q=a@b.example").json()["results"] == []
    open_to_owner = caller(alice).get(f"{CUSTOMERS}{row.pk}/").json()
    assert open_to_owner["phone"] == "0571 1234567"
    assert "credit_limit" in open_to_owner["masked"]


def test_a_masked_field_is_no_filter_and_no_ordering(alice, analyst):
    from accounts.models import FieldEffect, FieldRule

    customer(alice)
    for name in ("name", "number", "updated_at"):
        FieldRule.objects.create(kind="customer", field=name, role_id="marketing-analyst", effect=FieldEffect.MASKED)
    client = caller(analyst)
    error(client.get(f"{CUSTOMERS}?ordering=name"), 400)
    error(client.get(f"{CUSTOMERS}?number=C-1&ordering=newest"), 400)
    error(client.get(f"{CUSTOMERS}?changed_since=2026-01-01T00:00:00Z&ordering=newest"), 400)
    shown = client.get(f"{CUSTOMERS}?ordering=newest").json()["results"][0]
    assert (shown["name"], shown["number"]) == (None, None)


def test_who_may_not_write_a_field_is_told_which(alice):
    row = customer(alice)
    refused = caller(alice).patch(f"{CUSTOMERS}{row.pk}/", {"account_status": "frozen"}, HTTP_IF_MATCH='"1"')
    assert list(error(refused, 400)["fields"]) == ["account_status"]


def test_the_identity_number_is_revealed_on_record(alice, data_clerk):
    made = caller(data_clerk).post(
        CUSTOMERS, {"kind": "individual", "name": "Tang Mei", "id_no": "330102199003077777", "owner": "data_clerk"}
    )
    assert made.status_code == 201, made.json()
    assert "id_no" not in made.json()
    address = f"{CUSTOMERS}{made.json()['id']}/reveal-id-no/"
    assert caller(data_clerk).post(address).json() == {"id_no": "330102199003077777"}
    assert AuditEvent.objects.filter(event="customer.id-no-viewed", actor=data_clerk).count() == 1


def test_handing_over(alice, bob, manager):
    row = customer(alice)
    error(caller(alice).post(f"{CUSTOMERS}{row.pk}/transfer/", {"owner": "bob"}), 403)
    moved = caller(manager).post(f"{CUSTOMERS}{row.pk}/transfer/", {"owner": "bob"})
    assert moved.json()["owner"]["username"] == "bob"
    error(caller(manager).post(f"{CUSTOMERS}{row.pk}/transfer/", {"owner": "bob"}), 409, "wrong-state")
    assert list(error(caller(manager).post(f"{CUSTOMERS}{row.pk}/transfer/", {"owner": "nobody"}), 400)["fields"]) == [
        "owner"
    ]


def test_possible_duplicates(alice, charlie):
    row = customer(alice, "Hangzhou Lanting Hotels Ltd")
    found = caller(alice).get(f"{CUSTOMERS}duplicates/?name=Hangzhou Lanting Hotels").json()
    assert [(entry["number"], entry["id"]) for entry in found] == [(row.number, str(row.pk))]
    told = caller(charlie).get(f"{CUSTOMERS}duplicates/?name=Hangzhou Lanting Hotels").json()
    assert [(entry["name"], entry["id"]) for entry in told] == [("", None)]


def test_contacts(alice, bob):
    row = customer(alice)
    client, address = caller(alice), f"{CUSTOMERS}{row.pk}/contacts/"
    made = client.post(address, {"name": "Tang Mei", "role": "decision_maker"})
    assert made.status_code == 201, made.json()
    assert [each["name"] for each in client.get(address).json()["results"]] == ["Tang Mei"]
    own = f"{address}{made.json()['id']}/"
    error(client.patch(own, {"post": "Head"}), 428)
    changed = client.patch(own, {"post": "Head"}, HTTP_IF_MATCH=made["ETag"])
    assert (changed.json()["post"], changed["ETag"]) == ("Head", '"2"')
    error(caller(bob).patch(own, {"post": "X"}, HTTP_IF_MATCH='"2"'), 403)
    stranger = contact(customer(alice, "Other"))
    error(client.get(f"{address}{stranger.pk}/"), 404)
    assert list(error(client.post(address, {"name": "A", "reports_to": str(stranger.pk)}), 400)["fields"]) == [
        "reports_to"
    ]


def test_statements_do_not_grow_with_the_rows(alice):
    customer(alice)
    client = caller(alice)
    few = queries_of(lambda: client.get(CUSTOMERS))
    for number in range(6):
        contact(customer(alice, f"Customer {number}"))
    assert queries_of(lambda: client.get(CUSTOMERS)) == few
    assert few <= 8


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 7.5, "kind": []},
        {"name": {"a": 1}},
        {"name": "A\u0000B"},
        {"name": "x" * 201},
        {"name": "A", "value_score": 10**12},
        {"name": "A", "value_score": -1},
        {"name": "A", "birth_date": "31.31.2020"},
        {"name": "A", "is_key_account": "perhaps"},
        {"name": "A", "referrer": "me"},
        {"name": "A", "colour": "red"},
        {"name": "A", "owner": 17},
        {"name": "A", "owner": "ghost"},
        {"name": "A", "hobbies": ["x"]},
        [],
        [{"name": "A"}],
        "name",
        7,
        None,
    ],
)
def test_hostile_bodies_are_refused(alice, body):
    error(caller(alice).post(CUSTOMERS, body, format="json"), 400)
    assert not Customer.objects.exists()
