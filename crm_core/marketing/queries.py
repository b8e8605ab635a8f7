"""Reading marketing: lists of plans and campaigns, a plan with all that belongs to it, its money, what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts import scopes
from accounts.models import Action, User
from crm_core.marketing import budget
from crm_core.marketing.models import (
    BookedCost,
    BudgetLine,
    BudgetReservation,
    Campaign,
    CampaignActivity,
    CampaignFeedback,
    MarketingPlan,
    MemberStatus,
    PlanRevision,
    WorkPlan,
)
from crm_core.marketing.segments import customers_of
from crm_core.permissions import seen
from workflows.models import ProcessInstance

REACHED = (MemberStatus.CONTACTED, MemberStatus.RESPONDED)


@dataclass(frozen=True, slots=True)
class PlanMoney:
    """A plan's money in the base currency: budget, what is held for it, what was spent, and the percentage of that."""

    total: Decimal
    reserved: Decimal
    spent: Decimal
    percent: int

    @property
    def left(self) -> Decimal:
        """What is not spent of the budget; negative when more was spent."""
        return self.total - self.spent


def plan_list(
    user: User, *, status: str = "", kind: str = "", text: str = "", mine: bool = False
) -> QuerySet[MarketingPlan]:
    """The plans a person sees, newest first, with owner and unit loaded; ``text`` is looked for in number and title."""
    rows: QuerySet[MarketingPlan] = MarketingPlan.objects.visible_to(user).select_related("owner", "org_unit")
    exact = {"status": status, "kind": kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if mine:
        rows = rows.filter(owner=user)
    if text.strip():
        rows = rows.filter(Q(title__icontains=text.strip()) | Q(number__iexact=text.strip()))
    return rows.order_by("-created_at", "-number")


def plan(user: User, plan_id: UUID | str) -> MarketingPlan:
    """One plan the person may see; raises RecordNotFound."""
    return seen(MarketingPlan, user, plan_id)


def plan_page(user: User, plan_id: UUID | str) -> MarketingPlan:
    """The same with lines, revisions, costs and campaigns loaded; raises RecordNotFound."""
    found = seen(MarketingPlan, user, plan_id)
    revisions = PlanRevision.objects.select_related("made_by").order_by("-number")
    campaigns = Campaign.objects.visible_to(user).prefetch_related(
        Prefetch("activities", CampaignActivity.objects.select_related("staff")),
        Prefetch("work_plans", WorkPlan.objects.select_related("person")),
        Prefetch("feedback", CampaignFeedback.objects.select_related("by")),
    )
    rows = MarketingPlan.objects.select_related("owner", "org_unit", "evaluation").prefetch_related(
        Prefetch("lines", BudgetLine.objects.order_by("position")),
        Prefetch("revisions", revisions),
        Prefetch("costs", BookedCost.objects.select_related("booked_by").order_by("-booked_on", "-pk")),
        Prefetch("campaigns", campaigns.order_by("-created_at")),
    )
    page: MarketingPlan = rows.get(pk=found.pk)
    return page


def money(found: MarketingPlan) -> PlanMoney:
    """The money of a plan: two queries."""
    held = BudgetReservation.objects.filter(plan=found, released_at=None).values_list("amount", flat=True).first()
    total = budget.spent(found)
    return PlanMoney(found.budget_total, held or budget.ZERO, total, budget.percent_spent(total, found.budget_total))


def people_in_segment(found: MarketingPlan) -> int:
    """How many customers the plan's segment has now."""
    return customers_of(found).count()


def campaign_list(user: User, *, status: str = "") -> QuerySet[Campaign]:
    """The campaigns a person sees, the last to start first, with how many customers they turn to and who responded."""
    rows: QuerySet[Campaign] = Campaign.objects.visible_to(user).select_related("plan", "owner", "org_unit")
    if status:
        rows = rows.filter(status=status)
    counted = rows.annotate(
        people=Count("members"),
        contacted=Count("members", filter=Q(members__status__in=REACHED)),
        responded=Count("members", filter=Q(members__status=MemberStatus.RESPONDED)),
    )
    return counted.order_by("-starts_on", "-number")


def campaign(user: User, campaign_id: UUID | str) -> Campaign:
    """One campaign the person may see; raises RecordNotFound."""
    return seen(Campaign, user, campaign_id)


def possible_acts(user: User, found: MarketingPlan) -> frozenset[str]:
    """What the person can do now: "update", "change-budget", "withdraw", "book-cost"; the commands agree."""
    changes = scopes.may(user, Action.CHANGE, MarketingPlan.record_kind, found)
    tests = {
        "update": changes and found.may_be_edited,
        "change-budget": changes and found.status in MarketingPlan.BUDGET_OPEN and not found.has_undecided_budget,
        "withdraw": found.may_be_withdrawn and (user.is_superuser or found.owner_id == user.pk),
        "book-cost": found.status in MarketingPlan.SPENDING and may_book(user, found),
    }
    return frozenset(act for act, allowed in tests.items() if allowed)


def may_book(user: User, found: MarketingPlan) -> bool:
    """Whether the person may book costs: who may change budget lines, and finance and directors, who approve them."""
    return any(scopes.may(user, action, "budget_line", found) for action in (Action.CHANGE, Action.APPROVE))


def is_running(found: MarketingPlan) -> bool:
    """Whether a process of the plan has not ended."""
    return ProcessInstance.objects.filter(
        record_kind=MarketingPlan.record_kind, record_id=str(found.pk), status__in=ProcessInstance.LIVE
    ).exists()
