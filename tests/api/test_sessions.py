"""Tokens: made by name and password, within a scope, for a time, until revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from rest_framework.test import APIClient

from accounts.models import AuditEvent
from api.jobs import forget_expired
from api.models import AccessToken
from config import clock
from tests.api.conftest import URL, caller, error, token_of
from tests.crm import customer
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = f"{URL}/auth/login/"


@pytest.fixture
def lina(units):
    return UserFactory(username="lina", password=PASSWORD, org_unit=units["HZ-SALES-1"], roles=["sales"])


def bearer(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def test_it_works(lina):
    made = APIClient().post(LOGIN, {"username": "lina", "password": PASSWORD, "name": "laptop", "hours": 2})
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["name"], body["scope"]) == ("laptop", "full")
    client = bearer(body["token"])
    me = client.get(f"{URL}/me/").json()
    assert (me["username"], me["org_unit"]["code"]) == ("lina", "HZ-SALES-1")
    assert "sales@HZ" in me["groups"]
    (listed,) = client.get(f"{URL}/auth/tokens/").json()["results"]
    assert (listed["id"], listed["is_current"], "token" in listed) == (body["id"], True, False)
    assert body["token"] not in str(AccessToken.objects.values().get())
    assert client.post(f"{URL}/auth/logout/").status_code == 204
    error(client.get(f"{URL}/me/"), 401)
    assert set(AuditEvent.objects.values_list("event", flat=True)) >= {"token.created", "token.revoked"}


def test_login_by_e_mail(lina):
    assert APIClient().post(LOGIN, {"username": lina.email, "password": PASSWORD}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "lina", "password": "wrong wrong wrong"}, 401),
        ({"username": "ghost", "password": PASSWORD}, 401),
        ({"username": "lina"}, 400),
        ({"username": "lina", "password": PASSWORD, "scope": "root"}, 400),
        ({"username": "lina", "password": PASSWORD, "hours": 10**6}, 400),
        ({"username": "li\x00na", "password": PASSWORD}, 400),
        ({"username": ["lina"], "password": {}}, 400),
    ],
)
def test_refused_logins(lina, body, status):
    error(APIClient().post(LOGIN, body), status)
    assert not AccessToken.objects.exists()


def test_who_left_stays_out(lina):
    token = token_of(lina)
    lina.is_active = False
    lina.save()
    error(APIClient().post(LOGIN, {"username": "lina", "password": PASSWORD}), 401, "wrong-login")
    error(bearer(token).get(f"{URL}/me/"), 401)


def test_guessing_locks_the_account(lina):
    for _try in range(5):
        error(APIClient().post(LOGIN, {"username": "lina", "password": "wrong wrong wrong"}), 401)
    response = APIClient().post(LOGIN, {"username": "lina", "password": PASSWORD})
    error(response, 429, "too-many-logins")
    assert response["Retry-After"]
    assert AuditEvent.objects.filter(event="login.failed").count() == 5


def test_logins_of_one_address_are_limited(lina, monkeypatch):
    monkeypatch.setattr("api.throttling.LoginThrottle.get_rate", lambda self: "1/min")
    client = APIClient()
    assert client.post(LOGIN, {"username": "lina", "password": PASSWORD}).status_code == 201
    error(client.post(LOGIN, {"username": "lina", "password": PASSWORD}), 429, "throttled")


def test_a_second_factor_is_asked_for(lina):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(lina, secret)
    body = {"username": "lina", "password": PASSWORD}
    assert list(error(APIClient().post(LOGIN, body), 400)["fields"]) == ["code"]
    error(APIClient().post(LOGIN, body | {"code": "000000"}), 401, "wrong-login")
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert APIClient().post(LOGIN, body | {"code": code}).status_code == 201
    error(APIClient().post(LOGIN, body | {"code": code}), 401, "wrong-login")


def test_scopes(alice):
    row = customer(alice)
    reader = caller(alice, "read")
    assert reader.get(f"{URL}/customers/{row.pk}/").status_code == 200
    error(reader.post(f"{URL}/customers/", {"name": "B"}), 403, "token-scope")
    tasks = caller(alice, "tasks")
    error(tasks.post(f"{URL}/customers/", {"name": "B"}), 403, "token-scope")
    nowhere = "/tasks/6f1c2d3e-4b5a-4c6d-8e9f-0a1b2c3d4e5f/claim/"
    error(tasks.post(f"{URL}{nowhere}"), 404)
    error(reader.post(f"{URL}{nowhere}"), 403, "token-scope")
    assert reader.post(f"{URL}/auth/logout/").status_code == 204


def test_a_token_ends_with_its_time(alice):
    client = bearer(token_of(alice, hours=-1))
    error(client.get(f"{URL}/me/"), 401)
    token_of(alice)
    assert forget_expired() == 1
    assert AccessToken.objects.filter(expiry__gt=clock.now() - timedelta(hours=2)).count() == 1


def test_a_new_password_ends_the_tokens(lina):
    client = bearer(token_of(lina))
    assert client.get(f"{URL}/me/").status_code == 200
    lina.set_password("another long password")
    lina.save()
    error(client.get(f"{URL}/me/"), 401)


def test_tokens_of_others_do_not_exist(alice, bob):
    token_of(bob)
    others = AccessToken.objects.get(user=bob)
    client = caller(alice)
    error(client.delete(f"{URL}/auth/tokens/{others.public_id}/"), 404, "not-found")
    assert len(client.get(f"{URL}/auth/tokens/").json()["results"]) == 1


def test_revoking(alice, bob):
    token_of(bob)
    for _more in range(2):
        token_of(alice)
    client = caller(alice)
    current, *old = client.get(f"{URL}/auth/tokens/").json()["results"]
    assert current["is_current"]
    assert client.delete(f"{URL}/auth/tokens/{old[0]['id']}/").status_code == 204
    assert client.post(f"{URL}/auth/logout-all/").status_code == 204
    assert list(AccessToken.objects.values_list("user", flat=True)) == [bob.pk]
