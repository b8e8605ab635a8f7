"""The same key acts once and answers the same again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.idempotency import HEADER, KEPT
from api.jobs import forget_expired
from api.models import IdempotentRequest
from config import clock
from crm_core.customers.models import Customer
from tests.api.conftest import URL, caller, error
from tests.concurrency.conftest import race
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db
CUSTOMERS = f"{URL}/customers/"
START = f"{URL}/definitions/work/start/"
WORK = diagram("work", "begin -> work -> done", begin=start(), work=user(), done=end())
BODY = {"name": "Lanting Hotels", "kind": "organisation"}
META = f"HTTP_{HEADER.upper().replace('-', '_')}"


def post(client, body=BODY, key="k-1", address=CUSTOMERS):
    return client.post(address, body, **{META: key})


def test_it_works(alice):
    client = caller(alice)
    first = post(client)
    again = post(client, dict(reversed(BODY.items())))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Customer.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(alice):
    client = caller(alice)
    post(client)
    error(post(client, {"name": "Other"}), 422, "idempotency-key-reused")
    assert Customer.objects.count() == 1


def test_keys_belong_to_a_person_and_a_route(alice, bob):
    post(caller(alice))
    assert post(caller(bob)).status_code == 201
    assert Customer.objects.count() == 2
    row = Customer.objects.get(owner=alice)
    error(post(caller(bob), {"owner": "bob"}, address=f"{CUSTOMERS}{row.pk}/transfer/"), 403)


def test_a_refused_request_leaves_the_key_free(alice):
    client = caller(alice)
    error(post(client, {"name": ""}), 400)
    assert not IdempotentRequest.objects.exists()
    assert post(client).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ü"])
def test_bad_keys(alice, key):
    error(post(caller(alice), key=key), 400, "idempotency-key-invalid")


def test_a_request_under_way_is_not_done_again(alice, monkeypatch):
    monkeypatch.setattr("api.idempotency.WAIT_SECONDS", 0.05)
    client = caller(alice)
    post(client)
    IdempotentRequest.objects.update(status=None)
    response = post(client)
    error(response, 409, "request-in-progress")
    assert response["Retry-After"]
    IdempotentRequest.objects.update(lease_ends=clock.now() - timedelta(seconds=1))
    error(post(client), 409, "outcome-unknown")
    assert Customer.objects.count() == 1


def test_keys_are_forgotten_in_the_end(alice):
    client = caller(alice)
    post(client)
    IdempotentRequest.objects.update(expires_at=clock.now())
    assert post(client).status_code == 201
    assert Customer.objects.count() == 2
    IdempotentRequest.objects.update(expires_at=clock.now() - KEPT)
    assert forget_expired() == 1
    assert not IdempotentRequest.objects.exists()


def test_secrets_are_not_kept(alice):
    client = caller(alice)
    assert post(client, None, address=f"{URL}/auth/logout/").status_code == 204
    assert not IdempotentRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_at_once_one_acts_and_both_get_the_answer(alice, _round):
    running.deploy(WORK)
    clients = [caller(alice), caller(alice)]
    answers = race(*[lambda client=client: post(client, {"number": "7"}, address=START) for client in clients])
    assert [answer.status_code for answer in answers] == [201, 201], answers
    assert answers[0].content == answers[1].content
    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_key_both_act(alice):
    running.deploy(WORK)
    clients = [caller(alice), caller(alice)]
    race(*[lambda client=client: client.post(START, {"number": "7"}) for client in clients])
    assert ProcessInstance.objects.count() == 2
