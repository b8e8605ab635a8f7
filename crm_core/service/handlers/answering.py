"""The customer is answered and answers back; what was promised is paid."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_core.service import complaints
from crm_core.service.models import ServiceRequest
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.complaint.record_reply",
    label=_("Keep the reply to the customer"),
    parameters={"reply": _("Reply"), "reply_channel": _("How it was given")},
    results={"replied_at": _("When"), "is_paused": _("Whether the clock stands still")},
)
def record_reply(step: StepContext, *, reply: str, reply_channel: str | None = None) -> dict[str, Any]:
    """Keep the reply with the complaint and on the customer's timeline; the clock waits for the customer."""
    request = step.record(ServiceRequest)
    complaints.record_reply(request, reply, reply_channel or "", actor=step.actor)
    return {"replied_at": request.replied_at, "is_paused": request.is_paused}


@service_task(
    "crm.complaint.record_answer",
    label=_("Keep the customer's answer"),
    parameters={"answer": _("accepted, not_accepted or none")},
    results={"answer": _("The answer"), "returned_times": _("How often the customer was not satisfied")},
)
def record_answer(step: StepContext, *, answer: str) -> dict[str, Any]:
    """Keep whether the customer accepted the reply, refused it or said nothing; the clock runs again."""
    request = step.record(ServiceRequest)
    times = complaints.record_answer(request, answer, actor=step.actor)
    return {"answer": answer, "returned_times": times}


@service_task(
    "crm.complaint.record_payment",
    label=_("Keep that the refund was paid"),
    parameters={"payment_reference": _("Reference of the payment")},
    results={"paid_at": _("When it was paid")},
)
def record_payment(step: StepContext, *, payment_reference: str | None = None) -> dict[str, Any]:
    """Keep reference and moment of the payment, made by the gateway or by hand."""
    request = step.record(ServiceRequest)
    complaints.record_payment(request, payment_reference or "", actor=step.actor)
    return {"paid_at": request.compensation_paid_at}
