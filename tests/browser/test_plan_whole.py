"""Everything the plan process holds ready for people is reached in a browser, in both languages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import RoleAssignment
from crm_core.marketing.commands import change_budget, create_plan
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from tests import crm
from tests.browser.offers import CHINESE, acts, offered
from tests.browser.office import Office
from tests.scenarios.marketing_plan.conftest import PASS, RunningPlan, agree, written

FOLDER = "marketing-plan-approval"
PAGE, RULES, BRANCH = "marketing/plans", "marketing/rules", "HZ"
BUTTONS = acts(PAGE, frozenset({"book-cost", "withdraw"})) | acts(RULES, frozenset({"policy", f"budgets/{BRANCH}"}))
PEOPLE = (
    "alice analyst marketing_manager director finance hq_marketing ceo lawyer quality manager service_manager agent"
)
SCORE = {"fit": 4, "feasibility": 4, "cost": 3, "risk": 3}
WORDS = {
    "en": {"fair": "Spring fair", "hall": "Hall three", "why": "We know more now."},
    CHINESE: {"fair": "春季展会", "hall": "三号馆", "why": "情况有了新的进展。"},
}


class Day:
    """One season of the marketing department."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.words = WORDS[office.language]
        for name in PEOPLE.split():
            office.person(name)
        designer = office.person("quality")
        RoleAssignment.objects.create(user=designer, role_id="product-design", unit=designer.org_unit)
        crm.customer(office.person("alice"), self.words["hall"])

    def days(self) -> tuple[Any, Any]:
        """The first and the last day of a plan made now."""
        begin = self.office.clock.now() + timedelta(days=28)
        return begin, begin + timedelta(days=25)

    def plan(self, amount: str = "8000", **values: Any) -> RunningPlan:
        """A plan that passes its checks, with a draft to hand in."""
        begin, end = self.days()
        given = {"channels": ["email"], "starts_on": begin.date(), "ends_on": end.date()}
        given |= {"budget_total": Decimal(amount), "goals": [{"metric": self.words["fair"], "target": 100}]}
        lines = [NewBudgetLine("media", Decimal(amount), self.words["hall"])]
        author = self.office.person("analyst")
        row = create_plan(actor=author, title=self.words["fair"], values=given | values, lines=lines)
        return RunningPlan(row, self.office.clock)

    def handed_in(self, amount: str = "8000", **values: Any) -> RunningPlan:
        """A plan that waits for its evaluation."""
        run = self.plan(amount, **values)
        run.complete("draft", self.office.person("analyst"), **written(run.plan))
        return run

    def reviewed(self, run: RunningPlan) -> None:
        """Drafted and passed by the manager; no department said anything in time."""
        run.complete("draft", self.office.person("analyst"), **written(run.plan))
        run.complete("evaluate", self.office.person("marketing_manager"), **PASS)
        self.office.pass_hours(25)

    def running(self, **values: Any) -> RunningPlan:
        """A plan that is carried out."""
        run = self.plan(**values)
        self.reviewed(run)
        agree(run)
        run.advance_to(run.plan.starts_on)
        return run

    def decide(self, run: RunningPlan, element: str, answers: Any, outcome: str, **more: Any) -> None:
        """Let whoever is asked decide in a browser."""
        person = run.item(element).assignee
        assert person is not None
        self.office.desk(person.username).complete(element, answers, outcome, run.plan.number, **more)


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_everything_is_reached(office_of, language):
    day = Day(office_of(FOLDER, language))
    whole_walk(day)
    refusals(day)
    express(day)
    while_it_runs(day)
    changes(day)
    day.office.close(offered(FOLDER) | BUTTONS)


def whole_walk(day: Day) -> None:
    """From the idea to the lessons: mended, revised, sent back, approved with a condition, carried out."""
    words, analyst, manager = day.words, day.office.desk("analyst"), day.office.desk("marketing_manager")
    analyst.go("/marketing/plans/new/")
    day.office.look(analyst.page, f"{PAGE}/new", "new plan")
    form = analyst.page.locator("#plan-form")
    analyst.enter(form, {"title": words["fair"]})
    analyst.submit(form)
    analyst.page.wait_for_url("**/marketing/plans/*-*/")
    run = RunningPlan(MarketingPlan.objects.get(), day.office.clock)
    begin, end = day.days()
    lists = {
        "goals": [{"metric": words["fair"], "target": 100}],
        "activities": [{"name": f"{words['hall']} {n}", "place": words["hall"], "on": begin} for n in (1, 2, 3)],
        "budget_lines": [{"category": "media", "description": words["hall"], "amount": 20000}],
    }
    said = {"opportunity_source": words["hall"], "offer": words["why"], "risks": words["why"], "place": words["hall"]}
    figures = {"budget_total": 20000, "expected_responses": 9, "expected_leads": 3, "expected_revenue": 90000}
    outside_policy = {"starts_on": begin, "ends_on": end, "concession_percent": 40}
    analyst.complete("draft", {**said, **figures, **lists, **outside_policy, "levels": ["standard"]})
    analyst.complete("draft", {"channels": ["email"]})
    manager.complete("evaluate", {**SCORE, "decision_reason": words["why"]}, "revise")
    upside_down = {"starts_on": end, "ends_on": begin}
    analyst.complete("revise", {"note": words["why"], "risks": words["fair"], **upside_down})
    analyst.complete("draft", {"starts_on": begin, "ends_on": end})
    manager.complete("evaluate", {**SCORE, "comment": words["why"]}, "pass")
    day.office.desk("finance").complete("give-opinion", {"opinion": words["why"]})
    day.office.pass_hours(25)
    day.decide(run, "approve", {"decision_reason": words["why"]}, "return")
    analyst.complete("revise", {"note": words["why"], "place": words["fair"]})
    manager.complete("evaluate", SCORE, "pass")
    day.office.desk("finance").complete("give-opinion", {"opinion": words["fair"]})
    day.office.pass_hours(25)
    condition = {"new_conditions": [{"text": words["why"]}], "comment": words["why"]}
    day.decide(run, "approve", condition, "approve_with_conditions")
    day.decide(run, "approve", {}, "approve")
    while "approve" in run.waiting:
        day.decide(run, "approve", {}, "approve", where="approvals")
    analyst.complete("meet-condition", {"how": words["why"]})
    run.advance_to(run.plan.starts_on)
    for stage in ("in_progress", "done", "cancelled"):
        result = {"result": words["why"]}
        analyst.complete("carry-out-activity", {"stage": stage, "place": words["hall"], **result})
    run.pass_days(7.1)
    analyst.complete("give-feedback", {"progress": words["why"], "problems": words["why"], "rating": 4})
    run.advance_to(run.plan.ends_on + timedelta(days=1))
    effect = {"actual_leads": 3, "revenue": 90000, "actuals": [{"actual": 90}], "lessons": words["why"]}
    analyst.complete("evaluate-effect", effect)
    assert run.ends == ["approved-evaluated"]


