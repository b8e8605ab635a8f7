"""The list of customers: who sees what, how it is found, narrowed, sorted and paged."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import crm

pytestmark = pytest.mark.django_db


def names(page: object) -> list[str]:
    return [entry["customer"].name for entry in page.context["rows"]]


def test_it_works(as_, alice):
    crm.customer(alice, "Lanting Hotels", level="gold")
    page = as_(alice).get(reverse("customers"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Lanting Hotels" in text
    assert "Gold" in text
    assert alice.display_name in text


def test_strangers_see_nothing_of_each_other(as_, alice, charlie):
    crm.customer(alice)
    page = as_(charlie).get(reverse("customers"))
    assert names(page) == []
    assert "No customers yet" in page.content.decode()


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client):
    page = client.get(reverse("customers"))
    assert page.status_code == 302
    assert reverse("account_login") in page["Location"]


@pytest.mark.parametrize("words", ["lant", "兰亭", "lanting", "LANTING hot"])
def test_found_by_words_pinyin_and_characters(as_, alice, words):
    crm.customer(alice, "Lanting Hotels 兰亭酒店")
    crm.customer(alice, "Hengtai Textiles")
    page = as_(alice).get(reverse("customers"), {"q": words})
    assert names(page) == ["Lanting Hotels 兰亭酒店"]


def test_narrowed_by_level_stage_owner_and_branch(as_, alice, bob, manager):
    crm.customer(alice, "One", level="gold")
    crm.customer(bob, "Two", level="silver", lifecycle_stage="member")
    client = as_(manager)
    assert names(client.get(reverse("customers"), {"level": "gold"})) == ["One"]
    assert names(client.get(reverse("customers"), {"stage": "member"})) == ["Two"]
    assert names(client.get(reverse("customers"), {"owner": "bob"})) == ["Two"]
    assert names(client.get(reverse("customers"), {"owner": "me"})) == []
    assert set(names(client.get(reverse("customers"), {"branch": "HZ"}))) == {"One", "Two"}
    assert names(client.get(reverse("customers"), {"branch": "SH"})) == []


def test_a_filter_shows_as_a_chip_that_takes_it_away(as_, alice):
    crm.customer(alice, "One", level="gold")
    page = as_(alice).get(reverse("customers"), {"level": "gold", "sort": "name", "page": "3"})
    chip = page.context["chips"][0]
    assert (chip["name"], chip["value"]) == ("Level", "Gold")
    assert chip["remove_url"] == "/customers/?sort=name"


def test_unknown_filters_sorts_and_pages_do_no_harm(as_, alice):
    crm.customer(alice, "One")
    page = as_(alice).get(reverse("customers"), {"level": "x", "sort": "'; --", "page": "-1", "owner": "nobody"})
    assert names(page) == ["One"]


def test_sorted_by_name_and_back(as_, alice):
    for name in ("Beta", "Alpha", "Gamma"):
        crm.customer(alice, name)
    client = as_(alice)
    assert names(client.get(reverse("customers"), {"sort": "name"})) == ["Alpha", "Beta", "Gamma"]
    assert names(client.get(reverse("customers"), {"sort": "-name"})) == ["Gamma", "Beta", "Alpha"]


def test_fifty_on_a_page(as_, alice):
    for number in range(52):
        crm.customer(alice, f"Customer {number:02}")
    client = as_(alice)
    first = client.get(reverse("customers"), {"sort": "name"})
    assert len(names(first)) == 50
    assert 'rel="next"' in first.content.decode()
    second = client.get(reverse("customers"), {"sort": "name", "page": "2"})
    assert names(second) == ["Customer 50", "Customer 51"]
    assert 'rel="prev"' in second.content.decode()


def test_nothing_found_says_what_to_do(as_, alice):
    crm.customer(alice, "One")
    assert "No customer fits" in as_(alice).get(reverse("customers"), {"q": "zzz"}).content.decode()


def test_a_script_gets_the_rows_alone(as_, alice):
    crm.customer(alice, "One")
    text = as_(alice).get(reverse("customers"), headers={"HX-Request": "true"}).content.decode()
    assert text.strip().startswith('<div id="customers"')
    assert "<html" not in text


def test_queries_do_not_grow_with_the_rows(as_, alice):
    crm.customer(alice, "One")
    client = as_(alice)
    client.get(reverse("customers"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("customers"))
    for number in range(20):
        crm.customer(alice, f"Customer {number:02}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("customers"))
    assert len(many) == len(few)
    assert len(many) <= 22


def test_in_chinese(as_, alice):
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    crm.customer(alice, "One")
    assert '<html lang="zh-Hans"' in as_(alice).get(reverse("customers")).content.decode()
