"""A plan is decided: by the approvers of its route, or by the director alone; conditions are met."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import branch_of, head_of
from crm_core import storing
from crm_core.marketing import operations
from crm_core.marketing.decisions import APPROVING, EXPRESS, Said, approval_as, approvers_among
from crm_core.marketing.facts import LABELS, facts
from crm_core.marketing.models import MarketingPlan, PlanStatus
from workflows.registry import service_task
from workflows.steps import StepContext

GIVEN = {
    "outcome": _("Decision"),
    "comment": _("Comment"),
    "seen_revision": _("Number of the revision that was seen"),
    "so_far": _("What was said in this round"),
}


@service_task(
    "crm.plan.decide",
    label=_("Keep an approver's decision"),
    parameters={
        **GIVEN,
        "role": _("Role of the approver"),
        "place": _("Unit for which they decide"),
        "new_conditions": _("Conditions: rows {text}"),
        "conditions_so_far": _("Conditions so far"),
        "seen_so_far": _("Which revision everybody saw last"),
    },
    results={
        **LABELS,
        "stale": _("Whether the plan has changed since it was seen: decide again"),
        "verdict": _("approved, revise or rejected"),
        "decisions": _("What was said in this round"),
        "deciders": _("Who approved in this round"),
        "conditions": _("Conditions so far"),
        "seen": _("Which revision everybody saw last"),
    },
)
def decide(
    step: StepContext,
    *,
    outcome: str,
    role: str,
    place: str,
    comment: str | None = None,
    seen_revision: int,
    new_conditions: list[dict[str, Any]] | None = None,
    so_far: list[dict[str, Any]] | None = None,
    conditions_so_far: list[dict[str, Any]] | None = None,
    seen_so_far: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Keep who decided what; a decision about another revision than the newest does not count and is asked again.

    ``return`` has the plan revised; conditions become tasks once the plan is approved.
    """
    plan, key, words = step.record(MarketingPlan), approval_as(role, place), comment or ""
    watched = {**(seen_so_far or {}), key: seen_revision}
    if plan.revision != seen_revision:
        return {"stale": True, "seen": watched, **facts(plan)}
    said = Said(key, step.actor.username if step.actor else None, outcome, words, seen_revision).plain(plan)
    storing.note_act(plan, actor=step.actor, act=f"decided-{outcome}".replace("_", "-"), note=f"{role} {words}".strip())
    verdict = "approved" if outcome in APPROVING else {"return": "revise"}.get(outcome, "rejected")
    if verdict == "revise":
        operations.move(plan, PlanStatus.REVISION, actor=step.actor, note=words)
    made = new_conditions if outcome == "approve_with_conditions" else []
    everything = [*(so_far or []), said]
    return {
        "stale": False,
        "verdict": verdict,
        "decisions": everything,
        "deciders": approvers_among(everything),
        "conditions": [*(conditions_so_far or []), *(_condition(row, said) for row in made or [])],
        "seen": watched,
        "return_reason": words if verdict == "revise" else None,
        "rejection_reason": words if verdict == "rejected" else None,
    }


@service_task(
    "crm.plan.warn_late",
    label=_("Note that the approval comes late"),
    results={"told": _("Who is told")},
)
def warn_late(step: StepContext) -> dict[str, Any]:
    """Put on record that the planned start is near without an approval; author, manager and director are told."""
    plan = step.record(MarketingPlan)
    storing.note_act(plan, actor=None, act="approval-late")
    return {"told": people_concerned(plan)}


@service_task(
    "crm.plan.decide_express",
    label=_("Keep the director's decision in the express lane"),
    parameters=GIVEN,
    results={
        "express": _("Whether the director alone approved it"),
        "express_stale": _("Whether the plan cannot be approved as it was seen: decide again"),
        "verdict": _("approved"),
        "decisions": _("What was said in this round"),
    },
)
def decide_express(
    step: StepContext,
    *,
    outcome: str,
    comment: str | None = None,
    seen_revision: int,
    so_far: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Approve alone, which is put on record as such, or leave it to the usual route.

    A plan that changed since it was seen, or has not passed its checks, cannot be approved: it is asked again.
    """
    plan = step.record(MarketingPlan)
    if outcome != "approve":
        storing.note_act(plan, actor=step.actor, act="express-declined")
        return {"express": False, "express_stale": False}
    if plan.revision != seen_revision or plan.status not in (PlanStatus.SUBMITTED, PlanStatus.UNDER_REVIEW):
        return {"express": False, "express_stale": True}
    operations.move(plan, PlanStatus.UNDER_REVIEW, actor=step.actor)
    storing.note_act(plan, actor=step.actor, act="express-approved", note=comment or "")
    who = step.actor.username if step.actor else None
    said = Said(EXPRESS, who, "approve", comment or "", seen_revision).plain(plan)
    everything = [*(so_far or []), said]
    return {
        "express": True,
        "express_stale": False,
        "verdict": "approved",
        "decisions": everything,
        "deciders": approvers_among(everything),
    }


@service_task(
    "crm.plan.meet_condition",
    label=_("Keep how a condition was met"),
    parameters={
        "condition": _("Condition"),
        "how": _("How it was met"),
        "conditions_so_far": _("Conditions of the approvals"),
    },
    results={"conditions": _("Conditions of the approvals")},
)
def meet_condition(
    step: StepContext, *, condition: dict[str, Any], how: str, conditions_so_far: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Put on record how a condition of an approval was met."""
    plan = step.record(MarketingPlan)
    storing.note_act(plan, actor=step.actor, act="condition-met", note=f"{condition['text']}: {how}")
    return {
        "conditions": [
            {**row, "met": how} if (row["key"], row["text"]) == (condition["key"], condition["text"]) else row
            for row in conditions_so_far or []
        ]
    }


def people_concerned(plan: MarketingPlan) -> list[str]:
    """The usernames of the plan's author, of who leads their unit, and of the director of the branch."""
    branch = branch_of(plan.org_unit)
    people = [plan.owner, head_of(plan.org_unit), head_of(branch) if branch else None]
    return list(dict.fromkeys(person.username for person in people if person is not None))


def _condition(row: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    return {"key": said["key"], "text": row["text"], "by": said["person"], "met": None}
