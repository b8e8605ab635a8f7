"""The words of marketing plans and campaigns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanKind(models.TextChoices):
    GENERAL = "general", _("General plan")
    RESEARCH = "research", _("Market research")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    REVISION = "revision", _("Being revised")
    APPROVED = "approved", _("Approved")
    IN_EXECUTION = "in_execution", _("In execution")
    COMPLETED = "completed", _("Completed")
    EVALUATED = "evaluated", _("Evaluated")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class PlanEnd(models.TextChoices):
    """Why a plan ended without being evaluated."""

    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Not started in time")
    CANCELLED = "cancelled", _("Cancelled after approval")


class CostCategory(models.TextChoices):
    MEDIA = "media", _("Media")
    VENUE = "venue", _("Venue")
    GIFTS = "gifts", _("Gifts and prizes")
    PRINT = "print", pgettext_lazy("kind of cost", "Print")
    STAFF = "staff", _("Staff")
    AGENCY = "agency", _("Agency")
    RESEARCH = "research", _("Research")
    OTHER = "other", _("Other")


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ActivityStage(models.TextChoices):
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class MemberStatus(models.TextChoices):
    PLANNED = "planned", _("To be contacted")
    CONTACTED = "contacted", _("Contacted")
    RESPONDED = "responded", _("Responded")
    CANCELLED = "cancelled", _("Cancelled")
