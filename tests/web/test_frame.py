"""The frame of every page: style page, language, switches, sign-in, error and offline pages."""

import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import reverse

from web.components import icon_shapes

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.frame_urls")]
TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"


def test_it_works(client, alice):
    client.force_login(alice)
    page = client.get(reverse("styleguide"))
    assert page.status_code == 200
    text = page.content.decode()
    assert alice.display_name in text
    assert re.search(r"<script(?![^>]*(src=|application/json))", text) is None
    assert re.search(r"\son[a-z]+=", text) is None


def test_the_page_speaks_the_language_of_the_cookie(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = client.get(reverse("styleguide")).content.decode()
    assert '<html lang="zh-Hans"' in page
    assert 'value="en"' in page


def test_switches_are_kept_in_the_profile_and_shown_on_the_next_page(client, alice):
    client.force_login(alice)
    answer = client.post(reverse("save_preference"), json.dumps({"theme": "dark", "keys": "off"}), "application/json")
    assert answer.status_code == 204
    alice.refresh_from_db()
    assert (alice.theme, alice.letter_keys) == ("dark", False)
    page = client.get(reverse("styleguide")).content.decode()
    assert 'data-theme="dark"' in page
    assert 'name="baton-single-keys" content="off"' in page


@pytest.mark.parametrize(
    "body", ["no json", "[]", '{"theme": "pink"}', '{"is_superuser": true}', '{"theme": ["dark"]}']
)
def test_other_switches_are_refused(client, alice, body):
    client.force_login(alice)
    assert client.post(reverse("save_preference"), body, "application/json").status_code == 400
    alice.refresh_from_db()
    assert alice.theme == "system"


def test_a_visitor_has_switches_in_cookies(client):
    assert client.post(reverse("save_preference"), '{"theme": "dark"}', "application/json").status_code == 204
    client.cookies["baton_theme"] = "dark"
    assert 'data-theme="dark"' in client.get(reverse("account_login")).content.decode()
    client.cookies["baton_theme"] = '"><script>'
    assert 'data-theme="' not in client.get(reverse("account_login")).content.decode()


def test_the_language_button_changes_the_profile_and_returns(client, alice):
    client.force_login(alice)
    answer = client.post(reverse("switch_language"), {"language": "zh-hans", "next": "/styleguide/"})
    assert answer["Location"] == "/styleguide/"
    alice.refresh_from_db()
    assert alice.language == "zh-hans"
    assert '<html lang="zh-Hans"' in client.get("/styleguide/").content.decode()


def test_an_unknown_language_changes_nothing(client, alice):
    client.force_login(alice)
    client.post(reverse("switch_language"), {"language": "xx", "next": "https://elsewhere.example/"})
    alice.refresh_from_db()
    assert alice.language == ""


def test_sign_in_shows_what_is_wrong_beside_the_form(client, alice):
    page = client.post(reverse("account_login"), {"login": alice.username, "password": "wrong"}).content.decode()
    assert 'data-tone="danger" role="alert"' in page
    assert "entrance-card" in page


def test_the_worker_keeps_the_offline_page(client):
    script = client.get(reverse("service_worker"))
    assert script["Content-Type"].startswith("text/javascript")
    assert reverse("offline") in script.content.decode()
    assert client.get(reverse("offline")).status_code == 200


def test_an_unknown_address_gets_our_page(client):
    answer = client.get("/there-is-nothing-here/")
    assert answer.status_code == 404
    assert "problem-page" in answer.content.decode()


@pytest.mark.parametrize("path", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_every_template_compiles_and_names_only_icons_we_have(path):
    get_template(path)
    named = re.findall(r"""\{% icon "([\w-]+)|icon="([\w-]+)\"""", (TEMPLATES / path).read_text(encoding="utf-8"))
    assert {first or second for first, second in named} <= set(icon_shapes())
