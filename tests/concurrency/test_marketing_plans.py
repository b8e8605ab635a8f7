"""A plan withdrawn at the moment it is approved: one of the two comes first, no money and no campaign stays behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm_core.days import today_at
from crm_core.marketing.commands import create_plan, withdraw_plan
from crm_core.marketing.models import BudgetReservation, Campaign, MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from tasks_inbox.commands import complete_work_item
from tasks_inbox.exceptions import WorkItemEnded
from tasks_inbox.models import WorkItem
from tests.concurrency.conftest import race
from tests.crm import customer, deploy
from tests.support import running
from workflows import carrying
from workflows.exceptions import StepIsNotOpen
from workflows.models import Delivery, ProcessInstance

pytestmark = pytest.mark.django_db(transaction=True)
PASS = {"outcome": "pass", "score": {"fit": 4, "feasibility": 4, "cost": 3, "risk": 3}}


@pytest.fixture
def decided(cast: Any) -> Callable[[], tuple[MarketingPlan, WorkItem]]:
    """A plan that waits for its only approval."""
    deploy("marketing-plan-approval")

    def complete(plan: MarketingPlan, element: str, person: Any, **answers: Any) -> None:
        item = WorkItem.objects.get(record_id=str(plan.pk), element=element, status=WorkItem.Status.OPEN)
        complete_work_item(actor=person, work_item_id=item.pk, answers=answers)
        running.settle()

    def make() -> tuple[MarketingPlan, WorkItem]:
        analyst, manager = cast("analyst"), cast("marketing_manager")
        customer(cast("alice"))
        begin, end = (today_at(analyst.org_unit) + timedelta(days=days) for days in (60, 80))
        given = {"channels": ["email"], "starts_on": begin, "ends_on": end, "kind": "research"}
        plan = create_plan(
            actor=analyst, title="Survey", values=given | {"budget_total": Decimal(100)},
            lines=[NewBudgetLine("media", Decimal(100))],
        )  # fmt: skip
        draft = {"title": "Survey", "kind": "research", "channels": ["email"], "budget_total": 100}
        rows = [{"category": "media", "amount": 100}]
        days = {"starts_on": begin.isoformat(), "ends_on": end.isoformat()}
        complete(plan, "draft", analyst, **draft, **days, budget_lines=rows)
        complete(plan, "evaluate", manager, **PASS)
        return plan, WorkItem.objects.get(record_id=str(plan.pk), element="approve", status=WorkItem.Status.OPEN)

    return make


@pytest.mark.parametrize("_round", range(3))
def test_withdrawal_against_approval(decided, cast, _round):
    plan, item = decided()
    withdraw_plan(actor=cast("analyst"), plan_id=plan.pk, reason="Another idea")
    manager = cast("marketing_manager")
    message = Delivery.objects.get(name="plan.withdrawn", status=Delivery.Status.PENDING)
    approved, _carried = race(
        lambda: complete_work_item(actor=manager, work_item_id=item.pk, answers={"outcome": "approve"}),
        lambda: carrying.carry_out_delivery(message.pk),
    )
    running.settle()
    plan.refresh_from_db()
    assert plan.status == "cancelled"
    if isinstance(approved, Exception):
        assert isinstance(approved, WorkItemEnded | StepIsNotOpen)
        assert plan.closing_reason == "withdrawn"
        assert not Campaign.objects.exists()
    else:
        assert plan.closing_reason == "cancelled"
        assert Campaign.objects.get().status == "withdrawn"
    assert not BudgetReservation.objects.filter(released_at=None).exists()
    assert not WorkItem.objects.filter(status=WorkItem.Status.OPEN).exists()
    assert ProcessInstance.objects.get().status == "completed"
