"""The pages nobody wants to see are whole, in the reader's language, and lead back to work."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from web.views import inbox

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "zh-hans"]
SENTENCES = {
    403: {"en": "You may not see this page", "zh-hans": "你无权查看此页面"},
    404: {"en": "There is nothing at this address", "zh-hans": "此地址没有内容"},
}
CSRF = "This page was open too long"


def client_of(person, language, **more) -> Client:
    client = Client(**more)
    person.language = language
    person.save(update_fields=["language"])
    client.force_login(person)
    return client


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_right(technician, language):
    """A bare 403 of the framework is in English and a dead end."""
    answer = client_of(technician, language).get(reverse("team"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert SENTENCES[403][language] in page
    assert f'lang="{"zh-Hans" if language != "en" else "en"}"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_such_page(alice, language):
    """Also for addresses no view knows."""
    answer = client_of(alice, language).get("/nothing/here/")
    assert answer.status_code == 404
    assert SENTENCES[404][language] in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_its_token(alice, language):
    """A page left open over a login says what to do, not "CSRF verification failed"."""
    answer = client_of(alice, language, enforce_csrf_checks=True).post(reverse("profile"), {"theme": "dark"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "CSRF" not in page
    assert (f"<h1>{CSRF}</h1>" in page) == (language == "en")
    assert "data-history-back" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_defect(alice, language, monkeypatch):
    """The page of a defect must not need what may be broken: no query, no frame."""
    client = client_of(alice, language, raise_request_exception=False)

    def broken(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(inbox, "_list", broken)
    answer = client.get(reverse("inbox", args=["mine"]))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "500" in page
    assert "RuntimeError" not in page
    assert ("<h1>Something broke on our side</h1>" in page) == (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_offline(client, language):
    """What the worker keeps for days without a connection, in the language the browser last had."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("offline")).content.decode()
    assert ("<h1>No connection</h1>" in page) == (language == "en")
