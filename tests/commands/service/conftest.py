"""The complaint process is live, and there are people to answer for a request."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from crm_core.service.commands import create_request
from crm_core.service.models import ServiceRequest
from tests.crm import customer, deploy


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
