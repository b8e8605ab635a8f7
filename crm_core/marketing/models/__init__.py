"""All rows of marketing."""

from crm_core.marketing.models.campaigns import (
    Campaign,
    CampaignActivity,
    CampaignFeedback,
    CampaignMember,
    WorkPlan,
)
from crm_core.marketing.models.choices import (
    ActivityStage,
    CampaignStatus,
    CostCategory,
    MemberStatus,
    PlanEnd,
    PlanKind,
    PlanStatus,
)
from crm_core.marketing.models.money import BookedCost, BranchBudget, BudgetLine, BudgetReservation
from crm_core.marketing.models.plans import MarketingPlan, PlanEvaluation, PlanRevision
from crm_core.marketing.models.rules import ContactConsent, MarketingPolicy

__all__ = [
    "ActivityStage",
    "BookedCost",
    "BranchBudget",
    "BudgetLine",
    "BudgetReservation",
    "Campaign",
    "CampaignActivity",
    "CampaignFeedback",
    "CampaignMember",
    "CampaignStatus",
    "ContactConsent",
    "CostCategory",
    "MarketingPlan",
    "MarketingPolicy",
    "MemberStatus",
    "PlanEnd",
    "PlanEvaluation",
    "PlanKind",
    "PlanRevision",
    "PlanStatus",
    "WorkPlan",
]
