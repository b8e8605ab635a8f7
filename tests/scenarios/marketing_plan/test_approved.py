"""A plan on rows, from its draft in the author's inbox to the evaluation that the next plan reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_core.marketing.commands import book_cost, record_contact
from crm_core.marketing.functions import lessons_for_plan
from crm_core.marketing.models import BudgetReservation, Campaign, CampaignFeedback, PlanEvaluation, WorkPlan
from notifications.models import Notification
from tests.scenarios.marketing_plan.conftest import PASS, advise, written

STAND = {"name": "Stand", "place": "Hall 3", "on": "2026-02-10", "staff": "bob"}


def test_from_the_draft_to_its_lessons(
    planned, analyst, marketing_manager, bob, finance, manager, service_manager, quality
):
    run = planned(activities=[STAND], staff=["bob"])
    draft = run.item("draft")
    assert (draft.assignee, draft.record_number) == (analyst, run.plan.number)
    run.complete("draft", analyst, **written(run.plan, activities=[STAND], staff=["bob"], offer="Ten percent"))
    assert (run.plan.status, run.plan.revision, run.plan.offer) == ("submitted", 2, "Ten percent")
    assert run.item("evaluate").assignee == marketing_manager
    run.complete("evaluate", marketing_manager, **PASS)
    assert (run.plan.status, run.waiting) == ("under_review", ["give-opinion"] * 4)
    for person in (finance, manager, service_manager, quality):
        advise(run, person)
    assert run.waiting == ["approve"]
    assert run.item("approve").assignee == marketing_manager
    run.complete("approve", marketing_manager, outcome="approve", comment="Go")
    plan, campaign = run.plan, Campaign.objects.get()
    assert (plan.status, plan.approved_revision, campaign.status) == ("approved", 2, "draft")
    assert BudgetReservation.objects.get().amount == Decimal(8000)
    assert [(row.person, row.batches) for row in WorkPlan.objects.all()] == [(bob, [1])]
    assert Notification.objects.filter(user=bob, template="plan-published").exists()
    assert run.waiting == ["first-day"]
    run.advance_to(date(2026, 2, 2))
    assert (run.plan.status, run.waiting) == ("in_execution", ["carry-out-activity"])
    assert run.item("carry-out-activity").assignee == bob
    run.complete("carry-out-activity", bob, stage="in_progress", result="Half built", place="Hall 3", on="2026-02-10")
    run.complete("carry-out-activity", bob, stage="done", result="Full house", place="Hall 4", on="2026-02-11")
    activity = campaign.activities.get()
    assert (activity.stage, activity.result, activity.place, activity.on) == (
        "done",
        "Full house",
        "Hall 4",
        date(2026, 2, 11),
    )
    assert run.waiting == ["last-day"]
    run.advance_to(date(2026, 2, 10))
    run.complete("give-feedback", analyst, progress="Many came", rating=4)
    assert CampaignFeedback.objects.get().progress == "Many came"
    member = campaign.members.get()
    record_contact(actor=analyst, campaign_id=campaign.pk, customer_id=member.customer_id, responded=True)
    book_cost(actor=analyst, plan_id=plan.pk, category="media", amount=Decimal(4000))
    run.advance_to(date(2026, 2, 28))
    assert (run.plan.status, run.waiting) == ("completed", ["evaluate-effect"])
    run.complete(
        "evaluate-effect", analyst, actual_leads=3, revenue=10000, lessons="Earlier in the year",
        actuals=[{"metric": "visitors", "actual": 120}],
    )  # fmt: skip
    found = PlanEvaluation.objects.get()
    assert (found.cost, found.roi, found.lessons) == (Decimal(4000), Decimal("1.5"), "Earlier in the year")
    assert {row["metric"]: row["actual"] for row in found.kpis}["visitors"] == 120
    assert (run.plan.status, run.ends) == ("evaluated", ["approved-evaluated"])
    assert BudgetReservation.objects.get().released_at is not None
    following = planned()
    assert [row["lessons"] for row in lessons_for_plan(following.id)] == ["Earlier in the year"]
