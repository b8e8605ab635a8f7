"""Who is asked, in which order, and who is kept out: the route of a plan on rows."""

from __future__ import annotations

import pytest

from crm_core.marketing.commands import change_budget
from crm_core.marketing.models import PlanStatus
from crm_core.marketing.operations import NewBudgetLine
from tasks_inbox.exceptions import NotACandidate, NotYours
from tasks_inbox.models import WorkItem
from tests.factories import UserFactory
from tests.scenarios.marketing_plan.conftest import PASS, agree, reviewed, written
from tests.support import running
from workflows.models import Incident

NO = {"outcome": "reject", "decision_reason": "No"}


def test_the_director_of_each_branch_decides(planned, cast, analyst):
    run = planned(branches=["SH"])
    reviewed(run, cast)
    asked = []
    while run.waiting == ["approve"]:
        item = run.item("approve")
        person = item.assignee
        asked.append(person.username)
        run.complete("approve", person, outcome="approve")
    assert asked == ["marketing_manager", "director", "sh_director", "finance", "hq_marketing"]
    assert run.plan.status == PlanStatus.APPROVED


def test_up_to_top_management_and_legal(planned, cast):
    run = planned(uses_hq_brand=True, has_prize_draw=True)
    reviewed(run, cast)
    asked = agree(run)
    assert asked == ["marketing_manager", "director", "finance", "hq_marketing", "ceo", "lawyer"]
    assert not Incident.objects.exists()


def test_nobody_decides_about_their_own_change(planned, cast, director, marketing_manager):
    run = planned("15000")
    reviewed(run, cast)
    change_budget(
        actor=marketing_manager, plan_id=run.id, lines=[NewBudgetLine("media", 16000)], reason="A larger hall"
    )
    running.settle()
    assert run.item("evaluate").assignee == director  # the next head up: the manager made the last change
    run.complete("evaluate", director, **PASS)
    assert run.item("give-opinion")


@pytest.mark.parametrize("outsider", ["analyst", "bob", "finance"])
def test_others_cannot_decide(planned, cast, outsider):
    run = planned()
    reviewed(run, cast)
    with pytest.raises((NotACandidate, NotYours, Exception)) as refused:
        run.complete("approve", cast(outsider), outcome="approve")
    assert type(refused.value).__name__ in {"NotYours", "NotACandidate", "WorkItemUnknown"}
    assert run.waiting == ["approve"]


def test_silence_of_the_departments_is_put_on_record(planned, marketing_manager, analyst):
    run = planned()
    run.complete("draft", analyst, **written(run.plan))
    run.complete("evaluate", marketing_manager, **PASS)
    assert run.waiting == ["give-opinion"] * 4
    run.pass_days(4)
    assert run.waiting == ["approve"]
    assert {row["opinion"] for row in run.variables["opinions"]} == {None}


def test_conditions_become_tasks_before_the_start(planned, cast, analyst, marketing_manager):
    run = planned()
    reviewed(run, cast)
    run.complete(
        "approve", marketing_manager, outcome="approve_with_conditions",
        new_conditions=[{"text": "Ask legal"}, {"text": "Book the hall"}],
    )  # fmt: skip
    assert run.waiting == ["meet-condition", "meet-condition"]
    assert {item.assignee for item in WorkItem.objects.filter(element="meet-condition")} == {analyst}
    run.complete("meet-condition", analyst, how="Legal agrees")
    run.complete("meet-condition", analyst, how="Booked")
    assert run.waiting == ["first-day"]
    assert [row["met"] for row in run.variables["conditions"]] == ["Legal agrees", "Booked"]


def test_a_returned_plan_shows_what_is_different(planned, cast, analyst, marketing_manager, director):
    run = planned("15000")
    reviewed(run, cast)
    run.complete("approve", marketing_manager, outcome="approve")
    run.complete("approve", director, outcome="return", decision_reason="Half will do")
    assert (run.plan.status, run.item("revise").assignee) == ("revision", analyst)
    lines = [{"category": "media", "description": "Posters", "amount": 7000}]
    run.complete("revise", analyst, **written(run.plan, budget_total=7000, budget_lines=lines, note="Half"))
    variables = running_variables(run, "evaluate")
    assert {row["field"]: row["now"] for row in variables["changes"]}["budget_total"] == "7000.00"
    run.complete("evaluate", marketing_manager, **PASS)
    run.pass_days(4)
    assert {row["field"] for row in running_variables(run, "approve")["changes"]} == {"budget_total", "lines"}


def test_reject_and_return_need_a_reason(planned, cast, marketing_manager):
    from bpmn.forms import FormRefused

    run = planned()
    reviewed(run, cast)
    for outcome in ("return", "reject"):
        with pytest.raises(FormRefused) as refused:
            run.complete("approve", marketing_manager, outcome=outcome)
        assert list(refused.value.errors) == ["decision_reason"]
    run.complete("approve", marketing_manager, **NO)
    assert (run.ends, run.plan.status, run.plan.closing_note) == (["rejected"], "rejected", "No")


def test_a_substitute_of_the_author_does_not_decide(planned, cast, units, clock):
    from datetime import timedelta

    from accounts.commands import add_substitution

    run = planned()
    other = UserFactory(username="second_manager", org_unit=units["HZ-MKT"], roles=("marketing-manager",))
    analyst, manager = cast("analyst"), cast("marketing_manager")
    add_substitution(
        actor=analyst, substituted_id=analyst.public_id, substitute_id=manager.public_id,
        starts=clock.now(), ends=clock.now() + timedelta(days=30),
    )  # fmt: skip
    run.complete("draft", cast("analyst"), **written(run.plan))
    assert run.item("evaluate").assignee == other


def running_variables(run, element):
    """What the form of an open task sees."""
    from tasks_inbox.operations import step_variables

    return step_variables(run.item(element))
