"""A work order ends: cost, inspection by sampling, closing, and what else may come of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.dispatch import finishing, operations
from crm_core.dispatch.candidates import visits_of
from crm_core.service.models import WorkOrder
from workflows.registry import service_task
from workflows.steps import StepContext

RESULT = {"dispatch_result": _("How it ended")}


@service_task(
    "crm.work_order.cost",
    label=_("Work out what it cost"),
    results={
        "work_order_cost": _("Labour and parts"),
        "charged": _("Charged to the customer"),
        "sample": _("0 to 99, from the number"),
        "technician_visits": _("Which visit of the technician this is"),
    },
)
def cost(step: StepContext) -> dict[str, Any]:
    """Labour and parts by the rates go to the request; the customer pays them when the visit is paid."""
    order = step.record(WorkOrder)
    finishing.settle_cost(order, actor=step.actor)
    return {
        "work_order_cost": order.labour_cost + order.parts_cost,
        "charged": order.charged,
        "sample": finishing.sample(order),
        "technician_visits": visits_of(order.technician, but=[order]) + 1,
    }


@service_task(
    "crm.work_order.record_inspection",
    label=_("Keep the inspection"),
    parameters={"passed": _("Whether it passed"), "inspection_note": _("Note")},
    results={"inspection_passed": _("Whether it passed")},
)
def record_inspection(step: StepContext, *, passed: bool, inspection_note: str | None = None) -> dict[str, Any]:
    """Keep what the manager found in the sample."""
    order = step.record(WorkOrder)
    finishing.record_inspection(order, passed, inspection_note or "", actor=step.actor)
    return {"inspection_passed": order.inspection_passed}


@service_task(
    "crm.work_order.close",
    label=_("Close the work order"),
    parameters={"how": _("completed, completed-paid or solved-remotely"), "note": _("Note")},
    results=RESULT | {"return_visit": _("Number of the return visit")},
)
def close(step: StepContext, *, how: str, note: str | None = None) -> dict[str, Any]:
    """Close order and request; the customer is asked back in three working days."""
    visit = finishing.close(step.record(WorkOrder), how, actor=step.actor, note=note or "")
    return {"dispatch_result": how, "return_visit": visit.number if visit else None}


@service_task(
    "crm.work_order.cancel",
    label=_("End the work order undone"),
    parameters={
        "how": _("cancelled, refused-by-customer, cannot-repair or converted-to-complaint"),
        "note": _("Note"),
    },
    results=RESULT | {"freed": _("Who was freed")},
)
def cancel(step: StepContext, *, how: str, note: str | None = None) -> dict[str, Any]:
    """End the order; its slot and parts are free for others."""
    freed = operations.cancel(step.record(WorkOrder), how, actor=step.actor, note=note or "")
    return {"dispatch_result": how, "freed": freed}


@service_task(
    "crm.work_order.ask_for_replacement",
    label=_("Ask for a replacement"),
    results={"replacement": _("Number of the purchase request")},
)
def ask_for_replacement(step: StepContext) -> dict[str, Any]:
    """What cannot be repaired becomes a purchase request of the customer."""
    return {"replacement": finishing.ask_for_replacement(step.record(WorkOrder), actor=step.actor).number}


@service_task(
    "crm.work_order.complain",
    label=_("Turn it into a complaint"),
    parameters={"complaint_words": _("What the customer complains about")},
    results=RESULT | {"complaint": _("Number of the complaint")},
)
def complain(step: StepContext, *, complaint_words: str | None = None) -> dict[str, Any]:
    """End the order with a complaint, whose process starts by message; one that is open already goes on itself."""
    complaint = finishing.complain(step.record(WorkOrder), complaint_words or "", actor=step.actor)
    return {"complaint": complaint.number, "dispatch_result": finishing.CONVERTED}
