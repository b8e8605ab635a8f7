"""Plans of every status, and customers they turn to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from config import clock as clocks
from crm_core.history import RecordChange
from crm_core.marketing import campaigns, operations
from crm_core.marketing.models import MarketingPlan, PlanStatus
from crm_core.marketing.operations import NewBudgetLine
from tests.crm import deploy
from workflows import inputs, registry
from workflows.models import Delivery
from workflows.steps import StepContext

START, END = date(2026, 2, 2), date(2026, 2, 27)
WAY = {
    "draft": (),
    "submitted": ("submitted",),
    "under_review": ("submitted", "under_review"),
    "revision": ("submitted", "revision"),
    "approved": ("submitted", "under_review", "approved"),
    "in_execution": ("submitted", "under_review", "approved", "in_execution"),
    "completed": ("submitted", "under_review", "approved", "in_execution", "completed"),
}


def lines(*amounts: str) -> list[NewBudgetLine]:
    """Budget lines of these amounts."""
    return [NewBudgetLine("media", Decimal(amount), "Posters") for amount in amounts]


def messages(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The messages of a name that were sent: correlation key and variables."""
    rows = Delivery.objects.filter(kind=Delivery.Kind.MESSAGE, name=name).order_by("correlation_key", "pk")
    return [(row.correlation_key, row.variables) for row in rows]


@pytest.fixture(autouse=True)
def still(db: Any, clock: Any) -> None:
    """The clock stands still, and the process of plans is live."""
    deploy("marketing-plan-approval")


@pytest.fixture
def plan(analyst) -> Callable[..., MarketingPlan]:
    """Makes a plan without process that passes its checks; ``status`` brings it there, values replace what it says."""

    def make(status: str = PlanStatus.DRAFT, amounts: tuple[str, ...] = ("6000", "4000"), **values: Any) -> Any:
        given = {
            "channels": ["email", "phone"],
            "starts_on": START,
            "ends_on": END,
            "budget_total": sum((Decimal(amount) for amount in amounts), Decimal(0)),
        }
        actor = values.pop("actor", analyst)
        made = MarketingPlan(owner=actor, org_unit=actor.org_unit, **({"title": "Spring fair"} | given | values))
        with transaction.atomic():
            operations.add_plan(made, lines(*amounts), actor=actor)
            for step in WAY[status]:
                operations.move(made, step, actor=actor)
                if step == PlanStatus.IN_EXECUTION:
                    campaigns.start(made, actor=actor)
                if step == PlanStatus.APPROVED:
                    campaigns.publish(made, actor=actor)
        return MarketingPlan.objects.get(pk=made.pk)

    return make


@pytest.fixture
def call(analyst: User) -> Callable[..., dict[str, Any]]:
    """Calls a handler as the engine does: typed inputs in, plain variables out."""

    def run(type: str, about: MarketingPlan, /, by: User | None = analyst, **given: Any) -> dict[str, Any]:
        handler = registry.handler(type)
        assert handler is not None
        step = StepContext(
            instance_id=about.pk, process_key="marketing-plan-approval", number=about.number, element=type, step="1",
            loop=1, now=clocks.now(), actor=by, record_kind="marketing_plan", record_id=str(about.pk),
        )  # fmt: skip
        with transaction.atomic():
            answer: dict[str, Any] = inputs.plain(handler.function(step, **inputs.bind(handler, given)))
        about.refresh_from_db()
        return answer

    return run


def acts(about: MarketingPlan) -> set[str]:
    """What is on record about a plan."""
    return set(RecordChange.objects.filter(record_id=about.pk).values_list("act", flat=True))
