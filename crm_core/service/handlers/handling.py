"""A complaint is handled: findings, proposal, compensation decided."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.service import complaints
from crm_core.service.models import CompensationKind, ServiceRequest
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.complaint.findings",
    label=_("Keep the findings"),
    parameters={
        "root_cause": _("Root cause"),
        "responsible_unit": _("Responsible unit"),
        "findings": _("Findings"),
    },
    results={"handler": _("Who handles it"), "responsible_unit": _("Responsible unit")},
)
def findings(
    step: StepContext,
    *,
    root_cause: str | None = None,
    responsible_unit: str | None = None,
    findings: str | None = None,
) -> dict[str, Any]:
    """Keep cause, responsible unit and findings; whoever investigated is the handler from now on."""
    request = step.record(ServiceRequest)
    complaints.record_findings(
        request,
        root_cause=root_cause or "",
        responsible_unit=responsible_unit or "",
        findings=findings or "",
        actor=step.actor,
    )
    unit = request.responsible_unit.code if request.responsible_unit else None
    return {"handler": _username(request), "responsible_unit": unit}


@service_task(
    "crm.complaint.propose",
    label=_("Keep the proposed solution"),
    parameters={
        "solution": _("Solution"),
        "compensation_kind": _("Compensation: none, refund, repair, apology or policy_change"),
        "compensation": _("Amount"),
        "commit_date": _("Promised for"),
    },
    results={
        "compensation_kind": _("Compensation"),
        "compensation": _("Amount; 0 where nothing is paid"),
        "proposer": _("Who proposed"),
        "deciders": _("Who decided in this round"),
    },
)
def propose(
    step: StepContext,
    *,
    solution: str,
    compensation_kind: str | None = None,
    compensation: Decimal | None = None,
    commit_date: date | None = None,
) -> dict[str, Any]:
    """Keep solution and compensation; only a refund carries an amount."""
    request = step.record(ServiceRequest)
    kind = compensation_kind or CompensationKind.NONE
    amount = compensation or Decimal(0)
    amount = amount if kind == CompensationKind.REFUND else min(amount, Decimal(0))
    complaints.propose(request, solution=solution, kind=kind, amount=amount, commit_on=commit_date, actor=step.actor)
    return {
        "compensation_kind": request.compensation_kind,
        "compensation": request.compensation,
        "proposer": step.actor.username if step.actor else _username(request),
        "deciders": [],
    }


@service_task(
    "crm.complaint.decide_compensation",
    label=_("Keep an approver's decision about the compensation"),
    parameters={
        "outcome": _("Decision: approve, change or reject"),
        "amount": _("Amount granted instead"),
        "comment": _("Comment"),
        "deciders": _("Who decided in this round"),
    },
    results={"compensation": _("Amount"), "deciders": _("Who decided in this round")},
)
def decide_compensation(
    step: StepContext,
    *,
    outcome: str,
    amount: Decimal | None = None,
    comment: str | None = None,
    deciders: list[str] | None = None,
) -> dict[str, Any]:
    """Keep who decided; with ``change`` the amount falls to what the approver grants, for those who follow too."""
    request = step.record(ServiceRequest)
    if outcome == "change" and amount is not None:
        granted = min(amount, request.compensation)
        complaints.change_compensation(request, granted, actor=step.actor, note=comment or "")
    name = [step.actor.username] if step.actor else []
    return {"compensation": request.compensation, "deciders": list(dict.fromkeys([*(deciders or []), *name]))}


@service_task(
    "crm.complaint.mediate",
    label=_("Keep the final decision"),
    parameters={
        "solution": _("Decision"),
        "compensation_kind": _("Compensation"),
        "compensation": _("Amount"),
        "external_channel": _("Outside body the customer turned to"),
    },
    results={
        "compensation_kind": _("Compensation"),
        "compensation": _("Amount"),
        "answer": _("How it stands with the customer: final"),
        "reply": _("What the customer is written"),
    },
)
def mediate(
    step: StepContext,
    *,
    solution: str,
    compensation_kind: str | None = None,
    compensation: Decimal | None = None,
    external_channel: str | None = None,
) -> dict[str, Any]:
    """Keep what the mediator decided in the end, and which outside body the customer turned to."""
    request = step.record(ServiceRequest)
    kind = compensation_kind or CompensationKind.NONE
    amount = compensation if kind == CompensationKind.REFUND and compensation else Decimal(0)
    complaints.propose(
        request, solution=solution, kind=kind, amount=amount, commit_on=None, actor=step.actor, act="mediated"
    )
    complaints.note_outside_body(request, external_channel or "", actor=step.actor)
    return {
        "compensation_kind": request.compensation_kind,
        "compensation": request.compensation,
        "answer": "final",
        "reply": request.resolution,
    }


def _username(request: ServiceRequest) -> str | None:
    return request.handler.username if request.handler else None
