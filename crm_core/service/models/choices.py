"""The words a service request is described with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    INQUIRY = "inquiry", _("Inquiry")
    QUERY = "query", _("Query")
    FAULT = "fault", _("Fault")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    PURCHASE_REQUEST = "purchase_request", _("Purchase request")


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    NORMAL = "normal", _("Normal")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class Tier(models.TextChoices):
    """What promises go by: top is platinum or a key account; a customer nobody knows counts as standard."""

    STANDARD = "standard", _("Standard")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")
    TOP = "top", _("Top")


class RequestStatus(models.TextChoices):
    NEW = "new", _("New")
    TRIAGED = "triaged", _("Classified")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for the customer")
    ESCALATED = "escalated", _("Escalated")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class RequestChannel(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    COUNTER = "counter", _("Counter")
    WECHAT = "wechat", _("WeChat")
    APP = "app", _("App")
    WEB = "web", _("Website")
    RETURN_VISIT = "return_visit", _("Return visit")


class ComplaintCategory(models.TextChoices):
    FEE_SETTLEMENT = "fee_settlement", _("Fee settlement")
    CONCESSION_POLICY = "concession_policy", _("Concession policy")
    CHANNEL_INCONSISTENCY = "channel_inconsistency", _("Channels disagree")
    FACILITY_FAULT = "facility_fault", _("Facility fault")
    STAFF_ATTITUDE = "staff_attitude", _("Staff attitude")
    DELAY = "delay", _("Delay")
    PRIVACY = "privacy", _("Privacy")
    OTHER = "other", _("Other")


class ComplaintFlag(models.TextChoices):
    SAFETY = "safety", _("Safety")
    LEGAL = "legal", _("Legal")
    MEDIA = "media", _("Media")
    PRIVACY = "privacy", _("Privacy")


class CompensationKind(models.TextChoices):
    NONE = "none", _("None")
    REFUND = "refund", _("Refund")
    REPAIR = "repair", _("Repair")
    APOLOGY = "apology", _("Apology")
    POLICY_CHANGE = "policy_change", _("Change of a policy")


class Upheld(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
