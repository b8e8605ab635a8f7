"""A complaint comes in: register, promise, classify, route, assign."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import calendar_of
from crm_core.service import assigning, complaints, operations
from crm_core.service.models import ServiceQueue, ServiceRequest
from crm_core.service.promises import Promise, tier_of
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.complaint.register",
    label=_("Register the complaint"),
    results={
        "request_id": _("Service request"),
        "number": _("Number of the request"),
        "customer_id": _("Customer; null when nobody known complained"),
        "subject": _("Subject"),
        "channel": _("Channel"),
        "branch": _("Branch"),
        "unit": _("Unit"),
        "owner": _("Owner of the customer"),
        "tier": _("Customer tier"),
        "related": _("Numbers of open complaints of the customer with the same subject within 7 days"),
        "agent_group": _("Group of the agents who classify"),
        "quality_group": _("Group of the quality office"),
        "finance_group": _("Group of finance"),
        "office_group": _("Group of the customer office"),
    },
)
def register(step: StepContext) -> dict[str, Any]:
    """Look up what the process needs to know about the complaint it is about."""
    request = step.record(ServiceRequest)
    return {
        "request_id": request.pk,
        "number": request.number,
        "customer_id": request.customer_id,
        "subject": request.subject,
        "channel": request.channel,
        "branch": operations.branch_code(request),
        "unit": request.org_unit.code,
        "owner": request.owner.username if request.owner else None,
        "tier": tier_of(request.customer),
        "related": [other.number for other in operations.related_complaints(request)],
        "agent_group": assigning.group_at("service-agent", request),
        "quality_group": assigning.group_at("quality", request),
        "finance_group": assigning.group_at("finance", request),
        "office_group": assigning.group_at("customer-office", request),
    }


@service_task(
    "crm.complaint.promise",
    label=_("Set the promised times of a new complaint"),
    parameters={"sla": _("Result of the table complaint_sla"), "severity": _("Severity")},
    results={"answer_by": _("First response due, as text"), "first_due": _("First response due")},
)
def promise(step: StepContext, *, sla: dict[str, Any], severity: str) -> dict[str, Any]:
    """Set first response and resolution before anybody has classified the complaint."""
    request = step.record(ServiceRequest)
    operations.set_promise(request, severity, Promise.of_row(sla), actor=step.actor)
    due = request.first_response_due
    zone = calendar_of(request.org_unit).zone
    return {"first_due": due, "answer_by": due.astimezone(zone).strftime("%Y-%m-%d %H:%M") if due else None}


@service_task(
    "crm.complaint.classify",
    label=_("Keep the classification"),
    parameters={
        "category": _("Category"),
        "facts": _("Facts"),
        "demand": _("What the customer asks for"),
        "harm": _("Harm in money"),
        "flags": _("Flags: safety, legal, media, privacy"),
        "contract_no": _("Contract"),
        "person_complained_about": _("Person complained about"),
        "duplicate_of": _("Number of the complaint this one repeats"),
    },
    results={
        "harm": _("Harm in money"),
        "flags": _("Flags"),
        "complaints_90d": _("Complaints of the customer in 90 days, this one included"),
        "tier": _("Customer tier"),
    },
)
def classify(
    step: StepContext,
    *,
    category: str | None = None,
    facts: str | None = None,
    demand: str | None = None,
    harm: Decimal | None = None,
    flags: list[str] | None = None,
    contract_no: str | None = None,
    person_complained_about: str | None = None,
    duplicate_of: str | None = None,
) -> dict[str, Any]:
    """Keep what the agent found out; answers with the inputs of the severity table."""
    request = step.record(ServiceRequest)
    about = User.objects.filter(username=person_complained_about or "").first()
    values = {
        "category": category or "",
        "description": facts or request.description,
        "demand": demand or "",
        "harm": harm or Decimal(0),
        "flags": list(flags or []),
        "contract_no": contract_no or request.contract_no,
        "person_complained_about": about,
    }
    complaints.classify(request, values, actor=step.actor)
    if duplicate_of:
        complaints.link_duplicate(request, duplicate_of, actor=step.actor)
    return {
        "harm": request.harm,
        "flags": request.flags,
        "complaints_90d": operations.complaints_within(request),
        "tier": tier_of(request.customer),
    }


@service_task(
    "crm.complaint.route",
    label=_("Move the promised times and choose the group"),
    parameters={"severity": _("Severity"), "sla": _("Result of the table complaint_sla")},
    results={
        "handler_group": _("Group that handles it"),
        "escalation_level": _("Escalation level"),
        "told": _("Who is told at once"),
    },
)
def route(step: StepContext, *, severity: str, sla: dict[str, Any]) -> dict[str, Any]:
    """Move first response and resolution by the table and hand the complaint to its group's queue."""
    request = step.record(ServiceRequest)
    row = Promise.of_row(sla)
    operations.set_promise(request, severity, row, actor=step.actor, act="routed")
    queue = ServiceQueue.objects.get(pk=row.group)
    operations.give_to(request, None, queue=queue, actor=step.actor)
    return {
        "handler_group": assigning.group_at(queue.group_key, request),
        "escalation_level": request.escalation_level,
        "told": operations.people_to_tell(request, row.tell),
    }


@service_task(
    "crm.complaint.assign",
    label=_("Choose who handles the complaint"),
    parameters={"handler_group": _("Group that handles it")},
    results={"handler": _("Who handles it; null: the whole group may take it")},
)
def assign(step: StepContext, *, handler_group: str) -> dict[str, Any]:
    """The fittest of the group by skill, language and load; never the person complained about.

    A queue that people take from themselves names only somebody trained for the category. With nobody to name, as
    when all are at their capacity, the group takes it from the queue.
    """
    request = step.record(ServiceRequest)
    found = assigning.best_handler(request, handler_group)
    is_pushed = request.queue is None or request.queue.push
    if found is None or not (is_pushed or request.category in found.skills):
        return {"handler": None}
    operations.give_to(request, found, actor=step.actor)
    return {"handler": found.username}
