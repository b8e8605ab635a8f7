"""One shape for everything that is refused, wherever it is refused."""

from __future__ import annotations

import json

import pytest
from django.db import DataError, OperationalError
from rest_framework.test import APIClient

from tests.api.conftest import URL, caller, error
from tests.crm import customer

pytestmark = pytest.mark.django_db
CUSTOMERS = f"{URL}/customers/"


def test_strangers_are_asked_to_log_in():
    response = APIClient().get(CUSTOMERS)
    error(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Token", "Token x", "Token a b", "Token " + "f" * 64, "Token \x00", "Token ü"])
def test_bad_tokens(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    error(client.get(CUSTOMERS), 401, "not-authenticated")


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/", "/api/v2/customers/", "/api/v1/customers/17/", "/api/v1/customers/%00/", "/api/v1/nothing"],
)
def test_unknown_addresses(alice, address):
    error(caller(alice).get(address), 404, "not-found")


def test_a_missing_slash_keeps_method_and_body(alice):
    response = caller(alice).post("/api/v1/customers?x=1", {"name": "A"})
    assert (response.status_code, response["Location"]) == (308, "/api/v1/customers/?x=1")


def test_a_method_that_is_not_there(alice):
    response = caller(alice).delete(CUSTOMERS)
    error(response, 405, "method-not-allowed")
    assert "GET" in response["Allow"]


def test_other_kinds_of_bodies(alice):
    client = caller(alice)
    error(client.post(CUSTOMERS, "name=A", content_type="application/x-www-form-urlencoded"), 415)
    error(client.post(CUSTOMERS, "<a/>", content_type="application/xml"), 415)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b"[" * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"benefits": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"name": "' + b"x" * 1_100_000 + b'"}',
        b'{"value_score": ' + b"9" * 5000 + b"}",
        b'{"value_score": 1e400}',
    ],
    ids=range(13),
)
def test_hostile_json(alice, body):
    error(caller(alice).post(CUSTOMERS, body, content_type="application/json"), 400)


def test_a_defect_has_the_shape_too_and_tells_nothing(alice, monkeypatch):
    def fails(*_args, **_more):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("crm_core.customers.queries.customer_list", fails)
    client = caller(alice)
    client.raise_request_exception = False
    response = client.get(CUSTOMERS)
    error(response, 500, "internal-error")
    assert "secret" not in response.content.decode()
    client.raise_request_exception = True
    with pytest.raises(RuntimeError):
        client.get(CUSTOMERS)


def test_what_only_the_database_notices(alice, monkeypatch):
    def fails(*_args, **_more):
        raise DataError("integer out of range")

    monkeypatch.setattr("crm_core.customers.queries.customer_list", fails)
    error(caller(alice).get(CUSTOMERS), 400, "invalid")


def test_two_transactions_that_met(alice, monkeypatch):
    class Deadlock(Exception):
        pgcode = "40P01"

    def fails(*_args, **_more):
        raise OperationalError from Deadlock()

    monkeypatch.setattr("crm_core.customers.queries.customer_list", fails)
    response = caller(alice).get(CUSTOMERS)
    error(response, 503, "busy")
    assert response["Retry-After"] == "1"


def test_too_many_requests(alice, monkeypatch):
    monkeypatch.setattr("api.throttling.PersonThrottle.get_rate", lambda self: "2/min")
    client = caller(alice)
    assert [client.get(CUSTOMERS).status_code for _ in range(2)] == [200, 200]
    response = client.get(CUSTOMERS)
    error(response, 429, "throttled")
    assert int(response["Retry-After"]) > 0


def test_sessions_need_the_csrf_token(alice):
    row = customer(alice)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.get(f"{CUSTOMERS}{row.pk}/").status_code == 200
    error(client.post(CUSTOMERS, {"name": "B"}), 403, "forbidden")
    client.cookies["csrftoken"] = "a" * 32
    error(client.post(CUSTOMERS, {"name": "B"}, HTTP_X_CSRFTOKEN="b" * 32), 403, "forbidden")
    made = client.post(CUSTOMERS, {"name": "B"}, HTTP_X_CSRFTOKEN="a" * 32)
    assert made.status_code == 201, made.json()


def test_a_due_second_factor(admin, settings):
    settings.MFA_REQUIRED_ROLES = ("admin",)
    client = APIClient()
    client.force_login(admin)
    error(client.get(CUSTOMERS), 403)
    error(caller(admin).get(CUSTOMERS), 403, "second-factor-missing")


def test_the_reader_chooses_the_language(alice):
    client = caller(alice)
    english = error(client.get(f"{CUSTOMERS}?page_size=x"), 400)
    assert english["message"] == "Some values are missing or wrong."
    assert json.loads(json.dumps(english))["fields"]["page_size"]


def test_answers_are_kept_by_nobody(alice):
    assert "no-store" in caller(alice).get(CUSTOMERS)["Cache-Control"]
