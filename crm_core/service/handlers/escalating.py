"""A request comes late: who is told, the level it reaches, and what they decide."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm_core.exceptions import WrongState
from crm_core.service import assigning, operations
from crm_core.service.models import ServiceRequest
from workflows.registry import service_task
from workflows.steps import StepContext

WHOM: dict[int, tuple[str, ...]] = {
    80: ("handler", "manager"),
    100: ("handler", "manager"),
    150: ("manager", "director"),
    200: ("director",),
}
FLOOR = {100: 1, 150: 2, 200: 3}


@service_task(
    "crm.request.escalate",
    label=_("Raise the escalation level of a late request"),
    parameters={"percent": _("How much of the promised time is used: 80, 100, 150 or 200")},
    results={
        "told": _("Who is told"),
        "decider": _("Who decides now; null: the group"),
        "decider_group": _("Group that decides where nobody is found"),
        "sla_extended": _("Whether the time was extended before"),
        "escalation_level": _("Escalation level"),
        "late_handler": _("Name of who handles it now"),
    },
)
def escalate(step: StepContext, *, percent: int) -> dict[str, Any]:
    """At 80 percent only warn; from 100 on raise the level and say who decides: manager, director, customer office."""
    request = step.record(ServiceRequest)
    if percent in FLOOR and request.is_open:
        operations.escalate(request, FLOOR[percent], actor=step.actor, note=f"{percent} %")
    decider = _decider(request, percent)
    role = "customer-office" if percent == 200 else "service-manager"
    return {
        "told": operations.people_to_tell(request, WHOM.get(percent, ("handler",))),
        "decider": decider.username if decider else None,
        "decider_group": assigning.group_at(role, request),
        "sla_extended": request.sla_extended,
        "escalation_level": request.escalation_level,
        "late_handler": request.handler.display_name if request.handler else None,
    }


@service_task(
    "crm.request.decide_escalation",
    label=_("Carry out what was decided about a late request"),
    parameters={
        "decision": _("extend, reassign, take_over or leave"),
        "percent": _("By how many percent of the promised time (at most 50)"),
        "reason": _("Reason"),
        "new_handler": _("Who handles it from now on"),
    },
    results={"decision": _("What was done"), "handler": _("Who handles it now")},
)
def decide_escalation(
    step: StepContext,
    *,
    decision: str,
    percent: int | None = None,
    reason: str | None = None,
    new_handler: str | None = None,
) -> dict[str, Any]:
    """Extend once, give it to somebody else, take it over, or leave it; a closed request is left as it is."""
    request = step.record(ServiceRequest)
    done = decision
    if not request.is_open or (decision == "extend" and request.sla_extended):
        done = "leave"
    elif decision == "extend":
        operations.extend_clock(request, percent or 50, reason or "", actor=step.actor)
    elif decision in ("reassign", "take_over"):
        person = step.actor if decision == "take_over" else User.objects.filter(username=new_handler or "").first()
        operations.hand_over(request, _able(request, person), actor=step.actor, note=reason or "")
    return {"decision": done, "handler": request.handler.username if request.handler else None}


def _decider(request: ServiceRequest, percent: int) -> User | None:
    if percent == 200:
        return None
    return operations.director_of(request) if percent == 150 else operations.manager_of_handler(request)


def _able(request: ServiceRequest, person: User | None) -> User:
    if person is None or not person.is_active:
        raise WrongState(_("There is no such person."))
    if not ServiceRequest.objects.visible_to(person).filter(pk=request.pk).exists():
        raise WrongState(_("This person may not see the request."))
    return person
