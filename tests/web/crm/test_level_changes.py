"""Asking for another level, and the page of the change with exactly the buttons that work."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from crm_core.levels.models import LevelChange
from crm_core.levels.queries import possible_acts
from tests import crm
from tests.support.running import settle
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(alice) -> LevelChange:
    """A change alice asked for."""
    from crm_core.levels.commands import request_level_change

    crm.deploy("customer-level-change")
    customer = crm.customer(alice)
    crm.orders(customer, 6, "60000.00", date(2025, 12, 1))
    made = request_level_change(actor=alice, customer_id=customer.pk, proposed_level="gold")
    settle()
    made.refresh_from_db()
    return made


def page_of(client, change, **more):
    return client.get(reverse("level_change", args=[change.pk]), **more)


def test_asked_for_from_the_card(as_, alice):
    crm.deploy("customer-level-change")
    customer = crm.customer(alice)
    url = reverse("level_change_new", args=[customer.pk])
    client = as_(alice)
    assert "Gold" in client.get(url, headers=HTMX).content.decode()
    answer = client.post(url, {"proposed_level": "gold"}, headers=HTMX)
    assert answer.status_code == 204
    assert "refresh-lists" in answer["HX-Trigger"]
    again = client.post(url, {"proposed_level": "gold"}, headers=HTMX)
    assert again.status_code == 422
    assert "already open" in again.content.decode()


def test_the_page_shows_evidence_holder_and_diagram(as_, alice, change):
    page = page_of(as_(alice), change)
    text = page.content.decode()
    assert change.number in text
    assert "¥60,000" in text
    assert page.context["running"][0]["holder"] == alice
    assert 'data-diagram data-xml="process-xml"' in text
    states = page.context["process"]["diagram_state"]["elements"]
    assert states["complete-request"]["state"] == "current"
    first = next(name for name, mark in states.items() if mark["state"] == "current")
    assert first == "complete-request"


def test_strangers_see_nothing(as_, change, charlie):
    assert page_of(as_(charlie), change).status_code == 404


def test_only_who_asked_withdraws(as_, alice, bob, manager, change):
    url = reverse("level_change_withdraw", args=[change.pk])
    assert possible_acts(bob, change) == frozenset()
    assert url not in page_of(as_(manager), change).content.decode()
    assert as_(manager).post(url, {"reason": "x"}, headers=HTMX).status_code == 422
    assert url in page_of(as_(alice), change).content.decode()
    assert as_(alice).post(url, {"reason": "asked too early"}, headers=HTMX).status_code == 204
    settle()
    change.refresh_from_db()
    assert change.status == "withdrawn"
    assert possible_acts(alice, change) == frozenset()
    assert url not in page_of(as_(alice), change).content.decode()


def test_acts_that_are_not_offered_are_refused(as_, alice, director, change):
    for name in ("level_change_object", "level_change_revoke"):
        url = reverse(name, args=[change.pk])
        assert url not in page_of(as_(director), change).content.decode()
        assert as_(director).post(url, {"reason": "x"}, headers=HTMX).status_code == 422
        assert as_(alice).post(url, {"reason": "x"}, headers=HTMX).status_code == 422


def test_an_applied_change_is_revoked_by_a_director_only(as_, alice, manager, director, change):
    LevelChange.objects.filter(pk=change.pk).update(status="applied")
    change.refresh_from_db()
    assert possible_acts(director, change) == {"revoke"}
    assert possible_acts(manager, change) == frozenset()
    url = reverse("level_change_revoke", args=[change.pk])
    assert url in page_of(as_(director), change).content.decode()
    assert as_(director).post(url, {"reason": ""}, headers=HTMX).status_code == 422
    assert as_(director).post(url, {"reason": "a mistake"}, headers=HTMX).status_code == 204


def test_a_downgrade_by_the_review_is_objected_to(as_, alice, change):
    LevelChange.objects.filter(pk=change.pk).update(source="review", direction="down", requester=None)
    change.refresh_from_db()
    assert "object" in possible_acts(alice, change)
    url = reverse("level_change_object", args=[change.pk])
    assert as_(alice).post(url, {"reason": "They grow"}, headers=HTMX).status_code == 204
    change.refresh_from_db()
    assert change.objection == "They grow"


def test_the_rule_is_said_in_words(as_, alice, change):
    change.recommended_level_id, change.recommendation_rule = "silver", 5
    change.save(update_fields=["recommended_level", "recommendation_rule"])
    assert "Silver amount and more than one order" in page_of(as_(alice), change).content.decode()
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    page = page_of(as_(alice), change).content.decode()
    assert "达到银级金额且订单不止一笔" in page
    assert "Silver amount" not in page


def test_a_script_gets_the_living_part(as_, alice, change):
    text = page_of(as_(alice), change, headers=HTMX).content.decode()
    assert text.strip().startswith('<div id="level-change" data-live-list="record:level_change:')
    assert "process-xml" not in text
