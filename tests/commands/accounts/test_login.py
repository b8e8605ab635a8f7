"""The login: by username or e-mail, audited, closed to those who left and to strangers who would sign up."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse

from accounts.commands import deactivate_user
from accounts.models import AuditEvent, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def person(units):
    return UserFactory(username="li.wei", email="li.wei@example.com", password=PASSWORD, org_unit=units["HZ"])


def log_in(client, login: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["li.wei", "LI.WEI", "li.wei@example.com", "Li.Wei@Example.com"])
def test_it_works(client, person, login):
    response = log_in(client, login)
    assert response.status_code == 302
    assert is_in(client)
    event = AuditEvent.objects.get(event="login.succeeded")
    assert (event.actor, event.address) == (person, "127.0.0.1")


@pytest.mark.parametrize("login", ["li.wei", "nobody", "li.wei@example.com"])
def test_a_failed_attempt_is_on_record_without_the_password(client, person, login):
    log_in(client, login, "wrong secret")
    assert not is_in(client)
    event = AuditEvent.objects.get(event="login.failed")
    assert event.data == {"tried": login}
    assert event.subject_id == (str(person.public_id) if login != "nobody" else "nobody")
    assert event.address == "127.0.0.1"


def test_who_left_does_not_get_in(client, admin, person):
    deactivate_user(actor=admin, user_id=person.public_id)
    log_in(client, "li.wei")
    assert not is_in(client)
    assert AuditEvent.objects.filter(event__in=["login.failed", "login.refused"]).exists()


def test_who_is_deactivated_while_logged_in_is_out_at_once(client, admin, person):
    log_in(client, "li.wei")
    assert client.get(reverse("account_change_password")).status_code == 200
    deactivate_user(actor=admin, user_id=person.public_id)
    assert client.get(reverse("account_change_password")).status_code == 302


def test_guessing_is_slowed_down(client, person):
    for _attempt in range(6):
        log_in(client, "li.wei", "wrong secret")
    log_in(client, "li.wei")
    assert not is_in(client)


def test_nobody_signs_up(client):
    client.post(
        reverse("account_signup"),
        {"username": "eve", "email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not is_in(client)
    assert not User.objects.filter(username="eve").exists()


def test_a_second_factor_is_asked_for(client, person):
    totp.TOTP.activate(person, totp.generate_totp_secret())
    response = log_in(client, "li.wei")
    assert response.url == reverse("mfa_authenticate")
    assert not is_in(client)


def test_roles_that_need_a_second_factor_set_it_up_first(client, settings, units):
    settings.MFA_REQUIRED_ROLES = ("finance",)
    clerk = UserFactory(username="clerk", password=PASSWORD, org_unit=units["HZ-FIN"], roles=["finance"])
    client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/i18n/setlang/", headers={"accept": "text/html"})
    assert page.url == reverse("mfa_activate_totp")
    assert client.post("/i18n/setlang/").status_code == 403
    totp.TOTP.activate(clerk, totp.generate_totp_secret())
    assert client.post("/i18n/setlang/").status_code != 403


def test_other_roles_are_let_through(client, settings, alice):
    settings.MFA_REQUIRED_ROLES = ("finance",)
    client.force_login(alice, "django.contrib.auth.backends.ModelBackend")
    assert client.post("/i18n/setlang/").status_code == 302


@pytest.mark.parametrize(("address", "welcome"), [("127.0.0.1", True), ("::1", True), ("10.1.2.3", False)])
def test_demo_logins_are_good_on_this_machine_only(client, person, settings, tmp_path, address, welcome):
    settings.DEMO_LOGINS_FILE = tmp_path / "demo-logins.json"
    settings.DEMO_LOGINS_FILE.write_text('{"li.wei": "irrelevant"}')
    client.post(reverse("account_login"), {"login": "li.wei", "password": PASSWORD}, REMOTE_ADDR=address)
    assert is_in(client) is welcome
    assert AuditEvent.objects.filter(event="login.refused").exists() is not welcome
