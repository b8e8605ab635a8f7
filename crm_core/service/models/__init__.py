"""The rows of the service area."""

from crm_core.service.models.choices import (
    CompensationKind,
    ComplaintCategory,
    ComplaintFlag,
    RequestChannel,
    RequestKind,
    RequestStatus,
    Severity,
    Tier,
    Upheld,
)
from crm_core.service.models.knowledge import ArticleStatus, KnowledgeArticle
from crm_core.service.models.requests import ServiceRequest
from crm_core.service.models.setup import ServiceQueue, SlaPolicy
from crm_core.service.models.visits import ReturnVisit, VisitStatus, WorkOrder, WorkOrderOrigin, WorkOrderStatus

__all__ = [
    "ArticleStatus",
    "CompensationKind",
    "ComplaintCategory",
    "ComplaintFlag",
    "KnowledgeArticle",
    "RequestChannel",
    "RequestKind",
    "RequestStatus",
    "ReturnVisit",
    "ServiceQueue",
    "ServiceRequest",
    "Severity",
    "SlaPolicy",
    "Tier",
    "Upheld",
    "VisitStatus",
    "WorkOrder",
    "WorkOrderOrigin",
    "WorkOrderStatus",
]
