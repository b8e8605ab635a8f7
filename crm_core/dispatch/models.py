"""Parts: what a branch has in stock, and what a work order asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config import clock


class StockItem(models.Model):
    """A spare part in the store of one branch."""

    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    on_hand = models.DecimalField(_("on hand"), max_digits=12, decimal_places=3, default=Decimal(0))

    class Meta:
        verbose_name = _("stock item")
        verbose_name_plural = _("stock items")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["org_unit", "code"], name="crm_stock_item_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0, price__gte=0), name="crm_stock_item_amounts"),
        ]

    def __str__(self) -> str:
        return self.code


class PartsStatus(models.TextChoices):
    RESERVED = "reserved", _("Reserved")
    ORDERED = "ordered", _("Ordered")
    ARRIVED = "arrived", _("Arrived")
    CANCELLED = "cancelled", _("Cancelled")


class PartsRequest(models.Model):
    """Parts a visit needs: taken from stock at once or ordered until they arrive.

    ``items`` are rows {part: code, quantity: number}. ``key`` names the step that asked, so a repeat asks nothing.
    """

    WAITING: ClassVar[tuple[str, ...]] = (PartsStatus.ORDERED,)
    HELD: ClassVar[tuple[str, ...]] = (PartsStatus.RESERVED, PartsStatus.ORDERED, PartsStatus.ARRIVED)

    work_order = models.ForeignKey("crm_core.WorkOrder", models.CASCADE, related_name="parts_requests")
    status = models.CharField(_("status"), max_length=12, choices=PartsStatus)
    items = models.JSONField(_("parts"), default=list)
    key = models.CharField(max_length=200, unique=True, editable=False)
    requested_at = models.DateTimeField(_("asked for"), default=clock.now)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)

    class Meta:
        verbose_name = _("parts request")
        verbose_name_plural = _("parts requests")
        ordering = ["requested_at", "pk"]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.status}"
