"""A marketing plan that runs: drafted by the analyst, decided by whoever it reaches, read where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.models import RoleAssignment, User
from accounts.queries import calendar_of, group_keys
from config.clock import DrivenClock
from crm_core.marketing.commands import create_plan
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import WorkItem
from tests.crm import customer, deploy
from tests.support import running
from workflows import operations
from workflows.models import ProcessInstance

START, END = date(2026, 2, 2), date(2026, 2, 27)
PASS = {"outcome": "pass", "score": {"fit": 4, "feasibility": 4, "cost": 3, "risk": 3}}
ENDS = {"approved-evaluated", "approved-cancelled", "rejected", "withdrawn", "expired"}


class RunningPlan:
    """One plan and its process."""

    def __init__(self, row: MarketingPlan, clock: DrivenClock) -> None:
        self.id = row.pk
        self.clock = clock
        running.settle()

    @property
    def plan(self) -> MarketingPlan:
        """The row as it is now."""
        return MarketingPlan.objects.select_related("org_unit", "owner").get(pk=self.id)

    @property
    def instance(self) -> ProcessInstance:
        """The process as it is now."""
        return ProcessInstance.objects.get(record_id=str(self.id), parent=None)

    @property
    def waiting(self) -> list[str]:
        """The user tasks and events it rests at."""
        return running.waiting_at(self.instance)

    @property
    def variables(self) -> dict[str, Any]:
        """The process variables."""
        return running.variables(self.instance)

    @property
    def ends(self) -> list[str]:
        """The end events of the process it has reached."""
        return sorted({element for element in running.events(self.instance) if element in ENDS})

    def item(self, element: str) -> WorkItem:
        """The open work item at an element, the first when there are several."""
        rows = WorkItem.objects.filter(instance=self.instance, element=element, status=WorkItem.Status.OPEN)
        found = rows.order_by("created_at", "step").first()
        assert found is not None, f"{element} is not open: {self.waiting}"
        return found

    def complete(self, element: str, person: User, /, **answers: Any) -> None:
        """Complete the open task at an element as the person does, and let everything settle."""
        complete_work_item(actor=person, work_item_id=self.item(element).pk, answers=answers)
        running.settle()

    def force(self, element: str, person: User, /, **answers: Any) -> None:
        """Complete the open step without asking whose task it is."""
        with transaction.atomic():
            family = operations.lock_family(self.instance.pk, actor=person)
            step = running.open_steps(self.instance)[element]
            operations.complete_step(family, instance_id=self.instance.pk, step=step, variables=answers)
        running.settle()

    def pass_days(self, days: float) -> None:
        """So many days go by on the clock, and what is due happens."""
        self.clock.advance(timedelta(days=days))
        running.settle()

    def advance_to(self, day: date) -> None:
        """It becomes one in the morning of a day where the plan's unit works."""
        self.clock.advance_to(datetime.combine(day, time(1), calendar_of(self.plan.org_unit).zone))
        running.settle()


@pytest.fixture
def planned(cast: Any, clock: DrivenClock) -> Callable[..., RunningPlan]:
    """Makes a running plan of the analyst that passes its checks; values replace what it says."""
    deploy("marketing-plan-approval")
    everybody = cast.whole()
    designer = everybody["quality"]
    RoleAssignment.objects.create(user=designer, role_id="product-design", unit=designer.org_unit)

    def make(amount: str = "8000", **values: Any) -> RunningPlan:
        given = {
            "channels": ["email"],
            "starts_on": START,
            "ends_on": END,
            "budget_total": Decimal(amount),
            "goals": [{"metric": "visitors", "target": 100}],
        }
        lines = [NewBudgetLine("media", Decimal(amount), "Posters")]
        row = create_plan(actor=cast("analyst"), title="Spring fair", values=given | values, lines=lines)
        return RunningPlan(row, clock)

    customer(cast("alice"))
    return make


def written(plan: MarketingPlan, **changed: Any) -> dict[str, Any]:
    """What the form of the draft sends back when somebody changes only this."""
    given = {
        "title": plan.title,
        "kind": plan.kind,
        "channels": plan.channels,
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else None,
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else None,
        "budget_total": float(plan.budget_total),
        "budget_lines": [
            {"category": row.category, "description": row.description, "amount": float(row.amount)}
            for row in plan.lines.all()
        ],
        "goals": plan.goals,
        "activities": plan.activities,
    }
    return given | changed


def reviewed(run: RunningPlan, cast: Any) -> None:
    """Drafted and passed by the manager, with a word from every department."""
    run.complete("draft", cast("analyst"), **written(run.plan))
    run.complete("evaluate", run.item("evaluate").assignee, **PASS)
    for name in ("finance", "manager", "service_manager", "quality"):
        advise(run, cast(name))


def advise(run: RunningPlan, person: User) -> None:
    """Somebody gives the opinion of their department."""
    rows = WorkItem.objects.filter(instance=run.instance, element="give-opinion", status=WorkItem.Status.OPEN)
    item = rows.get(candidates__group_key__in=group_keys(person))
    complete_work_item(actor=person, work_item_id=item.pk, answers={"opinion": f"{person.username} agrees"})
    running.settle()


def agree(run: RunningPlan) -> list[str]:
    """Everybody on the route approves; returns who was asked."""
    asked: list[str] = []
    while run.waiting == ["approve"]:
        person = run.item("approve").assignee
        assert person is not None
        asked.append(person.username)
        run.complete("approve", person, outcome="approve")
    return asked
