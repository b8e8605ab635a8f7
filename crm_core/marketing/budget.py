"""The money of plans inside a caller's transaction: what a branch has left, holding and releasing, spending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import OrgUnit, User
from config import clock
from crm_core import storing
from crm_core.exceptions import WrongState
from crm_core.marketing.exceptions import BudgetExhausted
from crm_core.marketing.models import BookedCost, BranchBudget, BudgetReservation, MarketingPlan, PlanStatus
from crm_core.marketing.segments import budget_branch

THRESHOLDS = (80, 100)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class BranchMoney:
    """What a branch may spend in a year (None: no limit) and what each plan with a reservation takes of it."""

    limit: Decimal | None
    taken: Mapping[UUID, Decimal]

    @property
    def used(self) -> Decimal:
        """What all plans take."""
        return sum(self.taken.values(), ZERO)

    @property
    def left(self) -> Decimal | None:
        """What no plan takes; None without limit."""
        return None if self.limit is None else self.limit - self.used

    def left_for(self, plan: MarketingPlan) -> Decimal | None:
        """What the plan could ask for, its own reservation not counted; None without limit."""
        return self.left_beside(plan.pk)

    def left_beside(self, plan_id: UUID) -> Decimal | None:
        """What all plans but this one leave; None without limit."""
        if self.limit is None:
            return None
        return self.limit - sum((amount for key, amount in self.taken.items() if key != plan_id), ZERO)

    def is_short_for(self, plan: MarketingPlan) -> bool:
        """Whether the plan asks for more than is left."""
        left = self.left_for(plan)
        return left is not None and plan.budget_total > left


def money_of(branch: OrgUnit, year: int, *, lock: bool = False) -> BranchMoney:
    """The marketing money of a branch in a calendar year; with ``lock`` nobody else reserves meanwhile."""
    rows = BranchBudget.objects.select_for_update() if lock else BranchBudget.objects.all()
    row = rows.filter(branch=branch, year=year).first()
    taken = _taken([branch], year).get(branch.pk, {})
    return BranchMoney(None if row is None else row.amount, taken)


def money_by_branch(branches: Sequence[OrgUnit], year: int) -> dict[Any, BranchMoney]:
    """The same for several branches, by their keys; three queries however many they are."""
    limits = dict(BranchBudget.objects.filter(branch__in=branches, year=year).values_list("branch", "amount"))
    taken = _taken(branches, year)
    return {branch.pk: BranchMoney(limits.get(branch.pk), taken.get(branch.pk, {})) for branch in branches}


def reserve(plan: MarketingPlan, *, actor: User | None) -> BudgetReservation:
    """Hold the budget of a locked plan; a plan that holds money already holds what it asks for now.

    Raises BudgetExhausted when the branch has less left, WrongState when the plan is not approved or without start.
    """
    assert connection.in_atomic_block
    if plan.status not in (PlanStatus.APPROVED, PlanStatus.IN_EXECUTION) or plan.starts_on is None:
        raise WrongState(_("Money is held for approved plans only."))
    branch, year = budget_branch(plan), plan.starts_on.year
    if money_of(branch, year, lock=True).is_short_for(plan):
        raise BudgetExhausted
    held = BudgetReservation.objects.filter(plan=plan, released_at=None).first()
    if held is None:
        held = BudgetReservation(plan=plan, branch=branch, year=year, amount=plan.budget_total)
    elif (held.amount, held.year) == (plan.budget_total, year):
        return held
    held.amount, held.year, held.reserved_at = plan.budget_total, year, clock.now()
    held.save()
    storing.note_act(plan, actor=actor, act="budget-reserved", amount=[None, str(held.amount)])
    return held


def release(plan: MarketingPlan, *, actor: User | None) -> Decimal:
    """Give back what a plan holds and has not spent; returns how much, 0 when it holds nothing."""
    assert connection.in_atomic_block
    held = BudgetReservation.objects.select_for_update().filter(plan=plan, released_at=None).first()
    if held is None:
        return ZERO
    held.released_at = clock.now()
    held.save(update_fields=["released_at"])
    storing.note_act(plan, actor=actor, act="budget-released", amount=[str(held.amount), None])
    return max(ZERO, held.amount - spent(plan))


def spent(plan: MarketingPlan) -> Decimal:
    """What was booked on a plan."""
    return BookedCost.objects.filter(plan=plan).aggregate(total=Sum("amount"))["total"] or ZERO


def percent_spent(total: Decimal, budget: Decimal) -> int:
    """The whole percent of a budget that a sum is, rounded down; any cost without budget is more than all of it."""
    if budget <= 0:
        return 101 if total > 0 else 0
    return int(total * 100 / budget)


def threshold_at(percent: int) -> int:
    """The highest threshold reached, 0 for none."""
    return max((threshold for threshold in THRESHOLDS if percent >= threshold), default=0)


def _taken(branches: Sequence[OrgUnit], year: int) -> dict[Any, dict[UUID, Decimal]]:
    """What each plan takes of each branch: what is held for it, or what it has spent where that is more."""
    rows = BudgetReservation.objects.filter(branch__in=branches, year=year)
    held: dict[Any, dict[UUID, Decimal]] = {}
    for branch, plan, amount, released_at in rows.values_list("branch", "plan", "amount", "released_at"):
        plans = held.setdefault(branch, {})
        plans[plan] = plans.get(plan, ZERO) + (amount if released_at is None else ZERO)
    costs = BookedCost.objects.filter(plan__in={plan for plans in held.values() for plan in plans})
    booked = dict(costs.values_list("plan").annotate(total=Sum("amount")).order_by())
    return {
        branch: {plan: max(amount, booked.get(plan, ZERO)) for plan, amount in plans.items()}
        for branch, plans in held.items()
    }
