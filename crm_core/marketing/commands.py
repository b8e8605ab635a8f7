"""What people do about marketing plans: draft, change and withdraw them, change their money, book costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from config import clock
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.days import today_at
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing import budget, operations, queries, supplements
from crm_core.marketing.models import (
    BookedCost,
    Campaign,
    CampaignMember,
    CampaignStatus,
    MarketingPlan,
    MemberStatus,
    PlanEnd,
)
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.revisions import EDITED
from crm_core.permissions import locked, require, require_writable, seen


@transaction.atomic(durable=True)
def create_plan(
    *, actor: User, title: str, values: Mapping[str, Any] | None = None, lines: Sequence[NewBudgetLine] = ()
) -> MarketingPlan:
    """Draft a plan of the actor's unit with its budget lines, as revision 1, and start its process.

    The actor finds the draft in their inbox. ``values``: any of `revisions.EDITED`. Raises NotPermitted,
    ValuesRefused (a budget line is named ``lines.N``).
    """
    given = dict(values or {}) | {"title": title}
    require_writable(actor, MarketingPlan.record_kind, given, EDITED)
    if actor.org_unit is None:
        raise ValuesRefused({"org_unit": [_("You belong to no unit.")]})
    plan = MarketingPlan(owner=actor, org_unit=actor.org_unit, **given)
    require(actor, Action.CREATE, MarketingPlan.record_kind, plan)
    operations.add_plan(plan, lines, actor=actor)
    operations.start_process(plan, actor=actor)
    return plan


@transaction.atomic(durable=True)
def update_plan(
    *,
    actor: User,
    plan_id: UUID | str,
    values: Mapping[str, Any] | None = None,
    lines: Sequence[NewBudgetLine] | None = None,
    note: str = "",
    seen_version: int | None = None,
) -> MarketingPlan:
    """Change a plan being drafted or revised: what differs becomes its next revision, nothing different makes none.

    The open draft in the inbox shows it soon after commit. ``lines`` None leaves the budget lines. Raises
    RecordNotFound, NotPermitted, RecordHasChanged, ValuesRefused, WrongState while it is under review or later.
    """
    plan = _changeable(actor, plan_id)
    storing.require_version(plan, seen_version)
    if not plan.may_be_edited:
        raise WrongState(_("This plan is no longer being written."))
    require_writable(actor, MarketingPlan.record_kind, values or {}, EDITED)
    if operations.revise(plan, values or {}, lines, actor=actor, note=note.strip()) is not None:
        operations.show_in_process(plan, actor=actor)
    return plan


@transaction.atomic(durable=True)
def withdraw_plan(*, actor: User, plan_id: UUID | str, reason: str) -> MarketingPlan:
    """Take a plan back before it is carried out; its owner may.

    Its process takes back campaign and money soon after commit; a plan without running process is closed here.
    Raises RecordNotFound, NotPermitted, ValuesRefused without a reason, WrongState once it has ended.
    """
    plan = locked(MarketingPlan, actor, plan_id)
    if plan.owner_id != actor.pk and not actor.is_superuser:
        raise NotPermitted
    if not plan.may_be_withdrawn:
        raise WrongState(_("This plan can no longer be withdrawn."))
    if not reason.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    if not queries.is_running(plan):
        operations.close(plan, PlanEnd.WITHDRAWN, actor=actor, note=reason.strip())
        return plan
    words = {"withdrawn_by": actor.username, "withdrawal_reason": reason.strip()}
    operations.send_to_process(plan, "plan.withdrawn", actor, **words)
    storing.note_act(plan, actor=actor, act="withdrawal-sent", note=reason.strip())
    return plan


@transaction.atomic(durable=True)
def change_budget(
    *,
    actor: User,
    plan_id: UUID | str,
    lines: Sequence[NewBudgetLine],
    reason: str,
    seen_version: int | None = None,
) -> MarketingPlan:
    """Give a plan under review, approved or being carried out another budget, the sum of the lines.

    That is a new revision; its process checks and routes it again. The same budget changes nothing. Raises
    RecordNotFound, NotPermitted, RecordHasChanged, ValuesRefused, WrongState in other states (drafts are updated) and
    while a running plan's former change is not decided.
    """
    plan = _changeable(actor, plan_id)
    storing.require_version(plan, seen_version)
    if plan.status not in MarketingPlan.BUDGET_OPEN:
        raise WrongState(_("The budget of this plan cannot be changed now."))
    if not reason.strip():
        raise ValuesRefused({"reason": [_("A reason is needed.")]})
    supplements.change_budget(plan, lines, actor=actor, reason=reason.strip())
    return plan


@transaction.atomic(durable=True)
def book_cost(
    *,
    actor: User,
    plan_id: UUID | str,
    category: str,
    amount: Decimal,
    booked_on: date | None = None,
    reference: str = "",
    description: str = "",
) -> BookedCost:
    """Book money a plan spent, on ``booked_on`` (default: today); an invoice (``reference``) only once.

    When that reaches 80 or 100 % of the budget, the process is told the highest reached, each once per budget.
    Raises RecordNotFound, NotPermitted, ValuesRefused, WrongState when the plan is not approved or ended.
    """
    plan = locked(MarketingPlan, actor, plan_id)
    if not queries.may_book(actor, plan):
        raise NotPermitted
    if plan.status not in MarketingPlan.SPENDING:
        raise WrongState(_("Costs are booked on approved plans only."))
    reference = reference.strip()
    if reference and BookedCost.objects.filter(plan=plan, reference=reference).exists():
        raise ValuesRefused({"reference": [_("This invoice is booked already.")]})
    cost = BookedCost(
        plan=plan,
        category=category,
        amount=amount,
        booked_on=booked_on or today_at(plan.org_unit),
        reference=reference,
        description=description.strip(),
        booked_at=clock.now(),
        booked_by=actor,
    )
    storing.full_check(cost, only=("category", "amount", "booked_on", "reference", "description"))
    cost.save(force_insert=True)
    storing.note_act(plan, actor=actor, act="cost-booked", note=reference, amount=[None, str(cost.amount)])
    _tell_of_threshold(plan, actor)
    return cost


@transaction.atomic(durable=True)
def record_contact(
    *, actor: User, campaign_id: UUID | str, customer_id: UUID | str, responded: bool = False
) -> CampaignMember:
    """Record that a customer of a running campaign was contacted, or responded; a response is not taken back.

    Raises RecordNotFound (also for a customer who is not in it), NotPermitted, WrongState when it does not run.
    """
    campaign = seen(Campaign, actor, campaign_id)
    require(actor, Action.CHANGE, Campaign.record_kind, campaign)
    if campaign.status != CampaignStatus.RUNNING:
        raise WrongState(_("This campaign does not run."))
    customer = seen(Customer, actor, customer_id)
    members = CampaignMember.objects.select_for_update().filter(campaign=campaign, customer=customer)
    member = members.exclude(status=MemberStatus.CANCELLED).first()
    if member is None:
        raise RecordNotFound
    if member.status != MemberStatus.RESPONDED:
        member.status = MemberStatus.RESPONDED if responded else MemberStatus.CONTACTED
        member.status_at = clock.now()
        member.save(update_fields=["status", "status_at"])
    return member


def _changeable(actor: User, plan_id: UUID | str) -> MarketingPlan:
    plan = locked(MarketingPlan, actor, plan_id)
    require(actor, Action.CHANGE, MarketingPlan.record_kind, plan)
    return plan


def _tell_of_threshold(plan: MarketingPlan, actor: User) -> None:
    total = budget.spent(plan)
    percent = budget.percent_spent(total, plan.budget_total)
    reached = budget.threshold_at(percent)
    if reached <= plan.threshold_sent:
        return
    storing.change(plan, {"threshold_sent": reached}, actor=actor, act="threshold-reached")
    operations.send_to_process(
        plan,
        "plan.budget_threshold",
        actor,
        threshold=reached,
        percent=percent,
        spent=str(total),
        budget_total=str(plan.budget_total),
    )
