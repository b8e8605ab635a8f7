"""The dispatch process is live; orders are opened by the agent for a customer of alice's branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from config import clock as clocks
from crm_core.customers.models import Customer
from crm_core.dispatch.commands import create_work_order
from crm_core.dispatch.models import StockItem
from crm_core.service.commands import create_request
from crm_core.service.models import ServiceRequest, WorkOrder
from tests import crm
from tests.crm import deploy
from tests.support import running
from workflows import inputs, registry
from workflows.models import ProcessInstance
from workflows.steps import StepContext

WARRANTY = {"warranty_until": date(2030, 1, 1)}


@pytest.fixture(autouse=True)
def dispatch_process(db: Any, clock: Any, technician: Any, dispatcher: Any, service_manager: Any) -> None:
    """Deploys the process; the clock stands still, a technician, a dispatcher and a manager are there."""
    deploy("service-dispatch")


@pytest.fixture
def holder(alice) -> Customer:
    """A customer of Hangzhou."""
    return crm.customer(alice)


@pytest.fixture
def fault(agent, holder) -> ServiceRequest:
    """The customer reported a fault."""
    return create_request(actor=agent, kind="fault", subject="Boiler cold", customer_id=holder.pk)


@pytest.fixture
def open_order(agent, holder) -> Callable[..., WorkOrder]:
    """Opens a planned order under warranty unless told otherwise."""

    def run(origin: str = "planned", request: ServiceRequest | None = None, **values: Any) -> WorkOrder:
        return create_work_order(
            actor=agent, customer_id=holder.pk, subject="Boiler cold", origin=origin,
            request_id=request.pk if request else None, values=WARRANTY | values,
        )  # fmt: skip

    return run


@pytest.fixture
def order(open_order) -> WorkOrder:
    """A planned order that waits for the dispatcher."""
    return open_order()


@pytest.fixture
def seal(units) -> StockItem:
    """Three seals in the store of Hangzhou."""
    return StockItem.objects.create(
        org_unit=units["HZ"], code="SEAL-1", name="Seal", price=Decimal("12.50"), on_hand=Decimal(3)
    )


@pytest.fixture
def call(agent) -> Callable[..., dict[str, Any]]:
    """Calls a handler as the engine does: typed inputs in, plain variables out."""

    def run(type: str, about: WorkOrder, loop: int = 1, actor: Any = agent, **given: Any) -> dict[str, Any]:
        handler = registry.handler(type)
        assert handler is not None
        step = StepContext(
            instance_id=about.pk, process_key="service-dispatch", number=about.number, element=type, step="1",
            loop=loop, now=clocks.now(), actor=actor, record_kind="work_order", record_id=str(about.pk),
        )  # fmt: skip
        with transaction.atomic():
            answer: dict[str, Any] = inputs.plain(handler.function(step, **inputs.bind(handler, given)))
        about.refresh_from_db()
        return answer

    return run


def instance_of(order: WorkOrder) -> ProcessInstance:
    """The process of an order."""
    return ProcessInstance.objects.get(number=order.number, process_key="service-dispatch")


def on_the_way(order: WorkOrder, technician: Any) -> ProcessInstance:
    """Assigned and accepted: the technician is expected on site."""
    instance = instance_of(order)
    running.complete(instance, "assign", {"chosen": technician.username}, None)
    running.complete(instance, "technician-answer", {"answer": "accept"}, technician)
    running.settle()
    order.refresh_from_db()
    return instance


def report(instance: ProcessInstance, technician: Any, outcome: str = "done", **more: Any) -> None:
    """The technician reports a visit of an hour and a half."""
    given = {"outcome": outcome, "arrived_at": "2026-01-05T10:00:00+08:00", "cause": "Worn seal", "hours": 1.5}
    running.complete(instance, "on-site", given | more, technician)
    running.settle()


def window(days: int) -> tuple[Any, Any]:
    """Two hours so many days ahead."""
    begin = clocks.now() + timedelta(days=days)
    return begin, begin + timedelta(hours=2)
