"""A work order begins: opened or found, tried to be solved from afar, priced."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.queries import branch_of
from crm_core import storing
from crm_core.days import today_at
from crm_core.dispatch import operations
from crm_core.dispatch.candidates import group_of
from crm_core.exceptions import RecordNotFound
from crm_core.service.models import ServiceRequest, WorkOrder, WorkOrderOrigin
from crm_core.service.promises import tier_of
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.work_order.open",
    label=_("Open the work order"),
    parameters={
        "request_id": _("Service request; needed when another process calls"),
        "origin": _("fault, complaint, planned or booked"),
        "fault": _("What is wrong"),
        "skill": _("Skill needed"),
    },
    results={
        "work_order_id": _("Work order"),
        "number": _("Number of the work order"),
        "work_order_number": _("Number of the work order, for the calling process"),
        "request_id": _("Service request; null without one"),
        "customer_id": _("Customer"),
        "origin": _("Where it comes from"),
        "subject": _("Subject"),
        "branch": _("Branch"),
        "unit": _("Unit"),
        "tier": _("Customer tier"),
        "severity": _("Severity of the request"),
        "safety": _("Danger: gas, water_leak, no_power, lock_out, or empty"),
        "essential": _("Whether the customer cannot do without"),
        "misuse": _("Whether it was caused by misuse"),
        "in_warranty": _("Whether the warranty still runs"),
        "landlord_part": _("Whether the part is the landlord’s"),
        "contract_visits_left": _("Visits left in the contract"),
        "concession_percent": _("Approved concession in percent"),
        "agent": _("Who answers for the request"),
        "agent_group": _("Group of the agents"),
        "dispatcher_group": _("Group of the dispatchers"),
        "parts_group": _("Group of the store"),
        "manager_group": _("Group of the service managers"),
    },
)
def open_order(
    step: StepContext,
    *,
    request_id: UUID | None = None,
    origin: str | None = None,
    fault: str | None = None,
    skill: str | None = None,
) -> dict[str, Any]:
    """The work order the process is about; a calling process gets one of its own, however often this is repeated."""
    if step.record_kind == WorkOrder.record_kind:
        order = step.record(WorkOrder)
    else:
        request = (
            ServiceRequest.objects.select_for_update(of=("self",))
            .filter(pk__in=[request_id] if request_id else [])
            .first()
        )
        if request is None:
            raise RecordNotFound
        order = operations.order_for_call(
            request,
            key=f"{step.instance_id}",
            origin=origin or WorkOrderOrigin.COMPLAINT,
            fault=fault or "",
            skill=skill or "",
            actor=step.actor,
        )
        step.bind_record(order)
    return _facts(order)


@service_task(
    "crm.work_order.record_diagnosis",
    label=_("Keep the remote diagnosis"),
    parameters={
        "symptom": _("Symptom"),
        "steps_tried": _("Steps tried"),
        "article": _("Knowledge article used"),
        "misuse": _("Whether it was caused by misuse"),
        "safety": _("Danger: gas, water_leak, no_power, lock_out, or empty"),
        "essential": _("Whether the customer cannot do without"),
    },
    results={
        "misuse": _("Whether it was caused by misuse"),
        "safety": _("Danger"),
        "essential": _("Whether the customer cannot do without"),
    },
)
def record_diagnosis(
    step: StepContext,
    *,
    symptom: str,
    steps_tried: str | None = None,
    article: str | None = None,
    misuse: bool | None = None,
    safety: str | None = None,
    essential: bool | None = None,
) -> dict[str, Any]:
    """Keep what the agent found out from afar: it decides about priority and charge."""
    order = step.record(WorkOrder)
    values = {
        "description": symptom,
        "misuse": bool(misuse),
        "safety": safety or "",
        "essential": bool(essential),
    }
    note = " · ".join(part for part in (steps_tried, article) if part)
    storing.change(order, values, actor=step.actor, act="diagnosed", note=note)
    return {"misuse": order.misuse, "safety": order.safety, "essential": order.essential}


@service_task(
    "crm.work_order.price",
    label=_("Keep the charge and the estimate"),
    parameters={"charge": _("Result of the table warranty_charge")},
    results={
        "estimate": _("Estimate in money"),
        "contract_visits_left": _("Visits left in the contract"),
        "is_paid": _("Whether the customer pays"),
    },
)
def price(step: StepContext, *, charge: dict[str, Any]) -> dict[str, Any]:
    """Keep free or paid; a paid visit is estimated by the rates, a contract visit is counted down once."""
    order = step.record(WorkOrder)
    operations.set_charge(
        order,
        charge=str(charge["charge"]),
        percent_off=int(charge.get("percent_off") or 0),
        counted_down=bool(charge.get("count_down")),
        actor=step.actor,
    )
    return {
        "estimate": order.estimate,
        "contract_visits_left": order.contract_visits_left,
        "is_paid": order.charge == operations.PAID,
    }


def _facts(order: WorkOrder) -> dict[str, Any]:
    branch = branch_of(order.org_unit)
    request = order.request
    agent = request.handler if request else None
    is_covered = order.warranty_until is not None and order.warranty_until >= today_at(order.org_unit)
    return {
        "work_order_id": order.pk,
        "number": order.number,
        "work_order_number": order.number,
        "request_id": order.request_id,
        "customer_id": order.customer_id,
        "origin": order.origin,
        "subject": order.subject,
        "branch": branch.code if branch else order.org_unit.code,
        "unit": order.org_unit.code,
        "tier": tier_of(order.customer),
        "severity": request.severity if request else "normal",
        "safety": order.safety,
        "essential": order.essential,
        "misuse": order.misuse,
        "in_warranty": is_covered,
        "landlord_part": order.landlord_part,
        "contract_visits_left": order.contract_visits_left,
        "concession_percent": order.concession_percent,
        "agent": agent.username if agent else None,
        "agent_group": group_of("service-agent", order),
        "dispatcher_group": group_of("dispatcher", order),
        "parts_group": group_of("parts", order),
        "manager_group": group_of("service-manager", order),
    }
