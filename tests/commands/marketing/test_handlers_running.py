"""Each handler of a plan carried out, changed, evaluated or ended: its input changes what it answers and stores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.marketing import budget, campaigns, functions, supplements
from crm_core.marketing.models import (
    BranchBudget,
    BudgetReservation,
    Campaign,
    CampaignFeedback,
    PlanEvaluation,
    WorkPlan,
)
from tests.commands.marketing.conftest import acts, lines, messages
from tests.crm import customer
from workflows.registry import BpmnError

pytestmark = pytest.mark.django_db
ROWS = [{"name": "Stand", "place": "Hall 3", "on": "2026-02-10", "staff": "alice"}, {"name": "Letter"}]


@pytest.fixture
def running(plan, alice):
    """A running plan that holds its money, as approved."""
    customer(alice)
    made = plan("in_execution", activities=ROWS)
    with transaction.atomic():
        budget.reserve(made, actor=None)
    return made


def test_publishing_gives_everybody_their_work(plan, call, alice, bob, monkeypatch):
    monkeypatch.setattr(campaigns, "CONTACT_BATCH", 1)
    for number in range(3):
        customer(alice, f"Customer {number}")
    made = plan("under_review", activities=ROWS, staff=["bob", "analyst"])
    with pytest.raises(WrongState):
        call("crm.plan.publish", made)
    call("crm.plan.reserve_budget", made, checked_revision=1)
    answer = call("crm.plan.publish", made)
    campaign = Campaign.objects.get()
    assert (answer["campaign_number"], answer["told"]) == (campaign.number, ["analyst", "alice", "bob"])
    plans = {row.person.username: row.batches for row in WorkPlan.objects.select_related("person")}
    assert plans == {"bob": [1, 3], "analyst": [2], "alice": []}
    assert call("crm.plan.publish", made)["campaign_number"] == campaign.number
    assert WorkPlan.objects.count() == 3


def test_without_staff_the_author_has_all_contacts(plan, call, alice, analyst):
    customer(alice)
    made = plan("under_review")
    call("crm.plan.reserve_budget", made, checked_revision=1)
    assert call("crm.plan.publish", made)["told"] == ["analyst"]
    assert [(row.person, row.batches) for row in WorkPlan.objects.all()] == [(analyst, [1])]


def test_a_campaign_is_taken_back_once(plan, call):
    made = plan("approved")
    number = Campaign.objects.get().number
    assert call("crm.plan.withdraw_campaign", made) == {"withdrawn_campaign": number}
    assert call("crm.plan.withdraw_campaign", made) == {"withdrawn_campaign": None}


def test_starting_names_what_is_to_be_done(plan, call, alice):
    made = plan("approved", activities=ROWS)
    rows = call("crm.plan.start", made)["campaign_activities"]
    assert (made.status, Campaign.objects.get().status) == ("in_execution", "running")
    assert [(row["name"], row["staff"], row["on"], row["due"]) for row in rows] == [
        ("Stand", "alice", "2026-02-10", "2026-02-11T00:00:00+08:00"),
        ("Letter", "analyst", "2026-02-02", "2026-02-03T00:00:00+08:00"),
    ]
    with pytest.raises(WrongState):
        call("crm.plan.start", plan("under_review"))


@pytest.mark.parametrize("stage", ["in_progress", "done", "cancelled"])
def test_an_activity_is_kept_with_place_day_and_result(running, call, stage):
    activity = running.campaigns.get().activities.get(position=1)
    answer = call(
        "crm.plan.record_activity", running, activity_id=activity.pk, stage=stage, result="Full", place="Hall 4",
        on="2026-02-11",
    )  # fmt: skip
    activity.refresh_from_db()
    assert (answer["stage"], activity.stage, activity.result) == (stage, stage, "Full")
    assert (activity.place, activity.on) == ("Hall 4", date(2026, 2, 11))


def test_feedback_is_kept_week_by_week(running, call, analyst):
    assert call("crm.plan.record_feedback", running, progress="Well", rating=5) == {"feedback_count": 1}
    assert call("crm.plan.record_feedback", running, progress="Less", problems="Rain") == {"feedback_count": 2}
    assert [(row.progress, row.problems, row.rating, row.by) for row in CampaignFeedback.objects.all()] == [
        ("Well", "", 5, analyst), ("Less", "Rain", None, analyst),
    ]  # fmt: skip
    with pytest.raises(ValuesRefused):
        call("crm.plan.record_feedback", running, progress="Well", rating=6)


def test_asking_for_money_changes_the_budget_once(running, call):
    assert call("crm.plan.ask_supplement", running, more=False, amount=5) == {"supplement_asked": False}
    given = {"more": True, "amount": 500, "category": "print", "reason": "Posters"}
    assert call("crm.plan.ask_supplement", running, **given) == {"supplement_asked": True}
    assert (running.budget_total, running.lines.last().category) == (Decimal(10500), "print")
    assert [words["revision"] for _key, words in messages("plan.budget_changed")] == [2]
    assert call("crm.plan.ask_supplement", running, **given) == {"supplement_asked": False}
    assert running.budget_total == Decimal(10500)


def test_a_supplement_is_granted_or_the_old_budget_restored(running, call, units):
    call("crm.plan.ask_supplement", running, more=True, amount=500, category="print", reason="Posters")
    assert call("crm.plan.grant_supplement", running) == {"supplement": "granted", "budget_total": 10500}
    assert (running.approved_revision, BudgetReservation.objects.get().amount) == (2, Decimal(10500))
    with transaction.atomic():
        supplements.change_budget(running, lines("20000"), actor=None, reason="More")
    BranchBudget.objects.create(branch=units["HZ"], year=2026, amount=Decimal(15000))
    with pytest.raises(BpmnError) as error:
        call("crm.plan.grant_supplement", running)
    assert error.value.code == "BUDGET_EXHAUSTED"
    answer = call("crm.plan.restore_budget", running, decision_reason="Too dear")
    assert answer == {"supplement": "refused", "budget_total": 10500}
    assert (running.revision, running.approved_revision) == (4, 4)
    assert [line.amount for line in running.lines.all()] == [Decimal(6000), Decimal(4000), Decimal(500)]
    assert "supplement-refused" in acts(running)


def test_no_supplement_for_a_plan_that_does_not_run(plan, call):
    made = plan("approved")
    for type in ("crm.plan.grant_supplement", "crm.plan.restore_budget"):
        with pytest.raises(WrongState):
            call(type, made)


def test_finishing_ends_what_was_not_done(running, call):
    assert call("crm.plan.finish", running) == {"campaign_status": "done"}
    assert running.status == "completed"
    campaign = running.campaigns.get()
    assert {row.stage for row in campaign.activities.all()} == {"cancelled"}
    assert {row.status for row in campaign.members.all()} == {"cancelled"}


@pytest.mark.parametrize(("revenue", "roi"), [(0, None), (20000, 1.0)])
def test_the_effect_is_worked_out_and_put_on_file(running, call, revenue, roi):
    if roi is not None:
        running.costs.create(category="media", amount=Decimal(10000), booked_on=date(2026, 2, 3))
    call("crm.plan.finish", running)
    with pytest.raises(WrongState):
        call("crm.plan.archive", running)
    answer = call(
        "crm.plan.evaluate", running, revenue=revenue, lessons="Earlier", actual_leads=7,
        actuals=[{"metric": "visitors", "actual": 9}],
    )  # fmt: skip
    assert (answer["roi"], PlanEvaluation.objects.get().lessons) == (roi, "Earlier")
    assert {row["metric"]: row["actual"] for row in answer["kpis"]}["expected_leads"] == 7
    assert running.status == "completed"
    assert call("crm.plan.archive", running)["told"] == ["analyst", "marketing_manager", "director"]
    assert (running.status, BudgetReservation.objects.get().released_at is None) == ("evaluated", False)


@pytest.mark.parametrize(
    ("status", "how", "result"),
    [
        ("under_review", "rejected", "rejected"),
        ("under_review", "withdrawn", "withdrawn"),
        ("under_review", "expired", "expired"),
        ("approved", "withdrawn", "cancelled"),
        ("approved", "expired", "cancelled"),
        ("in_execution", "withdrawn", "cancelled"),
    ],
)
def test_a_plan_is_closed_by_what_became_of_it(plan, call, status, how, result):
    made = plan(status)
    answer = call("crm.plan.close", made, how=how, note="Rain")
    assert (answer["result"], made.closing_reason, made.closing_note) == (result, result, "Rain")
    assert answer["told"] == ["analyst", "marketing_manager", "director"]


def test_moments_of_a_plan(plan):
    made = plan()  # Monday 2 to Friday 27 February 2026
    assert functions.plan_start(made.pk).isoformat() == "2026-02-02T00:00:00+08:00"
    assert functions.plan_end(made.pk).isoformat() == "2026-02-28T00:00:00+08:00"
    assert functions.express_moment(made.pk).isoformat() == "2026-01-28T09:00:00+08:00"
    other = plan(starts_on=None, ends_on=None)
    assert [ask(other.pk) for ask in (functions.plan_start, functions.plan_end, functions.express_moment)] == [None] * 3


def test_what_changed_since_a_revision(plan):
    made = plan("under_review")
    with transaction.atomic():
        supplements.change_budget(made, lines("12000"), actor=None, reason="More")
    assert functions.plan_changes(made.pk, 2) == []
    fields = {row["field"]: row for row in functions.plan_changes(made.pk, 1)}
    assert set(fields) == {"budget_total", "lines"}
    assert (fields["budget_total"]["zh"], fields["budget_total"]["now"]) == ("预算", "12000.00")
    assert fields["lines"]["before"] == "media Posters 6000.00; media Posters 4000.00"


def test_every_kind_of_value_is_put_into_words(plan, call):
    made = plan("revision", segment={"levels": ["gold", "silver"]}, risks="")
    call("crm.plan.keep_draft", made, segment={}, risks="Rain", channels=["web"], uses_hq_brand=True)
    words = {row["field"]: (row["before"], row["now"]) for row in functions.plan_changes(made.pk, 1)}
    assert words == {
        "segment": ("levels: gold; silver", None),
        "risks": (None, "Rain"),
        "channels": ("email; phone", "web"),
        "uses_hq_brand": ("False", "True"),
    }


def test_choices_of_the_form(plan, alice, charlie):
    customer(alice, industry="Hotels", area="West lake")
    customer(charlie, "Elsewhere", industry="Ships")
    offered = functions.plan_choices(plan().pk)
    assert [row["value"] for row in offered["industries"]] == ["Hotels"]
    assert "alice" in {row["value"] for row in offered["staff"]}
    assert "charlie" not in {row["value"] for row in offered["staff"]}
    assert offered["branches"] == [{"label": "Shanghai 上海", "value": "SH"}]


def test_figures_so_far(running):
    running.costs.create(category="media", amount=Decimal(2500), booked_on=date(2026, 2, 3))
    found = functions.plan_figures(running.pk)
    assert (found["budget"], found["spent"], found["percent"], found["contacted"]) == (10000, 2500, 25, 0)
    assert found["channels"] == [{"name": "email", "contacted": 0, "responded": 0}]
