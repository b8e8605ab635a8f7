"""Campaigns: found, read, and who was contacted recorded, batch by batch."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.marketing import campaigns, commands
from crm_core.marketing.models import Campaign, CampaignMember
from tests import crm
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(alice, analyst, bob, plan) -> Campaign:
    """A campaign with three customers and two activities."""
    for number in range(3):
        crm.customer(alice, f"Hotel {number}")
    activities = [{"name": "Stand", "place": "Hall 3", "on": "2026-02-03", "staff": "bob"}, {"name": "Letters"}]
    made = plan("in_execution", activities=activities, expected_responses=2, staff=["bob"])
    commands.book_cost(actor=analyst, plan_id=made.pk, category="media", amount=Decimal(1200), description="Posters")
    return Campaign.objects.get(plan=made)


def page_of(client, campaign, **query):
    return client.get(reverse("marketing_campaign", args=[campaign.pk]), query)


def record(client, member, **entered):
    url = reverse("marketing_contact", args=[member.campaign_id, member.customer_id])
    return client.post(url, entered, headers=HTMX)


def test_it_works(as_, analyst, bob, running):
    """A campaign nobody can look at is run from a spreadsheet."""
    with transaction.atomic():
        campaigns.record_feedback(running.plan, "Many came", "Too few leaflets", 4, actor=bob)
    with transaction.atomic():
        campaigns.record_activity(running.activities.get(name="Stand"), "done", "Full house")
    text = page_of(as_(analyst), running).content.decode()
    for said in (
        "Stand",
        "Hall 3",
        "Full house",
        bob.display_name,
        "Batch 1",
        "¥1,200",
        "Many came",
        "Too few leaflets",
    ):
        assert said in text
    assert f'data-live-list="record:campaign:{running.pk}"' in text
    listed = as_(analyst).get(reverse("marketing_campaigns")).content.decode()
    assert running.number in listed


def test_strangers_find_nothing(as_, charlie, running):
    """The customers of a campaign are another branch's."""
    assert page_of(as_(charlie), running).status_code == 404
    assert running.number not in as_(charlie).get(reverse("marketing_campaigns")).content.decode()
    assert record(as_(charlie), running.members.first()).status_code == 404


def test_contacts_and_responses_are_recorded_from_the_batch(as_, analyst, running):
    """Responses nobody can write down make every evaluation a guess."""
    client = as_(analyst)
    first, second = running.members.order_by("customer__number")[:2]
    batch = page_of(client, running, batch=1)
    assert [entry["name"] for entry in batch.context["members"]["entries"]] == ["Hotel 0", "Hotel 1", "Hotel 2"]
    assert record(client, first, responded="0").status_code == 204
    assert record(client, second, responded="1").status_code == 204
    statuses = dict(CampaignMember.objects.values_list("customer__name", "status"))
    assert statuses == {"Hotel 0": "contacted", "Hotel 1": "responded", "Hotel 2": "planned"}
    outcome = page_of(client, running).context["outcome"]
    assert (outcome["contacted"], outcome["responded"]) == (2, 1)
    assert outcome["figures"][0]["share"] == 50


def test_who_only_reads_sees_no_buttons_and_is_refused(as_, finance, running):
    """A right that only the page keeps is none."""
    page = page_of(as_(finance), running, batch=1)
    assert not any(entry["may_respond"] for entry in page.context["members"]["entries"])
    assert record(as_(finance), running.members.first()).status_code == 403


def test_customers_one_may_not_see_keep_their_names(as_, product_reader, running):
    """A campaign is no way round the rights of its customers."""
    text = page_of(as_(product_reader), running, batch=1).content.decode()
    assert "Hotel 0" not in text
    assert "hidden" in text


@pytest.fixture
def product_reader(quality):
    """Somebody who may read marketing everywhere and customers nowhere."""
    from accounts.models import RoleAssignment

    quality.role_assignments.all().delete()
    RoleAssignment.objects.create(user=quality, role_id="product-design", unit=quality.org_unit)
    return quality


def test_an_address_without_such_a_batch_shows_none(as_, analyst, running):
    """A stale link must not be an error page."""
    for batch in ("7", "x", "99999999999"):
        assert page_of(as_(analyst), running, batch=batch).context["members"] is None


def test_the_number_of_queries_does_not_grow(as_, alice, analyst, running):
    """A query per customer makes the largest campaign unusable."""
    client = as_(analyst)
    page_of(client, running, batch=1)
    with CaptureQueriesContext(connection) as few:
        page_of(client, running, batch=1)
    for number in range(5):
        more = crm.customer(alice, f"More {number}")
        CampaignMember.objects.create(
            campaign=running, customer=more, channel="email", batch=1, planned_on=running.starts_on
        )
    with CaptureQueriesContext(connection) as many:
        page_of(client, running, batch=1)
    assert len(many) == len(few)


def test_the_list_asks_the_same_for_many_as_for_few(as_, analyst, plan):
    """A query per campaign makes the list crawl."""
    plan("approved")
    client = as_(analyst)
    url = reverse("marketing_campaigns")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(4):
        plan("approved", title=f"Plan {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
    assert len(client.get(url, {"q": "plan 2"}).context["rows"]) == 1
