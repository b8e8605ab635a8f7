"""Service requests: one kind of record for everything a customer asks of us, with the clock of its promise."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.business_time import BusinessCalendar
from crm_core.records import Record, RecordManager, by_owner
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
from crm_core.service.models.setup import ServiceQueue

_OPEN = ("new", "triaged", "assigned", "in_progress", "waiting_customer", "escalated")
MAX_ESCALATION = 3


class ServiceRequest(Record):
    """Something a customer asks of us: one kind of record for inquiries, faults, complaints and the rest.

    The SLA clock counts business hours by the branch's calendar: ``sla_hours`` is the promise, ``sla_used_hours``
    what was used before the clock last started at ``sla_running_since`` (null: paused). ``resolve_due`` and
    ``first_response_due`` are derived from them whenever they change, for lists and sorting; ``sla_warn_due`` is when
    four fifths of the promise are used. ``sla_told`` (1: warned, 2: late) and ``first_response_told`` say what people
    were told of a promise that no process looks after.
    """

    record_kind: ClassVar[str] = "service_request"
    number_prefix: ClassVar[str] = "SR"
    OPEN: ClassVar[tuple[str, ...]] = _OPEN

    kind = models.CharField(_("kind"), max_length=20, choices=RequestKind)
    status = models.CharField(_("status"), max_length=20, choices=RequestStatus, default=RequestStatus.NEW)
    channel = models.CharField(_("channel"), max_length=20, choices=RequestChannel, default=RequestChannel.PHONE)
    customer = models.ForeignKey(
        "crm_core.Customer", models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        "crm_core.Contact", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    category = models.CharField(_("category"), max_length=30, choices=ComplaintCategory, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.NORMAL)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50, validators=[MaxValueValidator(100)])
    product = models.ForeignKey("crm_core.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    contract_no = models.CharField(_("contract"), max_length=60, blank=True)
    demand = models.TextField(_("what the customer asks for"), blank=True)
    harm = models.DecimalField(
        _("harm"), max_digits=14, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    flags = ArrayField(
        models.CharField(max_length=20, choices=ComplaintFlag), verbose_name=_("flags"), default=list, blank=True
    )
    person_complained_about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person complained about"),
    )
    queue = models.ForeignKey(ServiceQueue, models.PROTECT, null=True, blank=True, related_name="requests")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_requests",
        verbose_name=_("handler"),
    )
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    converted_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="conversions")

    first_response_hours = models.DecimalField(max_digits=7, decimal_places=2, default=Decimal(8))
    first_response_due = models.DateTimeField(_("first response due"), null=True, blank=True)
    first_responded_at = models.DateTimeField(_("first response"), null=True, blank=True)
    tier = models.CharField(_("customer tier"), max_length=10, choices=Tier, default=Tier.STANDARD)
    sla_hours = models.DecimalField(_("promised hours"), max_digits=7, decimal_places=2, default=Decimal(56))
    sla_used_hours = models.DecimalField(max_digits=9, decimal_places=4, default=Decimal(0))
    sla_started_at = models.DateTimeField(null=True, blank=True)
    sla_running_since = models.DateTimeField(null=True, blank=True)
    sla_paused_at = models.DateTimeField(_("clock paused"), null=True, blank=True)
    sla_pause_reason = models.CharField(_("why the clock is paused"), max_length=200, blank=True)
    sla_extended = models.BooleanField(_("extended once"), default=False)
    resolve_due = models.DateTimeField(_("resolution due"), null=True, blank=True)
    sla_warn_due = models.DateTimeField(null=True, blank=True)
    sla_told = models.PositiveSmallIntegerField(default=0)
    first_response_told = models.BooleanField(default=False)
    escalation_level = models.PositiveSmallIntegerField(_("escalation level"), default=0)

    root_cause = models.CharField(_("root cause"), max_length=60, blank=True)
    responsible_unit = models.ForeignKey(
        "accounts.OrgUnit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible unit"),
    )
    findings = models.TextField(_("findings"), blank=True)
    resolution = models.TextField(_("resolution"), blank=True)
    compensation_kind = models.CharField(_("compensation"), max_length=20, choices=CompensationKind, blank=True)
    compensation = models.DecimalField(
        _("amount of compensation"),
        max_digits=14,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    compensation_paid_at = models.DateTimeField(_("compensation paid"), null=True, blank=True)
    compensation_reference = models.CharField(_("reference of the payment"), max_length=120, blank=True)
    commit_on = models.DateField(_("promised for"), null=True, blank=True)
    reply = models.TextField(_("reply to the customer"), blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    customer_satisfied = models.BooleanField(_("customer satisfied"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    returned_times = models.PositiveSmallIntegerField(_("times handled again"), default=0)
    external_channel = models.CharField(_("outside body the customer turned to"), max_length=120, blank=True)
    fraud_suspected = models.BooleanField(_("customer's fraud"), default=False)
    upheld = models.CharField(_("upheld"), max_length=12, choices=Upheld, blank=True)
    improvement = models.TextField(_("what was improved"), blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closing_reason = models.CharField(_("how it ended"), max_length=40, blank=True)

    objects = RecordManager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        indexes = [
            *by_owner("request"),
            models.Index(fields=["customer", "-created_at"], name="crm_request_customer"),
            models.Index(fields=["kind", "status", "-created_at"], name="crm_request_kind"),
            models.Index(fields=["handler", "resolve_due"], name="crm_request_handler"),
            models.Index(fields=["queue", "resolve_due"], name="crm_request_queue"),
            models.Index(
                fields=["resolve_due"],
                name="crm_request_due",
                condition=Q(status__in=_OPEN),
            ),
            models.Index(
                fields=["sla_warn_due"],
                name="crm_request_warn",
                condition=Q(status__in=_OPEN, sla_told__lt=2),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(harm__gte=0, compensation__gte=0), name="crm_request_amounts"),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="crm_request_satisfaction"
            ),
            models.CheckConstraint(
                condition=Q(sla_running_since=None) | Q(sla_paused_at=None), name="crm_request_clock_runs_or_rests"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.status in self.OPEN

    @property
    def is_paused(self) -> bool:
        """Whether the SLA clock stands still."""
        return self.sla_paused_at is not None

    @property
    def may_be_paused(self) -> bool:
        """Whether the clock runs and may stand still; at the highest escalation level it never does."""
        return self.is_open and self.sla_running_since is not None and self.escalation_level < MAX_ESCALATION

    def sla_moment(self, fraction: Decimal, calendar: BusinessCalendar) -> datetime | None:
        """When ``fraction`` (1 = all) of the promised time is used up; None while the clock does not run."""
        if self.sla_running_since is None:
            return None
        return calendar.add(self.sla_running_since, self.sla_hours * fraction - self.sla_used_hours)