def refusals(day: Day) -> None:
    """Not worth it, not now; and what an earlier plan taught is there to read."""
    why = {"decision_reason": day.words["why"]}
    run = day.plan()
    day.office.desk("analyst").complete("draft", {}, number=run.plan.number)
    day.decide(run, "evaluate", {**SCORE, **why}, "revise")
    day.office.desk("analyst").complete("revise", {}, number=run.plan.number)
    day.decide(run, "evaluate", {**SCORE, **why}, "reject")
    other = day.plan()
    day.reviewed(other)
    lines = [NewBudgetLine("media", Decimal(7000))]
    author = day.office.person("analyst")
    change_budget(actor=author, plan_id=other.id, lines=lines, reason=day.words["why"])  # while it is decided
    day.office.is_idle = True  # the message about the budget is still on its way
    day.decide(other, "approve", {}, "approve")
    day.office.is_idle = False
    day.decide(other, "approve", why, "reject")  # of what nobody has checked yet: asked again
    day.decide(other, "approve", why, "reject")
    assert (run.ends, other.ends) == (["rejected"], ["rejected"])


def express(day: Day) -> None:
    """The start is near: one plan is not ready, another one is approved by the director alone."""
    late, ready = day.plan(), day.plan("200000", concession_percent=Decimal(40))
    ready.complete("draft", day.office.person("analyst"), **written(ready.plan, concession_percent=40))
    ready.complete("evaluate", day.office.person("marketing_manager"), **PASS)
    day.office.pass_hours(25)
    start = late.plan.starts_on
    late.advance_to(start - timedelta(days=2))
    day.decide(late, "decide-express", {}, "decline")
    day.decide(ready, "decide-express", {"decision_reason": day.words["why"]}, "approve")
    assert ready.plan.status == "approved"


def while_it_runs(day: Day) -> None:
    """Most of the money is spent: more is asked for and granted, then refused."""
    run, words = day.running(concession_percent=Decimal(40)), day.words
    analyst = day.office.desk("analyst")
    path = f"/marketing/plans/{run.id}/"
    analyst.do(path, "book-cost", PAGE, category="media", amount="6500")
    more = {"more": True, "amount": 900, "category": "media", "reason": words["why"]}
    analyst.complete("ask-supplement", more, number=run.plan.number)
    while "approve-supplement" in run.waiting:
        day.decide(run, "approve-supplement", {"comment": words["why"]}, "approve")
    analyst.go(f"{path}budget/")
    form = analyst.page.locator("main form")
    analyst.enter(form, {"lines-0-amount": "9900", "reason": words["why"]})
    analyst.submit(form)
    day.decide(run, "approve-supplement", {"decision_reason": words["why"]}, "reject")
    analyst.do(path, "withdraw", PAGE, reason=words["why"])
    assert run.ends == ["approved-cancelled"]


def changes(day: Day) -> None:
    """A new policy reaches every plan that is being decided."""
    day.handed_in(concession_percent=Decimal(10))
    tighter = {"max_concession_percent": "5", "contact_cap": "3", "contact_days": "30"}
    day.office.desk("hq_marketing").do("/marketing/rules/", "policy", RULES, **tighter)
    short_of_money(day)


def short_of_money(day: Day) -> None:
    """The branch cannot pay for what was approved: the plan is drafted again, and its author reads why."""
    run = day.plan()
    day.reviewed(run)
    money = {"year": str(run.plan.starts_on.year), "amount": "5000"}
    day.office.desk("finance").do("/marketing/rules/", f"budgets/{BRANCH}", RULES, **money)
    run.complete("evaluate", day.office.person("marketing_manager"), **PASS)
    day.office.pass_hours(25)
    agree(run)
    assert run.waiting == ["draft"]
    day.office.desk("analyst").complete("draft", {}, number=run.plan.number)
