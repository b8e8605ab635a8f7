"""The money of marketing: what a branch may spend in a year, what a plan asks for, holds, and has spent."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config import clock
from crm_core.marketing.models.choices import CostCategory
from crm_core.marketing.models.plans import MarketingPlan
from crm_core.records import Stamped

CENT = Decimal("0.01")


class BranchBudget(Stamped):
    """What a branch may spend on marketing in a calendar year. A branch without one has no limit."""

    record_kind: ClassVar[str] = "branch_budget"

    branch = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("branch"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("marketing budget of a branch")
        verbose_name_plural = _("marketing budgets of branches")
        constraints = [
            models.UniqueConstraint(fields=["branch", "year"], name="crm_branch_budget_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="crm_branch_budget_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.year}"


class BudgetLine(models.Model):
    """One item of a plan's budget."""

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    category = models.CharField(_("category"), max_length=8, choices=CostCategory)
    description = models.CharField(_("description"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="crm_budget_line_position"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="crm_budget_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.position}"


class BudgetReservation(models.Model):
    """Money of a branch and year held for an approved plan until it is released."""

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="reservations")
    branch = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("branch"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    reserved_at = models.DateTimeField(_("reserved"), default=clock.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("budget reservation")
        verbose_name_plural = _("budget reservations")
        indexes = [models.Index(fields=["branch", "year"], name="crm_reservation_branch")]
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(released_at=None), name="crm_reservation_one_open"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="crm_reservation_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.amount}"


class BookedCost(models.Model):
    """Money a plan has spent. ``reference`` is the number of the invoice: the same one is booked once."""

    plan = models.ForeignKey(MarketingPlan, models.PROTECT, related_name="costs")
    category = models.CharField(_("category"), max_length=8, choices=CostCategory)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(CENT)])
    booked_on = models.DateField(_("booked on"))
    reference = models.CharField(_("invoice"), max_length=80, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    booked_at = models.DateTimeField(_("booked"), default=clock.now)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("booked cost")
        verbose_name_plural = _("booked costs")
        ordering = ["booked_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="crm_booked_cost_amount"),
            models.UniqueConstraint(
                fields=["plan", "reference"], condition=~Q(reference=""), name="crm_booked_cost_invoice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.amount}"
