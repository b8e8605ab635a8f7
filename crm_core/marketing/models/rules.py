"""What plans are held to: the policy of the house, and what customers refused."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config import clock
from crm_core.interactions.models import Channel


class MarketingPolicy(models.Model):
    """One version of the policy; the one with the highest number holds.

    Nobody is contacted more than ``contact_cap`` times within ``contact_days`` days, and a concession of more than
    ``max_concession_percent`` is outside the policy.
    """

    DEFAULT_CAP: ClassVar[int] = 3
    DEFAULT_DAYS: ClassVar[int] = 30
    DEFAULT_CONCESSION: ClassVar[Decimal] = Decimal("15.00")

    number = models.PositiveIntegerField(_("version"), primary_key=True)
    max_concession_percent = models.DecimalField(
        _("largest concession in percent"),
        max_digits=5,
        decimal_places=2,
        default=DEFAULT_CONCESSION,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    contact_cap = models.PositiveSmallIntegerField(
        _("contacts per customer"), default=DEFAULT_CAP, validators=[MinValueValidator(1)]
    )
    contact_days = models.PositiveSmallIntegerField(
        _("within days"), default=DEFAULT_DAYS, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    note = models.TextField(_("note"), blank=True)
    published_at = models.DateTimeField(_("published"), default=clock.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("marketing policy")
        verbose_name_plural = _("marketing policies")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class ContactConsent(models.Model):
    """What a customer said about being contacted for marketing by a channel; who said nothing may be contacted."""

    customer = models.ForeignKey("crm_core.Customer", models.CASCADE, related_name="contact_consents")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    allowed = models.BooleanField(_("allowed"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("consent to be contacted")
        verbose_name_plural = _("consents to be contacted")
        constraints = [models.UniqueConstraint(fields=["customer", "channel"], name="crm_contact_consent_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.channel}"
