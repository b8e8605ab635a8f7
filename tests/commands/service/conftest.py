"""The complaint process is live, and there are people to answer for a request."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from config import clock as clocks
from crm_core.service.commands import create_request
from crm_core.service.models import ServiceRequest
from tests.crm import customer, deploy
from workflows import inputs, registry
from workflows.steps import StepContext


@pytest.fixture(autouse=True)
def complaint_process(db: Any, clock: Any) -> None:
    """Deploys the process; the clock stands still."""
    deploy("complaint-escalation")


@pytest.fixture
def asked(alice: User, agent: User) -> Any:
    """Makes a request of a customer of alice, taken in by the agent."""

    def make(kind: str = "inquiry", **fields: Any) -> ServiceRequest:
        of = fields.pop("of", None) or customer(alice, **fields.pop("customer", {}))
        subject = fields.pop("subject", "A question")
        return create_request(actor=agent, kind=kind, subject=subject, customer_id=of.pk, values=fields)

    return make


@pytest.fixture
def call(agent: User) -> Any:
    """Calls a handler as the engine does: typed inputs in, plain variables out."""

    def run(type: str, about: ServiceRequest, /, by: User | None = agent, attempt: int = 1, **given: Any) -> Any:
        handler = registry.handler(type)
        assert handler is not None
        step = StepContext(
            instance_id=about.pk, process_key="complaint-escalation", number=about.number, element=type, step="1",
            loop=1, now=clocks.now(), actor=by, record_kind="service_request", record_id=str(about.pk),
            attempt=attempt, attempts=3,
        )  # fmt: skip
        with transaction.atomic():
            answer = inputs.plain(handler.function(step, **inputs.bind(handler, given)))
        about.refresh_from_db()
        return answer

    return run
