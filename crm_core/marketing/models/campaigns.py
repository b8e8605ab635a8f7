"""Campaigns: what an approved plan becomes, its activities, and the customers it turns to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config import clock
from crm_core.interactions.models import Channel
from crm_core.marketing.models.choices import ActivityStage, CampaignStatus, MemberStatus
from crm_core.marketing.models.plans import MarketingPlan
from crm_core.records import Record, RecordManager, by_owner


class Campaign(Record):
    """An approved plan being carried out; a plan has one that is not withdrawn."""

    record_kind: ClassVar[str] = "campaign"
    number_prefix: ClassVar[str] = "CA"
    LIVE: ClassVar[tuple[CampaignStatus, ...]] = (CampaignStatus.DRAFT, CampaignStatus.RUNNING)

    plan = models.ForeignKey(MarketingPlan, models.PROTECT, related_name="campaigns", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=9, choices=CampaignStatus, default=CampaignStatus.DRAFT)
    channels = models.JSONField(_("channels"), default=list)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))

    objects = RecordManager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [
            *by_owner("campaign"),
            models.Index(fields=["status", "starts_on", "ends_on"], name="crm_campaign_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=~Q(status=CampaignStatus.WITHDRAWN), name="crm_campaign_one_per_plan"
            ),
        ]


class CampaignActivity(models.Model):
    """One thing to be done in a campaign: where, when, by whom, and what came of it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=200)
    place = models.CharField(_("place"), max_length=200, blank=True)
    on = models.DateField(_("day"))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    stage = models.CharField(_("stage"), max_length=11, choices=ActivityStage, default=ActivityStage.PLANNED)
    result = models.TextField(_("result"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("activity of a campaign")
        verbose_name_plural = _("activities of campaigns")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="crm_campaign_activity_position")]

    def __str__(self) -> str:
        return self.name


class CampaignMember(models.Model):
    """One customer a campaign turns to, by one channel, in one contact batch."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    customer = models.ForeignKey("crm_core.Customer", models.CASCADE, related_name="campaign_links")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    batch = models.PositiveIntegerField(_("batch"), default=1)
    planned_on = models.DateField(_("planned for"))
    status = models.CharField(_("status"), max_length=9, choices=MemberStatus, default=MemberStatus.PLANNED)
    status_at = models.DateTimeField(_("since"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer in a campaign")
        verbose_name_plural = _("customers in campaigns")
        indexes = [models.Index(fields=["customer", "planned_on"], name="crm_campaign_member_day")]
        constraints = [models.UniqueConstraint(fields=["campaign", "customer"], name="crm_campaign_member_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_id}"


class WorkPlan(models.Model):
    """What somebody has to do in a campaign: whom to contact, by batch, and until when."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="work_plans")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="work_plans", verbose_name=_("person")
    )
    batches = models.JSONField(_("contact batches"), default=list)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))

    class Meta:
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="crm_work_plan_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.person_id}"


class CampaignFeedback(models.Model):
    """What was reported of a running campaign in one week."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="feedback")
    progress = models.TextField(_("progress"))
    problems = models.TextField(_("problems"), blank=True)
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("feedback from a campaign")
        verbose_name_plural = _("feedback from campaigns")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.at:%Y-%m-%d}"
