"""All rows of the CRM; each area keeps its own models module."""

from crm_core.attachments.models import Attachment
from crm_core.customers.models import Contact, Customer, CustomerTag, Tag, TagCategory
from crm_core.dispatch.models import PartsRequest, StockItem
from crm_core.history import RecordChange
from crm_core.interactions.models import Interaction
from crm_core.levels.models import CustomerLevel, LevelChange, LevelDecision
from crm_core.marketing.models import (
    BookedCost,
    BranchBudget,
    BudgetLine,
    BudgetReservation,
    Campaign,
    CampaignActivity,
    CampaignMember,
    ContactConsent,
    MarketingPlan,
    MarketingPolicy,
    PlanEvaluation,
    PlanRevision,
)
from crm_core.sales.models import Consumption, Order, OrderLine, Product
from crm_core.service.models import KnowledgeArticle, ReturnVisit, ServiceQueue, ServiceRequest, SlaPolicy, WorkOrder

__all__ = [
    "Attachment",
    "BookedCost",
    "BranchBudget",
    "BudgetLine",
    "BudgetReservation",
    "Campaign",
    "CampaignActivity",
    "CampaignMember",
    "Consumption",
    "Contact",
    "ContactConsent",
    "Customer",
    "CustomerLevel",
    "CustomerTag",
    "Interaction",
    "KnowledgeArticle",
    "LevelChange",
    "LevelDecision",
    "MarketingPlan",
    "MarketingPolicy",
    "Order",
    "OrderLine",
    "PartsRequest",
    "PlanEvaluation",
    "PlanRevision",
    "Product",
    "RecordChange",
    "ReturnVisit",
    "ServiceQueue",
    "ServiceRequest",
    "SlaPolicy",
    "StockItem",
    "Tag",
    "TagCategory",
    "WorkOrder",
]
