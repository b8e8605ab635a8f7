"""Changing a plan that is being written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from crm_core.exceptions import NotPermitted, RecordHasChanged, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing import operations, revisions
from crm_core.marketing.commands import update_plan
from tests.commands.marketing.conftest import lines

pytestmark = pytest.mark.django_db


def test_what_differs_is_the_next_revision(plan, analyst):
    made = plan("revision")
    changed = update_plan(
        actor=analyst, plan_id=made.pk, values={"offer": "Two for one", "title": made.title}, note="As asked"
    )
    last = changed.revisions.get(number=2)
    assert (changed.revision, changed.offer, last.note) == (2, "Two for one", "As asked")
    assert [(row["field"], row["before"], row["now"]) for row in last.differences] == [("offer", "", "Two for one")]
    assert changed.revisions.get(number=1).snapshot["offer"] == ""


def test_new_lines_alone_are_a_revision(plan, analyst):
    made = update_plan(actor=analyst, plan_id=plan().pk, lines=lines("7000", "3000"))
    assert [line.amount for line in made.lines.all()] == [Decimal(7000), Decimal(3000)]
    assert [row["field"] for row in made.revisions.get(number=2).differences] == ["lines"]


def test_the_same_again_is_none(plan, analyst):
    made = plan()
    same = update_plan(
        actor=analyst, plan_id=made.pk, values={"budget_total": "10000.0", "starts_on": "2026-02-02"},
        lines=lines("6000", "4000.00"),
    )  # fmt: skip
    assert (same.revision, same.version, same.revisions.count()) == (1, made.version, 1)


def test_the_difference_since_what_somebody_saw(plan, analyst):
    made = plan()
    for offer in ("A gift", "Two gifts"):
        made = update_plan(actor=analyst, plan_id=made.pk, values={"offer": offer})
    made = update_plan(actor=analyst, plan_id=made.pk, values={"place": "Hall 3"})
    assert {row["field"]: (row["before"], row["now"]) for row in revisions.since(made, 1)} == {
        "offer": ("", "Two gifts"),
        "place": ("", "Hall 3"),
    }
    assert [row["field"] for row in revisions.since(made, 3)] == ["place"]
    assert revisions.since(made, 4) == revisions.since(made, 99) == []


@pytest.mark.parametrize("status", ["submitted", "under_review", "approved", "in_execution", "completed"])
def test_not_while_others_decide(plan, analyst, status):
    with pytest.raises(WrongState):
        update_plan(actor=analyst, plan_id=plan(status).pk, values={"offer": "x"})


def test_a_stale_editor_is_told(plan, analyst):
    made = plan()
    update_plan(actor=analyst, plan_id=made.pk, values={"offer": "x"}, seen_version=made.version)
    with pytest.raises(RecordHasChanged):
        update_plan(actor=analyst, plan_id=made.pk, values={"offer": "y"}, seen_version=made.version)


@pytest.mark.parametrize(
    "values",
    [{"segment": {"levels": ["bronze"]}}, {"budget_total": "much"}, {"ends_on": "2026-01-01"}, {"status": "x"}],
)
def test_wrong_values_change_nothing(plan, analyst, values):
    made = plan()
    with pytest.raises(ValuesRefused) as refused:
        update_plan(actor=analyst, plan_id=made.pk, values={"offer": "New", **values})
    assert list(refused.value.errors) == list(values)
    made.refresh_from_db()
    assert (made.offer, made.revisions.count()) == ("", 1)


def test_a_wrong_line_keeps_the_old_ones(plan, analyst):
    made = plan()
    with pytest.raises(ValuesRefused):
        update_plan(actor=analyst, plan_id=made.pk, lines=lines("1", "-1"))
    assert [line.amount for line in made.lines.all()] == [Decimal(6000), Decimal(4000)]


def test_finance_reads_only(plan, finance):
    with pytest.raises(NotPermitted):
        update_plan(actor=finance, plan_id=plan().pk, values={"offer": "x"})


def test_the_outsider_finds_nothing(plan, charlie, sh_director):
    made = plan()
    for person in (charlie, sh_director):
        with pytest.raises(RecordNotFound):
            update_plan(actor=person, plan_id=made.pk, values={"offer": "x"})


def test_approval_is_bound_to_the_revision_seen(plan, analyst, director):
    made = update_plan(actor=analyst, plan_id=plan("revision").pk, values={"offer": "x"})
    with transaction.atomic():
        operations.move(made, "under_review", actor=analyst)
        with pytest.raises(RecordHasChanged):
            operations.move(made, "approved", actor=director, seen_revision=1)
        operations.move(made, "approved", actor=director, seen_revision=2)
        with pytest.raises(WrongState):
            operations.move(made, "evaluated", actor=director)
    assert (made.status, made.approved_revision) == ("approved", 2)
