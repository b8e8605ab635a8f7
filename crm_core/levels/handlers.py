"""What the level-change process asks of the CRM: open, collect, compare, check, close, apply and give back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crm_core.customers.models import Customer
from crm_core.days import today_at
from crm_core.levels import operations, review
from crm_core.levels.models import ChangeReason, CustomerLevel, Direction, LevelChange
from workflows.registry import service_task
from workflows.steps import StepContext


@service_task(
    "crm.level_change.open",
    label=_("Open the level change"),
    results={
        "duplicate_of": _("Number of the change that is already open, else null"),
        "number": _("Number of the level change"),
        "level_change_id": _("Level change"),
        "customer_id": _("Customer"),
        "current_level": _("Present level"),
        "owner": _("Owner of the customer"),
        "requester": _("Requester"),
        "source": _("Source"),
        "branch": _("Branch"),
        "unit": _("Unit"),
    },
)
def open_change(step: StepContext) -> dict[str, Any]:
    """Open the change the process is about; only one change of a customer is open at a time."""
    customer, change = _locked(step)
    first = operations.open_change(customer, change, actor=step.actor)
    return {
        "duplicate_of": None if first is None else first.number,
        "number": change.number,
        "level_change_id": change.pk,
        "customer_id": customer.pk,
        "current_level": customer.level_id,
        "owner": customer.owner.username if customer.owner else None,
        "requester": change.requester.username if change.requester else None,
        "source": change.source,
        "branch": operations.branch_code(customer),
        "unit": customer.org_unit.code,
    }


@service_task(
    "crm.customer.evidence",
    label=_("Collect and freeze the evidence for a level"),
    parameters={"as_of": _("As of (default: today)")},
    results={
        "evidence": _("Consumption, orders, overdue days, complaints, RFM, satisfaction, amounts of the levels"),
        "evidence_hash": _("Hash of the evidence"),
        "as_of": _("As of"),
    },
)
def collect_evidence(step: StepContext, *, as_of: date | None = None) -> dict[str, Any]:
    """Collect the figures of the twelve months up to a day and freeze them with the change."""
    customer, change = _locked(step)
    day = as_of or today_at(customer.org_unit)
    operations.freeze_evidence(customer, change, day, actor=step.actor)
    return {"evidence": change.evidence, "evidence_hash": change.evidence_hash, "as_of": day}


@service_task(
    "crm.level_change.propose",
    label=_("Compare the proposed with the present level"),
    parameters={
        "proposed_level": _("Proposed level"),
        "recommendation": _("Recommendation {level, rule}"),
        "reason": _("Reason"),
        "justification": _("Justification"),
        "remark": _("Remark"),
        "effective_date": _("Effective from"),
        "valid_until": _("Valid until"),
    },
    results={
        "proposed_level": _("Proposed level"),
        "reason": _("Reason"),
        "direction": _("up, down or same"),
        "rank_steps": _("By how many ranks"),
        "as_recommended": _("Whether it is the recommended level"),
        "benefits": _("What the old and the new level grant"),
        "changes": _("What changed since the last round"),
        "effective_at": _("When it takes effect; null: at once"),
        "last_editor": _("Who completed the request"),
        "deciders": _("Who decided in this round"),
    },
)
def propose(
    step: StepContext,
    *,
    recommendation: dict[str, Any],
    proposed_level: str | None = None,
    reason: str | None = None,
    justification: str | None = None,
    remark: str | None = None,
    effective_date: date | None = None,
    valid_until: date | None = None,
) -> dict[str, Any]:
    """Keep the proposal as a new round of the change and work out what approvers need to see.

    Without a proposed level, as from the review, the recommended one is proposed.
    """
    customer, change = _locked(step)
    level = CustomerLevel.objects.get(pk=proposed_level or recommendation["level"])
    follows = level.code == recommendation["level"]
    proposal = operations.Proposal(
        level,
        reason or ChangeReason.CONSUMPTION,
        (remark if follows else justification) or "",
        effective_date,
        valid_until,
    )
    change.recommended_level_id = recommendation["level"]
    change.recommendation_rule = recommendation["rule"]
    change.save(update_fields=["recommended_level", "recommendation_rule"])
    changes = operations.propose(change, proposal, actor=step.actor)
    return {
        "proposed_level": level.code,
        "reason": proposal.reason,
        "direction": change.direction,
        "rank_steps": abs(level.rank - change.from_level.rank),
        "as_recommended": follows,
        "benefits": {"now": _granted(customer, customer.level), "proposed": _offered(level)},
        "changes": changes,
        "effective_at": operations.effective_moment(change),
        "last_editor": step.actor.username if step.actor else None,
        "deciders": [],
    }


@service_task(
    "crm.level_change.check_decision",
    label=_("Check that the evidence still holds and keep the decision"),
    parameters={
        "outcome": _("Decision: approve, return or reject"),
        "seen_hash": _("Hash of the evidence the approver saw"),
        "comment": _("Comment"),
        "role": _("Role in which the approver decided"),
    },
    results={
        "evidence_changed": _("Whether the evidence differs from what the approver saw"),
        "evidence": _("The evidence now"),
        "evidence_hash": _("Hash of the evidence now"),
        "deciders": _("Who decided in this round"),
    },
)
def check_decision(
    step: StepContext, *, outcome: str, seen_hash: str, comment: str | None = None, role: str | None = None
) -> dict[str, Any]:
    """Collect the evidence again as of the same day; only when nothing moved is the decision kept."""
    customer, change = _locked(step)
    operations.freeze_evidence(customer, change, change.as_of or today_at(customer.org_unit), actor=step.actor)
    changed = change.evidence_hash != seen_hash
    if not changed:
        operations.note_decision(
            change,
            person=step.actor,
            role=role or "",
            outcome=outcome,
            comment=comment or "",
            key=step.idempotency_key,
        )
    return {
        "evidence_changed": changed,
        "evidence": change.evidence,
        "evidence_hash": change.evidence_hash,
        "deciders": operations.deciders(change),
    }


@service_task(
    "crm.level_change.close",
    label=_("Record what became of the level change"),
    parameters={"status": _("approved, rejected, no-change, withdrawn or expired"), "note": _("Note")},
    results={"result": _("The status that was recorded")},
    echoes={"result": "status"},
)
def close(step: StepContext, *, status: str, note: str | None = None) -> dict[str, Any]:
    """Move the change to what was decided."""
    customer, change = _locked(step)
    operations.close_change(customer, change, status, actor=step.actor, note=note or "")
    return {"result": change.status}


@service_task(
    "crm.customer.apply_level",
    label=_("Apply the level to the customer"),
    parameters={"level": _("Level")},
    results={
        "result": _("The status that was recorded"),
        "tell_customer": _("Whether the customer is told: upward, or the level's policy"),
    },
)
def apply_level(step: StepContext, *, level: str) -> dict[str, Any]:
    """Give the customer level, benefits, SLA factor, credit limit and review date of the approved change."""
    customer, change = _locked(step)
    granted = CustomerLevel.objects.get(pk=level)
    operations.apply_level(customer, change, granted, actor=step.actor)
    tells = change.direction == Direction.UP or granted.tells_customer_when_lowered
    return {"result": change.status, "tell_customer": tells}


@service_task(
    "crm.customer.restore_level",
    label=_("Give the old level back"),
    results={"result": _("The status that was recorded"), "restored": _("Whether the level went back")},
)
def restore_level(step: StepContext) -> dict[str, Any]:
    """Undo the applied change, unless a later one has been applied since."""
    customer, change = _locked(step)
    restored = operations.restore_level(customer, change, actor=step.actor)
    return {"result": change.status, "restored": restored}


@service_task(
    "crm.level_review.branches",
    label=_("Find the branches under review"),
    parameters={"as_of": _("As of (default: today)"), "branch": _("Only this branch")},
    results={"branches": _("Codes of the branches"), "as_of": _("As of")},
)
def branches(step: StepContext, *, as_of: date | None = None, branch: str | None = None) -> dict[str, Any]:
    """The branches with customers, or the one asked for, and the day of the review."""
    return {"branches": review.branches_under_review(branch), "as_of": as_of or step.now.date()}


@service_task(
    "crm.level_review.ask_for_changes",
    label=_("Ask for the level changes of the next 100 customers"),
    parameters={"branch": _("Branch"), "as_of": _("As of"), "after": _("Last customer of the batch before")},
    results={
        "after": _("Last customer of this batch"),
        "more": _("Whether customers are left"),
        "asked_in_batch": _("Owner of each customer asked about"),
    },
)
def ask_for_changes(step: StepContext, *, branch: str, as_of: date, after: UUID | None = None) -> dict[str, Any]:
    """Draft a change for each customer of the batch who needs one and send its start message."""
    batch = review.ask_for_changes(branch, as_of, after, actor=step.actor)
    return {"after": batch.after, "more": batch.more, "asked_in_batch": list(batch.owners)}


def _locked(step: StepContext) -> tuple[Customer, LevelChange]:
    """The customer and the change, locked in the one lock order: customer before level_change."""
    known = step.record(LevelChange, lock=False)
    customer = Customer.objects.select_for_update().get(pk=known.customer_id)
    return customer, step.record(LevelChange)


def _granted(customer: Customer, level: CustomerLevel) -> dict[str, Any]:
    return {
        "sla_factor": customer.sla_factor,
        "credit_limit": customer.credit_limit,
        "review_months": level.review_months,
        **_words(customer.benefits),
    }


def _offered(level: CustomerLevel) -> dict[str, Any]:
    return {
        "sla_factor": level.sla_factor,
        "credit_limit": level.credit_limit,
        "review_months": level.review_months,
        **_words(level.benefits),
    }


def _words(benefits: list[dict[str, Any]]) -> dict[str, str]:
    return {
        "en": ", ".join(str(entry["en"]) for entry in benefits) or "-",
        "zh": "、".join(str(entry["zh"]) for entry in benefits) or "-",
    }
