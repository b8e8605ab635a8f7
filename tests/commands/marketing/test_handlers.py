"""Each handler of a plan that is written and decided: its input changes its answer and what it stores."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import RoleAssignment
from crm_core.exceptions import RecordHasChanged, WrongState
from crm_core.marketing import supplements
from crm_core.marketing.models import BranchBudget, BudgetReservation, PlanRevision
from tests.commands.marketing.conftest import acts, lines
from tests.crm import customer
from workflows.registry import BpmnError

pytestmark = pytest.mark.django_db
SCORE = {"fit": 4, "feasibility": 3, "cost": 2, "risk": 1}
FINANCE = {"name": "finance", "group": "finance@HZ", "en": "Finance", "zh": "财务"}


@pytest.fixture
def reader(alice):
    """Somebody to turn to."""
    return customer(alice)


def said(plan, key="director@HZ-MKT", outcome="approve", revision=1, budget="10000.00", findings=(), person="director"):
    """A decision as the process carries it."""
    return {
        "key": key, "person": person, "outcome": outcome, "comment": "", "revision": revision, "budget": budget,
        "findings": list(findings),
    }  # fmt: skip


def rebudget(plan, *amounts):
    """Another budget as its next revision."""
    with transaction.atomic():
        supplements.change_budget(plan, lines(*amounts), actor=plan.owner, reason="Other money")
    plan.refresh_from_db()


def test_opening_tells_the_process_about_its_plan(plan, call, reader, sh_director):
    made = plan(branches=["SH"], has_prize_draw=True)
    answer = call("crm.plan.open", made)
    assert {name: answer[name] for name in ("number", "owner", "last_editor", "unit", "branch", "branches")} == {
        "number": made.number, "owner": "analyst", "last_editor": "analyst", "unit": "HZ-MKT", "branch": "HZ",
        "branches": ["SH"],
    }  # fmt: skip
    assert (answer["budget_total"], answer["people"], answer["has_prize_draw"]) == (10000, 1, True)
    assert [line["amount"] for line in answer["budget_lines"]] == [6000, 4000]
    assert (answer["verdict"], answer["decisions"], answer["seen"]) == ("approved", [], {})
    assert call("crm.plan.open", plan(title="Other"))["title"] == "Other"


def test_what_was_written_is_kept_and_a_new_round_begins(plan, call):
    made = plan("submitted")
    answer = call(
        "crm.plan.keep_draft", made, title="Autumn fair", kind="research", concession_percent=None, note="Later",
        segment={"levels": ["gold"], "tags": [], "key_accounts_only": False}, starts_on="2026-03-02",
        ends_on="2026-03-03", budget_total=50, budget_lines=[{"category": "print", "amount": 50}],
        activities=[{"name": "Stand", "place": "", "on": None, "staff": None}], unrelated="ignored",
    )  # fmt: skip
    assert (answer["refusals"], answer["revision"], answer["decisions"], answer["held"]) == ([], 2, [], [])
    assert (made.title, made.kind, made.segment, made.concession_percent) == (
        "Autumn fair", "research", {"levels": ["gold"]}, Decimal(0),
    )  # fmt: skip
    assert (made.activities, made.starts_on.isoformat()) == ([{"name": "Stand"}], "2026-03-02")
    assert [(line.category, line.amount) for line in made.lines.all()] == [("print", Decimal(50))]
    assert PlanRevision.objects.get(plan=made, number=2).note == "Later"


def test_what_cannot_be_kept_is_said_in_both_languages_and_changes_nothing(plan, call):
    made = plan()
    answer = call("crm.plan.keep_draft", made, title="Autumn fair", starts_on="2026-03-02", ends_on="2026-03-01")
    (refusal,) = answer["refusals"]
    assert refusal["en"] == "Ends: A plan does not end before it starts."
    assert refusal["zh"].startswith("结束日期：")  # noqa: RUF001
    assert (made.title, made.revision) == ("Spring fair", 1)
    (line,) = call("crm.plan.keep_draft", made, budget_lines=[{"category": "print", "amount": -1}])["refusals"]
    assert line["en"].startswith("Budget lines 1: ")


@pytest.mark.parametrize(
    ("before", "channels", "after"),
    [
        ("draft", ["email"], "submitted"),
        ("draft", [], "draft"),
        ("revision", ["email"], "submitted"),
        ("under_review", ["email"], "under_review"),
        ("under_review", [], "revision"),
        ("approved", ["email"], "under_review"),
    ],
)
def test_checking_submits_or_holds_up(plan, call, reader, before, channels, after):
    made = plan(before)
    type(made).objects.filter(pk=made.pk).update(channels=channels)
    made.refresh_from_db()
    answer = call("crm.plan.check", made)
    assert (answer["blocked"], made.status) == (not channels, after)
    assert [row["code"] for row in answer["findings"]] == ([] if channels else ["channels_missing"])
    assert made.revisions.get().findings["people"] == answer["people"]


def test_findings_are_in_both_languages(plan, call, reader):
    (finding,) = call("crm.plan.check", plan(concession_percent=Decimal(30)))["findings"]
    assert (finding["code"], finding["blocking"]) == ("concession_outside_policy", False)
    assert "30" in finding["en"]
    assert "让利" in finding["zh"]


def test_a_refused_draft_does_not_pass_the_checks(plan, call, reader):
    made = plan()
    assert call("crm.plan.check", made, refusals=[{"en": "No", "zh": "否"}])["blocked"] is True
    assert made.status == "draft"


def test_checking_a_running_plan_leaves_it_running(plan, call, reader):
    made = plan("in_execution")
    call("crm.plan.check", made)
    assert made.status == "in_execution"


def test_what_was_approved_holds_unless_it_gets_dearer_or_worse(plan, call, reader, director):
    made = plan("under_review")
    given = [
        said(made), said(made, "finance@HZ-MKT", budget="9999.99"), said(made, "evaluation", "pass"),
        said(made, "opinion:sales", "no-opinion", person=None), said(made, "hq-marketing@HZ-MKT", "reject"),
    ]  # fmt: skip
    conditions = [
        {"key": "director@HZ-MKT", "text": "a", "by": "director", "met": None},
        {"key": "finance@HZ-MKT", "text": "b", "by": "finance", "met": None},
        {"key": "finance@HZ-MKT", "text": "c", "by": "finance", "met": "done"},
    ]
    answer = call("crm.plan.check", made, decisions=given, conditions=conditions)
    assert answer["held"] == ["director@HZ-MKT", "evaluation", "opinion:sales"]
    assert (answer["deciders"], [row["text"] for row in answer["conditions"]]) == (["director"], ["a", "c"])
    rebudget(made, "9000")
    assert call("crm.plan.check", made, decisions=given[:1])["held"] == ["director@HZ-MKT"]
    rebudget(made, "10000.01")
    assert call("crm.plan.check", made, decisions=given[:1])["held"] == []


def test_a_new_finding_and_another_text_end_an_approval(plan, call, reader, units):
    made = plan("under_review")
    assert call("crm.plan.check", made, decisions=[said(made)])["held"] == ["director@HZ-MKT"]
    BranchBudget.objects.create(branch=units["HZ"], year=2026, amount=Decimal(5))
    assert call("crm.plan.check", made, decisions=[said(made)])["held"] == []
    seen = said(made, findings=["branch_budget_short"])
    assert call("crm.plan.check", made, decisions=[seen])["held"] == ["director@HZ-MKT"]
    call("crm.plan.keep_draft", made, title="Autumn fair")
    assert call("crm.plan.check", made, decisions=[seen])["held"] == []


@pytest.mark.parametrize(
    ("outcome", "verdict", "status"),
    [("pass", "approved", "under_review"), ("revise", "revise", "revision"), ("reject", "rejected", "submitted")],
)
def test_an_evaluation_is_kept(plan, call, marketing_manager, outcome, verdict, status):
    made = plan("submitted")
    answer = call(
        "crm.plan.record_evaluation", made, by=marketing_manager, outcome=outcome, score=SCORE, comment="Hm",
        seen_revision=1, seen_so_far={"x": 1},
    )  # fmt: skip
    assert (answer["verdict"], made.status) == (verdict, status)
    assert answer["evaluation"] == {"score": SCORE, "comment": "Hm", "person": "marketing_manager"}
    assert (answer["seen"], answer["decisions"][0]["key"]) == ({"x": 1, "evaluation": 1}, "evaluation")
    assert answer["decisions"][0]["budget"] == "10000.00"
    assert (answer["return_reason"], answer["rejection_reason"]) == (
        "Hm" if outcome == "revise" else None, "Hm" if outcome == "reject" else None,
    )  # fmt: skip
    assert f"evaluated-{outcome}" in acts(made)


def test_departments_are_asked_by_what_the_plan_is(plan, call, finance, manager, service_manager, quality):
    RoleAssignment.objects.create(user=quality, role_id="product-design", unit=quality.org_unit)

    def asked(made, **given):
        return {row["name"]: row["group"] for row in call("crm.plan.departments", made, **given)["departments"]}

    everybody = {
        "finance": "finance@HZ", "sales": "sales-manager@HZ", "service": "service-manager@HZ",
        "product-design": "product-design@HZ",
    }  # fmt: skip
    assert asked(plan()) == everybody
    assert asked(plan(kind="research")) == {name: everybody[name] for name in ("finance", "product-design")}
    assert asked(plan(amounts=("0",), kind="research")) == {"product-design": "product-design@HZ"}
    assert asked(plan(), held=["opinion:sales", "opinion:finance"]) == {
        name: everybody[name] for name in ("service", "product-design")
    }


def test_a_department_without_people_is_put_on_record(plan, call, finance, manager, service_manager):
    made = plan()
    answer = call("crm.plan.departments", made, opinions=[{"name": "old"}], held=["opinion:old"])
    assert [row["name"] for row in answer["departments"]] == ["finance", "sales", "service"]
    assert [row["name"] for row in answer["opinions"]] == ["old", "product-design"]
    assert "opinion-none" in acts(made)


def test_an_opinion_or_none_is_put_on_record(plan, call, finance):
    made = plan("under_review")
    given = call(
        "crm.plan.record_opinion", made, by=finance, department=FINANCE, opinion="Dear", seen_revision=1,
        opinions_so_far=[{"name": "sales"}],
    )  # fmt: skip
    assert given["opinions"][1] == {
        "name": "finance",
        "en": "Finance",
        "zh": "财务",
        "opinion": "Dear",
        "person": "finance",
    }
    assert (given["decisions"][0]["outcome"], given["seen"]) == ("opinion", {"opinion:finance": 1})
    none = call("crm.plan.record_opinion", made, by=finance, department=FINANCE)
    assert (none["opinions"][0]["opinion"], none["opinions"][0]["person"]) == (None, None)
    assert (none["decisions"][0]["outcome"], none["seen"]) == ("no-opinion", {})
    assert {"opinion-given", "opinion-none"} <= acts(made)


@pytest.mark.parametrize(
    ("outcome", "verdict", "status"),
    [
        ("approve", "approved", "under_review"),
        ("approve_with_conditions", "approved", "under_review"),
        ("return", "revise", "revision"),
        ("reject", "rejected", "under_review"),
    ],
)
def test_a_decision_is_kept(plan, call, director, outcome, verdict, status):
    made = plan("under_review")
    answer = call(
        "crm.plan.decide", made, by=director, outcome=outcome, role="director", place="HZ-MKT", comment="Well",
        seen_revision=1, new_conditions=[{"text": "Ask legal"}], conditions_so_far=[{"text": "old"}],
        so_far=[said(made, "finance@HZ-MKT", person="finance")],
    )  # fmt: skip
    assert (answer["verdict"], made.status, answer["stale"]) == (verdict, status, False)
    assert [row["key"] for row in answer["decisions"]] == ["finance@HZ-MKT", "director@HZ-MKT"]
    assert answer["deciders"] == ["finance", "director"] if verdict == "approved" else ["finance"]
    made_new = [{"key": "director@HZ-MKT", "text": "Ask legal", "by": "director", "met": None}]
    assert answer["conditions"][1:] == (made_new if outcome == "approve_with_conditions" else [])
    assert answer["seen"] == {"director@HZ-MKT": 1}
    assert f"decided-{outcome}".replace("_", "-") in acts(made)


def test_a_decision_about_an_older_revision_does_not_count(plan, call, director):
    made = plan("under_review")
    rebudget(made, "12000")
    answer = call(
        "crm.plan.decide", made, by=director, outcome="approve", role="director", place="HZ-MKT", seen_revision=1
    )
    assert (answer["stale"], answer["revision"], answer["budget_total"]) == (True, 2, 12000)
    assert "decisions" not in answer
    assert "decided-approve" not in acts(made)


def test_a_late_approval_is_told_to_author_manager_and_director(plan, call, marketing_manager, director):
    made = plan("under_review")
    assert call("crm.plan.warn_late", made)["told"] == ["analyst", "marketing_manager", "director"]
    assert "approval-late" in acts(made)


def test_the_director_alone(plan, call, director):
    made = plan("submitted")

    def decide(**given):
        answer = call(
            "crm.plan.decide_express", made, by=director, **{"outcome": "approve", "seen_revision": 1} | given
        )
        return answer["express"], answer["express_stale"]

    assert decide(outcome="decline") == (False, False)
    assert decide(seen_revision=2) == (False, True)
    assert decide(comment="Now") == (True, False)
    assert made.status == "under_review"
    assert {"express-declined", "express-approved"} <= acts(made)
    made = plan()
    assert decide() == (False, True)


def test_a_met_condition_is_ticked_off(plan, call):
    made = plan("approved")
    rows = [{"key": "a@HZ", "text": text, "by": "x", "met": None} for text in ("one", "two")]
    answer = call("crm.plan.meet_condition", made, condition=rows[1], how="Done", conditions_so_far=rows)
    assert [row["met"] for row in answer["conditions"]] == [None, "Done"]
    assert "condition-met" in acts(made)


def test_money_is_reserved_for_the_revision_that_was_decided_on(plan, call, units):
    made = plan("under_review")
    with pytest.raises(RecordHasChanged):
        call("crm.plan.reserve_budget", made, checked_revision=2)
    answer = call("crm.plan.reserve_budget", made, checked_revision=1)
    assert (answer, made.status) == ({"reserved": 10000, "approved_revision": 1}, "approved")
    assert call("crm.plan.release_budget", made) == {"released": 10000}
    assert call("crm.plan.release_budget", made) == {"released": 0}
    BranchBudget.objects.create(branch=units["HZ"], year=2026, amount=Decimal(5))
    short = plan("under_review")
    with pytest.raises(BpmnError) as error:
        call("crm.plan.reserve_budget", short, checked_revision=1)
    assert error.value.code == "BUDGET_EXHAUSTED"
    short.refresh_from_db()
    assert (short.status, BudgetReservation.objects.filter(plan=short).exists()) == ("under_review", False)


def test_a_plan_without_money_goes_back_to_its_author(plan, call, finance):
    made = plan("under_review")
    answer = call("crm.plan.send_back", made)
    assert (made.status, answer["told"], answer["short_of_money"]) == ("revision", ["analyst", "finance"], True)
    with pytest.raises(WrongState):
        call("crm.plan.send_back", plan("completed"))
