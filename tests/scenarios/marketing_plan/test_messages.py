"""Money and policy that change while a plan is decided, approved or carried out: each message comes from a command."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_core.exceptions import WrongState
from crm_core.marketing.commands import book_cost, change_budget
from crm_core.marketing.models import BudgetReservation, Campaign
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.queries import possible_acts
from crm_core.marketing.rule_commands import publish_policy, set_branch_budget
from tasks_inbox.commands import complete_work_item
from tests.scenarios.marketing_plan.conftest import PASS, agree, reviewed, written
from tests.support import running


def rebudget(run, cast, amount):
    """The author gives the plan another budget."""
    lines = [NewBudgetLine("media", Decimal(amount))]
    change_budget(actor=cast("analyst"), plan_id=run.id, lines=lines, reason="Other prices")
    running.settle()


def restrict(cast, percent):
    """A policy that allows less."""
    publish_policy(actor=cast("hq_marketing"), max_concession_percent=Decimal(percent), contact_cap=3, contact_days=30)
    running.settle()


@pytest.fixture
def half_approved(planned, cast, marketing_manager):
    """The manager has approved, the director is asked."""
    run = planned("50000", concession_percent=Decimal(10))
    reviewed(run, cast)
    run.complete("approve", marketing_manager, outcome="approve")
    return run


@pytest.fixture
def started(planned, cast):
    """It runs, with all its money."""
    run = planned()
    reviewed(run, cast)
    agree(run)
    run.advance_to(date(2026, 2, 2))
    return run


def test_a_smaller_budget_keeps_what_was_approved(half_approved, cast, director):
    rebudget(half_approved, cast, 40000)
    assert half_approved.waiting == ["approve"]
    assert half_approved.item("approve").assignee == director
    assert half_approved.variables["budget_total"] == 40000


def test_a_larger_budget_begins_again(half_approved, cast, marketing_manager):
    rebudget(half_approved, cast, 60000)
    assert half_approved.waiting == ["evaluate"]
    half_approved.complete("evaluate", marketing_manager, **PASS)
    half_approved.pass_days(7)
    assert agree(half_approved) == ["marketing_manager", "director", "finance"]
    assert half_approved.plan.approved_revision == half_approved.plan.revision


def test_who_decides_about_an_older_revision_is_asked_again(half_approved, cast, director):
    lines = [NewBudgetLine("media", Decimal(40000))]
    change_budget(actor=cast("analyst"), plan_id=half_approved.id, lines=lines, reason="Cheaper")  # not settled yet
    half_approved.complete("approve", director, outcome="approve")
    assert half_approved.waiting == ["approve"]
    assert half_approved.item("approve").assignee == director
    assert half_approved.variables["revision"] == half_approved.plan.revision


def test_nobody_approves_what_was_not_checked_while_its_message_is_on_its_way(half_approved, cast, director):
    lines = [NewBudgetLine("media", Decimal(40000))]
    change_budget(actor=cast("analyst"), plan_id=half_approved.id, lines=lines, reason="Cheaper")
    for _again in range(3):  # as quick as can be: the message has not arrived
        complete_work_item(
            actor=director, work_item_id=half_approved.item("approve").pk, answers={"outcome": "approve"}
        )
    assert half_approved.item("approve").assignee == director
    running.settle()
    assert agree(half_approved) == ["director", "finance"]
    assert half_approved.plan.approved_revision == half_approved.plan.revision


def test_a_policy_that_matters_begins_again_with_a_longer_route(half_approved, cast, marketing_manager):
    restrict(cast, 5)
    assert half_approved.waiting == ["evaluate"]
    half_approved.complete("evaluate", marketing_manager, **PASS)
    half_approved.pass_days(7)
    assert agree(half_approved) == ["marketing_manager", "director", "finance", "hq_marketing", "ceo"]


def test_a_policy_that_changes_nothing_for_it_does_not_disturb(half_approved, cast, director):
    item = half_approved.item("approve")
    restrict(cast, 12)
    assert half_approved.item("approve") == item


def test_an_approved_plan_is_checked_again(planned, cast):
    run = planned()
    reviewed(run, cast)
    agree(run)
    rebudget(run, cast, 7000)
    assert (run.plan.status, run.waiting) == ("approved", ["first-day"])
    assert (run.plan.approved_revision, BudgetReservation.objects.get().amount) == (2, Decimal(7000))
    rebudget(run, cast, 30000)
    assert (run.plan.status, run.waiting) == ("under_review", ["evaluate"])
    assert Campaign.objects.count() == 1


def test_what_the_director_approved_alone_holds_for_a_smaller_budget(planned, cast, director, analyst):
    run = planned("200000")
    run.complete("draft", analyst, **written(run.plan))
    run.advance_to(date(2026, 1, 29))
    run.complete("decide-express", director, outcome="approve", decision_reason="The fair will not wait")
    rebudget(run, cast, 150000)
    assert (run.plan.status, run.waiting, run.plan.approved_revision) == ("approved", ["first-day"], 2)
    rebudget(run, cast, 250000)
    assert run.waiting == ["decide-express", "evaluate"]


def test_an_approved_plan_with_too_little_money_goes_back(planned, cast, units, finance):
    run = planned()
    reviewed(run, cast)
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(5000))
    running.settle()
    run.complete("evaluate", cast("marketing_manager"), **PASS)
    run.pass_days(7)
    agree(run)
    assert (run.plan.status, run.waiting) == ("revision", ["draft"])
    assert run.variables["short_of_money"], "the form says so, in the reader's language"
    lines = [{"category": "media", "description": "", "amount": 4000}]
    run.complete("draft", cast("analyst"), **written(run.plan, budget_total=4000, budget_lines=lines))
    assert not run.variables["short_of_money"]
    run.complete("evaluate", cast("marketing_manager"), **PASS)
    run.pass_days(7)
    assert agree(run) == ["marketing_manager"]
    assert BudgetReservation.objects.get().amount == Decimal(4000)


def test_costs_ask_whether_more_is_needed_and_more_is_approved(started, cast, analyst, marketing_manager):
    book_cost(actor=analyst, plan_id=started.id, category="media", amount=Decimal(6399))
    running.settle()
    assert "ask-supplement" not in started.waiting
    book_cost(actor=analyst, plan_id=started.id, category="media", amount=Decimal(1))
    running.settle()
    assert started.item("ask-supplement").assignee == analyst
    started.complete("ask-supplement", analyst, more=True, amount=1500, category="print", reason="Flyers")
    assert started.item("approve-supplement").assignee == marketing_manager
    assert "change-budget" not in possible_acts(analyst, started.plan)
    with pytest.raises(WrongState):
        rebudget(started, cast, 1)
    started.complete("approve-supplement", marketing_manager, outcome="approve")
    assert (started.plan.budget_total, BudgetReservation.objects.get().amount) == (Decimal(9500), Decimal(9500))
    assert started.waiting == ["last-day"]
    book_cost(actor=analyst, plan_id=started.id, category="media", amount=Decimal(3100))
    running.settle()
    assert started.variables["percent"] == 100
    started.complete("ask-supplement", analyst, more=False)
    assert started.waiting == ["last-day"]


def test_a_refused_budget_is_restored(started, cast, marketing_manager):
    rebudget(started, cast, 9000)
    started.complete("approve-supplement", marketing_manager, outcome="reject", decision_reason="Enough")
    plan = started.plan
    assert (plan.budget_total, plan.approved_revision, plan.revision) == (Decimal(8000), 3, 3)
    assert started.waiting == ["last-day"]


def test_a_smaller_budget_of_a_running_plan_needs_nobody(started, cast):
    rebudget(started, cast, 5000)
    assert started.waiting == ["last-day"]
    assert BudgetReservation.objects.get().amount == Decimal(5000)
