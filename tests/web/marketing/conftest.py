"""Plans of every status, without their processes, and a browser without scripts for every person of the cast."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from crm_core.marketing import campaigns, operations
from crm_core.marketing.models import MarketingPlan, PlanStatus
from tests.commands.marketing.conftest import END, START, WAY, lines
from tests.web.crm.conftest import as_

__all__ = ["as_"]


@pytest.fixture(autouse=True)
def still(clock: Any) -> None:
    """The clock stands still."""


@pytest.fixture
def plan(analyst) -> Callable[..., MarketingPlan]:
    """Makes a plan of ``status``; other values replace what it says. Pages must show it with or without a process."""

    @transaction.atomic
    def make(status: str = PlanStatus.DRAFT, amounts: tuple[str, ...] = ("6000", "4000"), **values: Any) -> Any:
        given = {
            "title": "Spring fair",
            "channels": ["email", "phone"],
            "starts_on": START,
            "ends_on": END,
            "budget_total": sum((Decimal(amount) for amount in amounts), Decimal(0)),
        }
        made = MarketingPlan(owner=analyst, org_unit=analyst.org_unit, **given | values)
        operations.add_plan(made, lines(*amounts), actor=analyst)
        for step in WAY[status]:
            operations.move(made, step, actor=analyst)
            if step == PlanStatus.IN_EXECUTION:
                campaigns.start(made, actor=analyst)
            if step == PlanStatus.APPROVED:
                campaigns.publish(made, actor=analyst)
        return MarketingPlan.objects.get(pk=made.pk)

    return make
