"""Visits: work orders that send somebody to a customer, and asking back when the work is done."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.records import Record, RecordManager, by_owner
from crm_core.service.models.requests import ServiceRequest


class WorkOrderStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    EN_ROUTE = "en_route", _("On the way")
    ON_SITE = "on_site", _("On site")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    INSPECTED = "inspected", _("Inspected")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class WorkOrderOrigin(models.TextChoices):
    FAULT = "fault", _("Fault")
    COMPLAINT = "complaint", _("Complaint")
    PLANNED = "planned", _("Service plan")
    BOOKED = "booked", _("Booking")


class WorkOrder(Record):
    """One visit to a customer: what is to be done, by whom, when, and what came of it."""

    record_kind: ClassVar[str] = "work_order"
    number_prefix: ClassVar[str] = "WO"
    OPEN: ClassVar[tuple[str, ...]] = ("draft", "dispatched", "accepted", "rejected", "en_route", "on_site", "paused")

    request = models.ForeignKey(
        ServiceRequest, models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("request")
    )
    customer = models.ForeignKey("crm_core.Customer", models.PROTECT, related_name="work_orders")
    origin = models.CharField(_("origin"), max_length=12, choices=WorkOrderOrigin, default=WorkOrderOrigin.FAULT)
    status = models.CharField(_("status"), max_length=12, choices=WorkOrderStatus, default=WorkOrderStatus.DRAFT)
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    product = models.ForeignKey(
        "crm_core.Product", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    skill = models.CharField(_("skill needed"), max_length=60, blank=True)
    site = models.CharField(_("site"), max_length=200, blank=True)
    area = models.CharField(pgettext_lazy("place", "area"), max_length=60, blank=True)
    safety = models.CharField(_("danger"), max_length=20, blank=True)
    essential = models.BooleanField(_("essential for the customer"), default=False)
    misuse = models.BooleanField(_("caused by misuse"), default=False)
    landlord_part = models.BooleanField(_("part of the landlord's equipment"), default=False)
    warranty_until = models.DateField(_("in warranty until"), null=True, blank=True)
    contract_visits_left = models.PositiveSmallIntegerField(_("contract visits left"), default=0)
    concession_percent = models.PositiveSmallIntegerField(
        _("approved concession, percent"), default=0, validators=[MaxValueValidator(100)]
    )
    charge = models.CharField(_("charge"), max_length=8, blank=True)
    estimate = models.DecimalField(_("estimate"), max_digits=12, decimal_places=2, default=Decimal(0))
    priority = models.CharField(_("priority"), max_length=2, blank=True)
    crew = models.PositiveSmallIntegerField(_("crew"), default=1)
    window_from = models.DateTimeField(_("visit from"), null=True, blank=True)
    window_to = models.DateTimeField(_("visit until"), null=True, blank=True)
    arrival_due = models.DateTimeField(_("arrival due"), null=True, blank=True)
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("technician")
    )
    refused_by = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    parts = models.JSONField(_("parts used"), default=list, blank=True)
    hours = models.DecimalField(_("hours worked"), max_digits=6, decimal_places=2, default=Decimal(0))
    labour_cost = models.DecimalField(_("labour"), max_digits=12, decimal_places=2, default=Decimal(0))
    parts_cost = models.DecimalField(_("parts"), max_digits=12, decimal_places=2, default=Decimal(0))
    checklist = models.JSONField(_("checklist"), default=list, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=80, blank=True)
    score = models.PositiveSmallIntegerField(
        _("customer's score (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    no_one_home = models.PositiveSmallIntegerField(_("visits in vain"), default=0)
    called_by = models.CharField(max_length=200, null=True, blank=True, unique=True, editable=False)
    window_booked = models.BooleanField(_("window booked by the customer"), default=False)
    arrival_late = models.DateTimeField(_("arrival much too late"), null=True, blank=True)
    arrival_warned = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(_("refused by technicians"), default=0)
    charged = models.DecimalField(_("charged to the customer"), max_digits=12, decimal_places=2, default=Decimal(0))
    inspection_passed = models.BooleanField(_("inspection passed"), null=True, blank=True)
    inspection_note = models.TextField(_("note of the inspection"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.CharField(_("how it ended"), max_length=40, blank=True)

    objects = RecordManager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        indexes = [
            *by_owner("work_order"),
            models.Index(fields=["customer", "-created_at"], name="crm_work_order_customer"),
            models.Index(fields=["technician", "window_from"], name="crm_work_order_technician"),
            models.Index(fields=["status", "-created_at"], name="crm_work_order_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(estimate__gte=0, hours__gte=0, labour_cost__gte=0, parts_cost__gte=0),
                name="crm_work_order_amounts",
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(1, 5)), name="crm_work_order_score"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to come or under way."""
        return self.status in self.OPEN


class VisitStatus(models.TextChoices):
    DUE = "due", pgettext_lazy("return visit", "Due")
    DONE = "done", _("Done")
    UNREACHABLE = "unreachable", _("Not reached")
    ESCALATED = "escalated", _("Escalated")


class ReturnVisit(Record):
    """A call or visit after the work is done, to ask whether the customer is content.

    ``script`` are the questions to ask, one a line; empty means the usual ones. ``complaint`` is what a bad score
    opened.
    """

    record_kind: ClassVar[str] = "return_visit"
    number_prefix: ClassVar[str] = "RV"

    customer = models.ForeignKey("crm_core.Customer", models.PROTECT, related_name="return_visits")
    request = models.ForeignKey(ServiceRequest, models.PROTECT, null=True, blank=True, related_name="return_visits")
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="return_visits")
    status = models.CharField(_("status"), max_length=12, choices=VisitStatus, default=VisitStatus.DUE)
    due_on = models.DateField(_("due"))
    script = models.TextField(_("questions to ask"), blank=True)
    result = models.TextField(_("result"), blank=True)
    complaint = models.ForeignKey(
        ServiceRequest, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("complaint")
    )
    score = models.PositiveSmallIntegerField(
        _("score (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    objects = RecordManager()

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")
        indexes = [
            *by_owner("return_visit"),
            models.Index(fields=["status", "due_on"], name="crm_return_visit_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(1, 5)), name="crm_return_visit_score"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(status="due", request__isnull=False), name="crm_return_visit_request"
            ),
            models.UniqueConstraint(
                fields=["work_order"],
                condition=Q(status="due", work_order__isnull=False),
                name="crm_return_visit_order",
            ),
        ]
