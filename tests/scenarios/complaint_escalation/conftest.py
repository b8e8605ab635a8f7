"""A complaint that runs: start it, complete its tasks as people, let time pass, read where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from config.clock import DrivenClock
from crm_core.service.commands import create_request
from crm_core.service.models import ServiceRequest
from tests.crm import customer, deploy
from tests.support import running
from workflows import operations
from workflows.models import ProcessInstance

FACTS = {"facts": "Charged twice.", "category": "fee_settlement", "outcome": "complaint"}
FINDINGS = {"root_cause": "double booking", "findings": "The till booked twice.", "responsible_unit": "HZ-SERVICE"}
OFFER = {"solution": "We give it back.", "compensation_kind": "none"}
REPLY = {"reply": "We are sorry.", "reply_channel": "email"}


class RunningComplaint:
    """One complaint and its process."""

    def __init__(self, row: ServiceRequest, clock: DrivenClock) -> None:
        self.id = row.pk
        self.clock = clock
        running.settle()

    @property
    def request(self) -> ServiceRequest:
        """The row as it is now."""
        return ServiceRequest.objects.select_related("org_unit", "customer", "handler").get(pk=self.id)

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

    def complete(self, element: str, person: User, /, **answers: Any) -> None:
        """Complete the open task at an element and let everything settle."""
        with transaction.atomic():
            family = operations.lock_family(self.instance.pk, actor=person)
            step = running.open_steps(self.instance)[element]
            operations.complete_step(family, instance_id=self.instance.pk, step=step, variables=answers)
        running.settle()

    def pass_hours(self, hours: float) -> None:
        """So many business hours of the branch go by, and what is due happens."""
        from accounts.queries import calendar_of

        calendar = calendar_of(self.request.org_unit)
        self.clock.advance_to(calendar.add(self.clock.now(), hours) + timedelta(seconds=1))
        running.settle()

    def classify(self, agent: User, **more: Any) -> None:
        """Classify it as a complaint."""
        self.complete("classify", agent, **(FACTS | more))

    def handle(self, handler: User, offer: Mapping[str, Any] = OFFER, **findings: Any) -> None:
        """Investigate, propose and, where nobody has to approve, reply."""
        self.complete("investigate", handler, **(FINDINGS | findings))
        self.complete("propose", handler, **offer)
        if "reply" in self.waiting:
            self.complete("reply", handler, **REPLY)


ENDS = {
    "resolved-satisfied",
    "resolved-no-answer",
    "closed-final-decision",
    "withdrawn",
    "duplicate",
    "not-a-complaint",
}


@pytest.fixture
def complaint(cast: Any, clock: DrivenClock) -> Any:
    """Makes a running complaint of a customer of alice; ``complaint(level="platinum")``."""
    deploy("complaint-escalation", "customer-level-change")
    for name in ("alice", "agent", "handler", "senior", "quality", "finance", "customer_office", "lawyer"):
        cast(name)

    def make(**fields: Any) -> RunningComplaint:
        fields.setdefault("email", "mei@lanting.example")
        of = fields.pop("of", None) or customer(cast("alice"), **fields)
        row = create_request(actor=cast("agent"), kind="complaint", subject="Charged twice", customer_id=of.pk)
        return RunningComplaint(row, clock)

    return make
