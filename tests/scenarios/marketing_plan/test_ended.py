"""Plans that end early: withdrawn, rejected, too late; what was approved is undone, newest first."""

from __future__ import annotations

from datetime import date

import pytest

from crm_core.history import RecordChange
from crm_core.marketing.commands import update_plan, withdraw_plan
from crm_core.marketing.models import BudgetReservation, Campaign, CampaignMember
from crm_core.marketing.operations import start_process
from notifications.models import Notification
from tasks_inbox.models import WorkItem
from tests.scenarios.marketing_plan.conftest import PASS, agree, reviewed, written
from tests.support import running
from workflows.models import ProcessInstance


def withdraw(run, analyst):
    withdraw_plan(actor=analyst, plan_id=run.id, reason="Another idea")
    running.settle()


def undone(run):
    """The compensations that ran, in their order."""
    handlers = {"withdraw-campaign", "release-budget"}
    return [element for element in running.events(run.instance, "completed") if element in handlers]


def assert_taken_back(run):
    assert (run.ends, run.plan.status, run.plan.closing_reason) == (["approved-cancelled"], "cancelled", "cancelled")
    assert undone(run) == ["withdraw-campaign", "release-budget"]
    assert Campaign.objects.get().status == "withdrawn"
    assert {row.status for row in CampaignMember.objects.all()} == {"cancelled"}
    assert BudgetReservation.objects.get().released_at is not None
    assert not WorkItem.objects.filter(status="open").exists()


@pytest.mark.parametrize("phase", ["draft", "evaluate", "give-opinion", "approve"])
def test_withdrawn_before_the_approval(planned, cast, analyst, marketing_manager, phase):
    run = planned()
    if phase != "draft":
        run.complete("draft", analyst, **written(run.plan))
    if phase in {"give-opinion", "approve"}:
        run.complete("evaluate", marketing_manager, **PASS)
    if phase == "approve":
        run.pass_days(4)
    assert phase in run.waiting
    withdraw(run, analyst)
    assert (run.ends, run.plan.status, run.plan.closing_reason) == (["withdrawn"], "cancelled", "withdrawn")
    assert run.plan.closing_note == "Another idea"
    assert undone(run) == []
    assert Notification.objects.filter(user=marketing_manager, template="plan-withdrawn").exists()


def test_withdrawn_between_approval_and_start(planned, cast, analyst):
    run = planned()
    reviewed(run, cast)
    agree(run)
    withdraw(run, analyst)
    assert_taken_back(run)


def test_withdrawn_while_running(planned, cast, analyst):
    run = planned(activities=[{"name": "Stand"}])
    reviewed(run, cast)
    agree(run)
    run.advance_to(date(2026, 2, 2))
    assert run.waiting == ["carry-out-activity"]
    withdraw(run, analyst)
    assert_taken_back(run)
    assert {row.stage for row in Campaign.objects.get().activities.all()} == {"cancelled"}


def test_conditions_nobody_met_until_the_last_day(planned, cast, marketing_manager):
    run = planned()
    reviewed(run, cast)
    conditions = [{"text": "Find a hall"}]
    run.complete("approve", marketing_manager, outcome="approve_with_conditions", new_conditions=conditions)
    run.advance_to(date(2026, 2, 27))
    assert run.waiting == ["meet-condition"]
    run.advance_to(date(2026, 2, 28))
    assert_taken_back(run)


def test_not_decided_until_the_last_day(planned, cast):
    run = planned()
    reviewed(run, cast)
    run.advance_to(date(2026, 2, 28))
    assert (run.ends, run.plan.status, run.plan.closing_reason) == (["expired"], "cancelled", "expired")


def test_other_days_move_the_end(planned, analyst):
    run = planned()
    later = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}
    update_plan(actor=analyst, plan_id=run.id, values=later)
    running.settle()
    assert run.variables["ends_on"] == "2026-03-31"
    run.advance_to(date(2026, 2, 28))
    assert "draft" in run.waiting
    run.advance_to(date(2026, 4, 1))
    assert run.ends == ["expired"]


def test_the_director_alone_when_the_start_is_near(planned, cast, director, marketing_manager, analyst):
    run = planned("200000")
    run.complete("draft", analyst, **written(run.plan))
    run.advance_to(date(2026, 1, 28))
    assert "decide-express" not in run.waiting
    run.pass_days(0.4)
    assert run.item("decide-express").assignee == director
    for person in (analyst, marketing_manager, director):
        assert Notification.objects.filter(user=person, template="plan-late").count() == 1
    run.complete("decide-express", director, outcome="approve", decision_reason="The fair will not wait")
    assert (run.plan.status, run.waiting) == ("approved", ["first-day"])
    assert RecordChange.objects.filter(record_id=run.id, act="express-approved", by=director).exists()
    assert run.variables["express"] is True


def test_a_declined_express_lane_leaves_the_route(planned, cast, director):
    run = planned()
    reviewed(run, cast)
    run.advance_to(date(2026, 1, 29))
    run.complete("decide-express", director, outcome="decline")
    assert run.waiting == ["approve"]
    agree(run)
    assert run.waiting == ["first-day"]


def test_the_offer_of_the_express_lane_ends_with_the_approval(planned, cast):
    run = planned()
    reviewed(run, cast)
    run.advance_to(date(2026, 1, 29))
    assert run.waiting == ["approve", "decide-express"]
    run.complete("approve", cast("marketing_manager"), outcome="approve")
    assert run.waiting == ["first-day"]


def test_a_plan_has_one_process(planned, analyst):
    run = planned()
    from django.db import transaction

    with transaction.atomic():
        start_process(run.plan, actor=analyst)
    assert ProcessInstance.objects.filter(record_id=str(run.id)).count() == 1


def test_a_plan_that_cannot_be_drafted_starts_nothing(planned, alice):
    from crm_core.exceptions import NotPermitted
    from crm_core.marketing.commands import create_plan

    with pytest.raises(NotPermitted):
        create_plan(actor=alice, title="Fair")
    assert not ProcessInstance.objects.exists()


def test_a_draft_that_cannot_be_kept_comes_back_with_the_reason(planned, analyst):
    run = planned()
    run.complete("draft", analyst, **written(run.plan, title="Autumn", starts_on="2026-03-02", ends_on="2026-03-01"))
    assert run.waiting == ["draft"]
    (refusal,) = run.variables["refusals"]
    assert "does not end before" in refusal["en"]
    assert (run.plan.title, run.variables["title"]) == ("Spring fair", "Autumn")
    run.complete("draft", analyst, **written(run.plan, title="Autumn", starts_on="2026-03-02", ends_on="2026-03-03"))
    assert (run.plan.title, run.waiting, run.variables["refusals"]) == ("Autumn", ["evaluate"], [])


def test_a_draft_with_a_blocking_finding_comes_back(planned, analyst):
    run = planned()
    run.complete("draft", analyst, **written(run.plan, channels=[]))
    assert (run.waiting, run.plan.status) == (["draft"], "draft")
    assert [row["code"] for row in run.variables["findings"]] == ["channels_missing"]
