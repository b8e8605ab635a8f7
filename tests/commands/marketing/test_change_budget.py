"""Giving a plan another budget, and a branch another sum for the year."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing import budget
from crm_core.marketing.commands import book_cost, change_budget
from crm_core.marketing.exceptions import BudgetExhausted
from crm_core.marketing.models import BudgetReservation
from crm_core.marketing.rule_commands import set_branch_budget
from tests.commands.marketing.conftest import lines, messages

pytestmark = pytest.mark.django_db


def test_the_process_is_told(plan, analyst):
    made = plan("under_review")
    changed = change_budget(actor=analyst, plan_id=made.pk, lines=lines("7000", "5000"), reason="A second hall")
    assert (changed.budget_total, changed.revision) == (Decimal(12000), 2)
    assert [row["field"] for row in changed.revisions.get(number=2).differences] == ["budget_total", "lines"]
    ((key, words),) = messages("plan.budget_changed")
    assert key == made.number
    assert (words["budget_before"], words["budget_total"], words["revision"]) == ("10000.00", "12000.00", 2)


def test_the_same_budget_tells_nobody(plan, analyst):
    same = change_budget(actor=analyst, plan_id=plan("approved").pk, lines=lines("6000", "4000"), reason="?")
    assert same.revision == 1
    assert messages("plan.budget_changed") == []


@pytest.mark.parametrize("status", ["draft", "revision", "completed"])
def test_not_in_other_states(plan, analyst, status):
    with pytest.raises(WrongState):
        change_budget(actor=analyst, plan_id=plan(status).pk, lines=lines("1"), reason="x")


def test_refusals(plan, analyst, finance, charlie):
    made = plan("approved")
    for person, values, refusal in (
        (analyst, {"reason": " "}, ValuesRefused),
        (analyst, {"lines": lines("-1")}, ValuesRefused),
        (analyst, {"seen_version": made.version - 1}, RecordHasChanged),
        (finance, {}, NotPermitted),
        (charlie, {}, RecordNotFound),
    ):
        with pytest.raises(refusal):
            change_budget(**{"actor": person, "plan_id": made.pk, "lines": lines("1"), "reason": "x"} | values)
    assert messages("plan.budget_changed") == []


def test_a_branch_budget_tells_the_plans_whose_money_is_there_or_gone(plan, units, finance, cast):
    small, large = plan("under_review", amounts=("1000",)), plan("under_review", amounts=("9000",))
    plan("draft", amounts=("9000",))
    plan("under_review", amounts=("9000",), actor=cast("hq_marketing"))
    set_branch_budget(actor=finance, branch=units["HZ"], year=2027, amount=Decimal(0))
    assert messages("plan.budget_changed") == []
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(5000))
    assert messages("plan.budget_changed") == [(large.number, {"branch_budget_short": True})]
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(500))
    told = [key for key, _ in messages("plan.budget_changed")]
    assert sorted(told) == sorted([small.number, large.number])
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(9000))
    assert messages("plan.budget_changed").count((large.number, {"branch_budget_short": False})) == 1


def test_who_may_set_it(units, finance, director, ceo, analyst, sh_director):
    for person in (finance, director, ceo):
        set_branch_budget(actor=person, branch=units["HZ"], year=2026, amount=Decimal(1))
    for person in (analyst, sh_director):
        with pytest.raises(NotPermitted):
            set_branch_budget(actor=person, branch=units["HZ"], year=2026, amount=Decimal(1))
    with pytest.raises(RecordNotFound):
        set_branch_budget(actor=director, branch=units["HZ-MKT"], year=2026, amount=Decimal(1))
    with pytest.raises(ValuesRefused):
        set_branch_budget(actor=director, branch=units["HZ"], year=2026, amount=Decimal(-1))


def test_money_is_held_as_far_as_it_goes(plan, units, finance, analyst):
    first, second = plan("approved", amounts=("6000",)), plan("approved", amounts=("5000",))
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(10000))
    with transaction.atomic():
        held = budget.reserve(first, actor=None)
        assert budget.reserve(first, actor=None) == held
        assert (held.amount, held.branch, held.year) == (Decimal(6000), units["HZ"], 2026)
        with pytest.raises(BudgetExhausted):
            budget.reserve(second, actor=None)
    book_cost(actor=analyst, plan_id=first.pk, category="media", amount=Decimal(1000))
    with transaction.atomic():
        assert budget.release(first, actor=None) == Decimal(5000)
        assert budget.release(first, actor=None) == 0
        assert budget.reserve(second, actor=None).amount == Decimal(5000)
    book_cost(actor=analyst, plan_id=first.pk, category="media", amount=Decimal(8000))
    money = budget.money_of(units["HZ"], 2026)
    assert money.taken == {first.pk: Decimal(9000), second.pk: Decimal(5000)}
    assert money.left_for(second) == Decimal(1000)


def test_a_raised_budget_is_held_anew(plan, analyst):
    made = plan("approved", amounts=("6000",))
    with transaction.atomic():
        budget.reserve(made, actor=None)
    made = change_budget(actor=analyst, plan_id=made.pk, lines=lines("7000"), reason="x")
    with transaction.atomic():
        budget.reserve(made, actor=None)
    assert BudgetReservation.objects.get(released_at=None).amount == Decimal(7000)


def test_only_approved_plans_hold_money(plan):
    made = plan("under_review")
    with pytest.raises(WrongState), transaction.atomic():
        budget.reserve(made, actor=None)
