"""Booking what a plan spent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing.commands import book_cost, change_budget
from crm_core.marketing.models import BookedCost
from crm_core.marketing.queries import money
from tests.commands.marketing.conftest import lines, messages

pytestmark = pytest.mark.django_db


def book(actor, plan, amount, **values):
    return book_cost(actor=actor, plan_id=plan.pk, category="media", amount=Decimal(amount), **values)


def thresholds():
    return [words["threshold"] for _, words in messages("plan.budget_threshold")]


def test_it_works(plan, analyst):
    made = plan("in_execution")
    cost = book(analyst, made, "1234.56", reference=" INV-1 ", description="Posters")
    assert (cost.amount, cost.reference, cost.booked_on, cost.booked_by) == (
        Decimal("1234.56"), "INV-1", date(2026, 1, 5), analyst,
    )  # fmt: skip
    shown = money(made)
    assert (shown.total, shown.spent, shown.percent, shown.left) == (
        Decimal(10000), Decimal("1234.56"), 12, Decimal("8765.44"),
    )  # fmt: skip
    assert thresholds() == []


def test_the_process_is_told_at_80_and_at_100_percent_once_each(plan, finance):
    made = plan("approved")
    for amount, told in (("7999.99", []), ("0.01", [80]), ("1999.99", [80]), ("0.01", [80, 100]), ("500", [80, 100])):
        book(finance, made, amount)
        assert sorted(thresholds()) == told
    sent = {
        words["threshold"]: (key, words["percent"], words["spent"]) for key, words in messages("plan.budget_threshold")
    }
    assert sent == {80: (made.number, 80, "8000.00"), 100: (made.number, 100, "10000.00")}


def test_a_leap_over_both_tells_the_higher(plan, analyst):
    made = plan("approved")
    book(analyst, made, "12000")
    assert thresholds() == [100]


def test_a_larger_budget_is_told_of_again(plan, analyst):
    made = plan("approved")
    book(analyst, made, "10000")
    change_budget(actor=analyst, plan_id=made.pk, lines=lines("20000"), reason="More cities")
    book(analyst, made, "6000")
    assert sorted(thresholds()) == [80, 100]
    assert [words["percent"] for _, words in messages("plan.budget_threshold") if words["threshold"] == 80] == [80]


def test_any_cost_without_budget_is_over_it(plan, analyst):
    book(analyst, plan("approved", amounts=()), "0.01")
    assert thresholds() == [100]


def test_an_invoice_is_booked_once(plan, analyst):
    made = plan("approved")
    book(analyst, made, "1", reference="INV-1")
    book(analyst, made, "1")
    book(analyst, made, "1")
    with pytest.raises(ValuesRefused) as refused:
        book(analyst, made, "1", reference="INV-1")
    assert list(refused.value.errors) == ["reference"]
    assert BookedCost.objects.count() == 3


@pytest.mark.parametrize("values", [{"amount": "0"}, {"amount": "-5"}, {"amount": "0.001"}, {"category": "bribes"}])
def test_wrong_values_are_named(plan, analyst, values):
    made = plan("approved")
    given = {"category": "media", "amount": "5"} | values
    with pytest.raises(ValuesRefused) as refused:
        book_cost(actor=analyst, plan_id=made.pk, category=given["category"], amount=Decimal(given["amount"]))
    assert list(refused.value.errors) == list(values)
    assert not BookedCost.objects.exists()


@pytest.mark.parametrize("status", ["draft", "submitted", "under_review", "revision"])
def test_not_before_it_is_approved(plan, analyst, status):
    with pytest.raises(WrongState):
        book(analyst, plan(status), "5")


def test_who_only_reads_books_nothing(plan, cast):
    made = plan("approved")
    lawyer = cast("lawyer")
    with pytest.raises(NotPermitted):
        book(lawyer, made, "5")


def test_the_outsider_finds_nothing(plan, charlie):
    with pytest.raises(RecordNotFound):
        book(charlie, plan("approved"), "5")
