"""On site: what was found and used, parts that are missing, the customer's signature."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core import storing
from crm_core.dispatch import finishing, parts
from crm_core.service.models import WorkOrder
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.work_order.record_visit",
    label=_("Keep what the visit found"),
    parameters={
        "outcome": _("done, need_parts, second_visit, cannot_do or no_one_home"),
        "arrived_at": _("Arrived"),
        "cause": _("Cause"),
        "hours": _("Hours worked"),
        "parts_used": _("Parts used {part, quantity}"),
        "checks": _("Checklist"),
    },
    results={"visits_in_vain": _("How often nobody was home"), "outcome": _("Outcome")},
)
def record_visit(
    step: StepContext,
    *,
    outcome: str,
    arrived_at: datetime | None = None,
    cause: str | None = None,
    hours: Decimal | None = None,
    parts_used: list[dict[str, Any]] | None = None,
    checks: list[str] | None = None,
) -> dict[str, Any]:
    """Keep one visit; hours and parts add up over several."""
    order = step.record(WorkOrder)
    visit = finishing.Visit(
        outcome=outcome,
        arrived_at=arrived_at,
        cause=cause or "",
        hours=max(hours or Decimal(0), Decimal(0)),
        parts=parts.wanted(parts_used),
        checklist=list(checks or []),
    )
    finishing.record_visit(order, visit, actor=step.actor)
    return {"visits_in_vain": order.no_one_home, "outcome": outcome}


@service_task(
    "crm.work_order.ask_for_parts",
    label=_("Reserve or order the parts"),
    parameters={
        "parts_needed": _("Parts needed {part, quantity}"),
        "from_stock": _("Whether the store has them"),
        "expected_on": _("Expected on"),
    },
    results={"parts_status": _("reserved or ordered")},
)
def ask_for_parts(
    step: StepContext,
    *,
    parts_needed: list[dict[str, Any]] | None = None,
    from_stock: bool | None = None,
    expected_on: date | None = None,
) -> dict[str, Any]:
    """Take the parts from the branch's store; what it does not have is ordered, whatever the store said."""
    order = step.record(WorkOrder)
    request = parts.ask_for_parts(
        order,
        parts.wanted(parts_needed),
        from_stock=bool(from_stock),
        expected_on=expected_on,
        key=step.idempotency_key,
        actor=step.actor,
    )
    return {"parts_status": request.status}


@service_task(
    "crm.work_order.sign_off",
    label=_("Keep the customer’s signature"),
    parameters={"signed_by": _("Signed by"), "score": _("Score (1 to 5)")},
    results={"signed_at": _("When")},
)
def sign_off(step: StepContext, *, signed_by: str | None = None, score: int | None = None) -> dict[str, Any]:
    """Keep who signed and the score; the picture of the signature is attached to the work order."""
    order = step.record(WorkOrder)
    storing.change(order, {"signed_by": (signed_by or "")[:80], "score": score}, actor=step.actor, act="signed-off")
    return {"signed_at": step.now}
