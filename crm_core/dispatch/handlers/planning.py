"""When and who: the window by the table, candidates in order, and technicians who accept or refuse."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import calendar_of
from crm_core.dispatch import candidates, operations
from crm_core.service.models import WorkOrder
from workflows.registry import service_task
from workflows.steps import StepContext

AUTO_TIERS = frozenset({"gold", "top"})
VISIT_RESULTS = {
    "technician": _("Who comes"),
    "technician_name": _("Name of who comes"),
    "visit_from": _("Visit from, as text"),
    "visit_to": _("Visit until, as text"),
}


@service_task(
    "crm.work_order.plan",
    label=_("Plan priority, window and crew"),
    parameters={"dispatch": _("Result of the table dispatch_rule")},
    results={
        "priority": _("Priority"),
        "crew": _("How many people"),
        "arrival_due": _("Arrival due"),
        "arrival_late": _("One and a half times the time to arrive"),
        "refusals": _("How many technicians refused"),
    },
)
def plan(step: StepContext, *, dispatch: dict[str, Any]) -> dict[str, Any]:
    """Keep what the table says; a window the customer booked is kept whatever the priority."""
    order = step.record(WorkOrder)
    rule = operations.Rule(
        priority=str(dispatch["priority"]),
        hours=Decimal(str(dispatch["hours"])),
        by_clock=bool(dispatch.get("by_clock")),
        crew=int(dispatch.get("crew") or 1),
    )
    operations.plan(order, rule, actor=step.actor)
    return {
        "priority": order.priority,
        "crew": order.crew,
        "arrival_due": order.arrival_due,
        "arrival_late": order.arrival_late,
        "refusals": order.refusals,
    }


@service_task(
    "crm.work_order.rank_candidates",
    label=_("Rank who could go"),
    parameters={"tier": _("Customer tier")},
    results={
        "candidates": _("Candidates, best first {person, name, en, zh, load}"),
        "suggested": _("The best of them; null without any"),
        "technicians": _("Everybody who may be sent {value, label}"),
        "auto_assign": _("Whether the best one is asked without a dispatcher"),
        "refusals": _("How many technicians refused"),
    },
)
def rank_candidates(step: StepContext, *, tier: str | None = None) -> dict[str, Any]:
    """Rank by skill, area, free shift, load and last visitor; gold and top customers need no dispatcher."""
    order = step.record(WorkOrder)
    rows = [candidate.row() for candidate in candidates.ranked(order)]
    return {
        "candidates": rows,
        "suggested": rows[0]["person"] if rows else None,
        "technicians": [
            {"value": person.username, "label": person.display_name} for person in candidates.technicians(order)
        ],
        "auto_assign": bool(rows) and tier in AUTO_TIERS,
        "refusals": order.refusals,
    }


@service_task(
    "crm.work_order.assign",
    label=_("Ask a technician"),
    parameters={"technician": _("Technician"), "reason": _("Why not the first of the list")},
    results={"technician": _("Technician")},
)
def assign(step: StepContext, *, technician: str, reason: str | None = None) -> dict[str, Any]:
    """Give the order to a technician, who has yet to accept it."""
    order = step.record(WorkOrder)
    return {"technician": operations.assign(order, technician, actor=step.actor, reason=reason or "").username}


@service_task("crm.work_order.accept", label=_("Keep that the technician comes"), results=VISIT_RESULTS)
def accept(step: StepContext) -> dict[str, Any]:
    """The technician accepted; answers with what the customer is told."""
    order = step.record(WorkOrder)
    operations.accept(order, actor=step.actor)
    return visit_words(order)


@service_task(
    "crm.work_order.refuse",
    label=_("Keep that the technician does not come"),
    parameters={"reason": _("Reason; empty when there was no answer in time")},
    results={"refusals": _("How many technicians refused")},
)
def refuse(step: StepContext, *, reason: str | None = None) -> dict[str, Any]:
    """The technician refused or did not answer in time, and is not asked again for this plan."""
    order = step.record(WorkOrder)
    return {"refusals": operations.refuse(order, reason or "", actor=step.actor)}


@service_task(
    "crm.work_order.free_technician",
    label=_("Free the technician who became unavailable"),
    parameters={"reason": _("Reason")},
    results={"freed": _("Who was freed")},
)
def free_technician(step: StepContext, *, reason: str | None = None) -> dict[str, Any]:
    """The technician cannot come after all; somebody else is to be asked."""
    return {"freed": operations.free_technician(step.record(WorkOrder), reason or "", actor=step.actor)}


@service_task(
    "crm.work_order.rebook",
    label=_("Keep the new booking"),
    parameters={"window_from": _("Visit from"), "window_to": _("Visit until")},
    results={"freed": _("Who was freed")},
)
def rebook(step: StepContext, *, window_from: datetime, window_to: datetime) -> dict[str, Any]:
    """The customer chose another window; whoever was asked before is free."""
    return {"freed": operations.book(step.record(WorkOrder), window_from, window_to, actor=step.actor)}


@service_task(
    "crm.work_order.plan_next_visit",
    label=_("Plan another visit"),
    parameters={"window_from": _("Visit from"), "window_to": _("Visit until")},
    results=VISIT_RESULTS,
)
def plan_next_visit(
    step: StepContext, *, window_from: datetime | None = None, window_to: datetime | None = None
) -> dict[str, Any]:
    """The same technician comes again: in the window agreed, else on the next working day."""
    order = step.record(WorkOrder)
    operations.plan_next_visit(order, window_from, window_to, actor=step.actor)
    return visit_words(order)


@service_task(
    "crm.work_order.check_arrival",
    label=_("Check whether somebody has arrived"),
    parameters={"stage": _("1: due, 2: much too late")},
    results={"is_late": _("Whether nobody is there although it is time")},
)
def check_arrival(step: StepContext, *, stage: int) -> dict[str, Any]:
    """Whether nobody is there yet; asked once per stage and plan, so that nobody is told twice."""
    return {"is_late": operations.note_late_arrival(step.record(WorkOrder), stage, actor=step.actor)}


def visit_words(order: WorkOrder) -> dict[str, Any]:
    """Who comes and when, in the words of the branch's clock."""
    zone = calendar_of(order.org_unit).zone
    moments = [moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else None
               for moment in (order.window_from, order.window_to)]  # fmt: skip
    technician = order.technician
    return {
        "technician": technician.username if technician else None,
        "technician_name": technician.display_name if technician else None,
        "visit_from": moments[0],
        "visit_to": moments[1],
    }
