"""What an approved plan becomes, and what came of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing import budget, campaigns, evaluating, operations, queries
from crm_core.marketing.commands import book_cost, record_contact
from crm_core.marketing.models import BudgetReservation, Campaign, CampaignMember
from crm_core.marketing.rule_commands import set_consent
from tests.commands.marketing.conftest import END, START
from tests.crm import customer

pytestmark = pytest.mark.django_db
STAND = {"name": "Stand", "place": "Hall 3", "on": "2026-02-10", "staff": "alice"}


def test_a_campaign_with_activities_and_contact_batches(plan, alice, monkeypatch):
    monkeypatch.setattr(campaigns, "CONTACT_BATCH", 2)
    rows = [customer(alice, f"Customer {number}") for number in range(4)]
    set_consent(actor=alice, customer_id=rows[0].pk, channel="email", allowed=False)
    for channel in ("email", "phone"):
        set_consent(actor=alice, customer_id=rows[1].pk, channel=channel, allowed=False)
    made = plan("approved", place="West lake", activities=[STAND, {"name": "Letter"}])
    campaign = Campaign.objects.get()
    assert (campaign.plan, campaign.name, campaign.status, campaign.owner) == (made, "Spring fair", "draft", made.owner)
    assert (campaign.starts_on, campaign.ends_on, campaign.number[:3]) == (START, END, "CA-")
    assert [(row.name, row.place, row.on, row.staff) for row in campaign.activities.all()] == [
        ("Stand", "Hall 3", date(2026, 2, 10), alice),
        ("Letter", "West lake", START, None),
    ]
    members = CampaignMember.objects.order_by("customer__number")
    assert [(row.customer, row.channel, row.batch) for row in members] == [
        (rows[0], "phone", 1), (rows[2], "email", 1), (rows[3], "email", 2),
    ]  # fmt: skip
    with transaction.atomic():
        assert campaigns.publish(made, actor=None) == campaign


def test_only_an_approved_plan_is_published(plan):
    made = plan("under_review")
    for act in (campaigns.publish, campaigns.start, campaigns.finish):
        with pytest.raises(WrongState), transaction.atomic():
            act(made, actor=None)


def test_withdrawing_takes_back_what_was_not_done(plan, alice, analyst):
    rows = [customer(alice, f"Customer {number}") for number in range(2)]
    made = plan("in_execution", activities=[STAND, {"name": "Letter"}])
    campaign = made.campaigns.get()
    record_contact(actor=analyst, campaign_id=campaign.pk, customer_id=rows[0].pk)
    with transaction.atomic():
        campaigns.record_activity(campaign.activities.get(position=1), "done", " Full house ", place="Hall 4")
        assert campaigns.withdraw(made, actor=None) == campaign
        assert campaigns.withdraw(made, actor=None) is None
    assert [(row.stage, row.result, row.place) for row in campaign.activities.all()] == [
        ("done", "Full house", "Hall 4"),
        ("cancelled", "", ""),
    ]
    assert {row.customer: row.status for row in CampaignMember.objects.all()} == {
        rows[0]: "contacted",
        rows[1]: "cancelled",
    }
    with pytest.raises(WrongState), transaction.atomic():
        campaigns.record_activity(campaign.activities.get(position=1), "planned")


def test_who_was_contacted_and_responded_is_kept(plan, alice, bob, analyst, charlie, finance):
    row, other = customer(alice), customer(alice, "Gold Ltd", level="gold")
    made = plan("in_execution", segment={"levels": ["standard"]})
    campaign = made.campaigns.get()
    for responded, status in ((False, "contacted"), (True, "responded"), (False, "responded")):
        member = record_contact(actor=analyst, campaign_id=campaign.pk, customer_id=row.pk, responded=responded)
        assert member.status == status
    for person, about, refusal in (
        (analyst, other, RecordNotFound), (finance, row, NotPermitted), (charlie, row, RecordNotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            record_contact(actor=person, campaign_id=campaign.pk, customer_id=about.pk)
    with transaction.atomic():
        campaigns.finish(made, actor=None)
    with pytest.raises(WrongState):
        record_contact(actor=analyst, campaign_id=campaign.pk, customer_id=row.pk)


def test_an_evaluation_holds_planned_against_actual(plan, alice, analyst):
    rows = [customer(alice, "Gold Ltd", level="gold"), customer(alice, "Plain Ltd")]
    made = plan("in_execution", expected_responses=5, goals=[{"metric": "visitors", "target": 100}])
    with transaction.atomic():
        budget.reserve(made, actor=None)
    record_contact(actor=analyst, campaign_id=made.campaigns.get().pk, customer_id=rows[0].pk, responded=True)
    record_contact(actor=analyst, campaign_id=made.campaigns.get().pk, customer_id=rows[1].pk)
    book_cost(actor=analyst, plan_id=made.pk, category="media", amount=Decimal(3000))
    made.refresh_from_db()
    figures = {"visitors": 120, "expected_leads": 7}
    with transaction.atomic():
        operations.move(made, "completed", actor=None)
        with pytest.raises(ValuesRefused):
            evaluating.evaluate(made, figures, Decimal(10000), " ", actor=analyst)
        found = evaluating.evaluate(made, figures, Decimal(10000), "Earlier in the year", actor=analyst)
        assert evaluating.evaluate(made, {}, Decimal(1), "Again", actor=analyst) == found
        assert BudgetReservation.objects.get().released_at is None
        evaluating.archive(made, actor=analyst)
    assert (found.cost, found.roi, made.status) == (Decimal(3000), Decimal("2.3333"), "evaluated")
    assert [(row["metric"], row["planned"], row["actual"]) for row in found.kpis] == [
        ("expected_responses", 5, 1),
        ("expected_leads", 0, 7),
        ("expected_revenue", "0.00", "10000"),
        ("visitors", 100, 120),
    ]
    assert found.responses == {
        "contacted": 2,
        "responded": 1,
        "channels": {"email": {"contacted": 2, "responded": 1}},
        "levels": {
            "gold": {"contacted": 1, "responded": 1},
            "standard": {"contacted": 1, "responded": 0},
        },
    }
    assert BudgetReservation.objects.get().released_at is not None
    assert made.ended_at is not None


def test_no_return_without_cost():
    assert evaluating.return_on(Decimal(0), Decimal(5)) is None
    assert evaluating.return_on(Decimal(200), Decimal(100)) == Decimal("-0.5")


def test_only_a_completed_plan_is_evaluated_and_only_an_evaluated_one_put_on_file(plan, analyst):
    made = plan("in_execution")
    with pytest.raises(WrongState), transaction.atomic():
        evaluating.evaluate(made, {}, Decimal(1), "x", actor=analyst)
    with pytest.raises(WrongState), transaction.atomic():
        evaluating.archive(plan("completed"), actor=analyst)


@pytest.mark.parametrize(("how", "status"), [("rejected", "rejected"), ("expired", "cancelled")])
def test_closing_says_why_and_ends_it(plan, how, status):
    made = plan("under_review")
    with transaction.atomic():
        operations.close(made, how, actor=None, note="No")
        operations.close(made, "withdrawn", actor=None)
        with pytest.raises(WrongState):
            operations.move(made, "approved", actor=None)
    assert (made.status, made.closing_reason, made.closing_note) == (status, how, "No")


def test_what_people_may_do(plan, analyst, marketing_manager, finance, charlie):
    draft, running = plan(), plan("in_execution")
    assert queries.possible_acts(analyst, draft) == {"update", "withdraw"}
    assert queries.possible_acts(analyst, running) == {"change-budget", "withdraw", "book-cost"}
    assert queries.possible_acts(marketing_manager, running) == {"change-budget", "book-cost"}
    assert queries.possible_acts(finance, running) == {"book-cost"}
    assert queries.possible_acts(charlie, running) == frozenset()


def test_lists_find_and_filter(plan, analyst, marketing_manager, charlie, alice):
    customer(alice)
    draft, running = plan(title="Autumn fair"), plan("in_execution", kind="research")
    for filters, expected in (
        ({}, {draft, running}), ({"status": "draft"}, {draft}), ({"kind": "research"}, {running}),
        ({"text": "autumn"}, {draft}), ({"text": running.number}, {running}), ({"mine": True}, {draft, running}),
    ):  # fmt: skip
        assert set(queries.plan_list(analyst, **filters)) == expected
    assert list(queries.plan_list(marketing_manager, mine=True)) == []
    shown = queries.campaign_list(analyst).get()
    assert (shown.plan, shown.people, shown.contacted, shown.responded) == (running, 1, 0, 0)
    assert not queries.campaign_list(charlie).exists()
    assert not queries.campaign_list(analyst, status="done").exists()
    assert queries.people_in_segment(draft) == 1
    with pytest.raises(RecordNotFound):
        queries.plan_page(charlie, draft.pk)
    with pytest.raises(RecordNotFound):
        queries.campaign(charlie, shown.pk)


def test_the_page_costs_as_many_queries_for_many_lines_as_for_one(plan, analyst, alice):
    def cost(made) -> int:
        with CaptureQueriesContext(connection) as spent:
            page = queries.plan_page(analyst, made.pk)
            _ = [page.owner, page.org_unit, *page.lines.all(), *page.costs.all()]
            _ = [row.made_by for row in page.revisions.all()]
            _ = [list(row.activities.all()) for row in page.campaigns.all()]
        return len(spent)

    small = plan("approved", amounts=("10",))
    large = plan("approved", amounts=("10",) * 20, activities=[STAND] * 5, staff=["alice"], title="Big")
    for number in range(5):
        book_cost(actor=analyst, plan_id=large.pk, category="media", amount=Decimal(1), reference=str(number))
    queries.plan_page(analyst, small.pk)
    assert cost(small) == cost(large)
