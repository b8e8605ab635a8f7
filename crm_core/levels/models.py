"""Customer levels, the changes from one level to another, and what each approver decided about a change."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_core.records import Record, RecordManager, by_owner


class LevelCode(models.TextChoices):
    """The codes processes and decision tables use, lowest rank first."""

    WATCH = "watch", _("Watch")
    STANDARD = "standard", _("Standard")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")
    PLATINUM = "platinum", _("Platinum")


class CustomerLevel(models.Model):
    """One level and what it grants.

    ``min_amount`` is the twelve-month consumption net of discount, in the base currency, that the table
    ``level_recommendation`` compares with; ``sla_factor`` multiplies answer times (smaller is faster);
    ``benefits`` is a list of {"code", "en", "zh", "value"}.
    """

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    min_amount = models.DecimalField(
        _("amount from"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    benefits = models.JSONField(_("benefits"), default=list, blank=True)
    sla_factor = models.DecimalField(_("SLA factor"), max_digits=4, decimal_places=2, default=Decimal("1.00"))
    credit_limit = models.DecimalField(_("credit limit"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    review_months = models.PositiveSmallIntegerField(_("review after months"), default=12)
    tells_customer_when_lowered = models.BooleanField(_("tell the customer when lowered to this"), default=False)

    class Meta:
        verbose_name = _("customer level")
        verbose_name_plural = _("customer levels")
        ordering = ["rank"]
        constraints = [
            models.CheckConstraint(condition=models.Q(sla_factor__gt=0), name="crm_level_sla_factor"),
            models.CheckConstraint(condition=models.Q(credit_limit__gte=0), name="crm_level_credit_limit"),
        ]

    def __str__(self) -> str:
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``."""
        return self.name_zh if self.name_zh and (language or "").startswith("zh") else self.name


class Direction(models.TextChoices):
    UP = "up", _("Up")
    DOWN = "down", _("Down")
    SAME = "same", _("Unchanged")


class ChangeReason(models.TextChoices):
    CONSUMPTION = "consumption", _("Consumption")
    STRATEGIC = "strategic", _("Strategic")
    RELATIONSHIP = "relationship", _("Relationship")
    COMPLAINT = "complaint", _("Complaint")
    ARREARS = "arrears", _("Arrears")
    CORRECTION = "correction", _("Correction")


class ChangeSource(models.TextChoices):
    REQUEST = "request", _("Asked for by sales")
    REVIEW = "review", _("Level review")
    COMPLAINT = "complaint", _("Complaint")
    PREMIUM = "premium", _("Premium application")


class ChangeStatus(models.TextChoices):
    DRAFT = "draft", _("Being opened")
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    APPLIED = "applied", _("Applied")
    REVOKED = "revoked", _("Revoked")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NO_CHANGE = "no-change", _("No change")
    DUPLICATE = "duplicate", _("Another change was open")
    EXPIRED = "expired", _("Expired")


class LevelChange(Record):
    """One request to move a customer to another level, from its opening to its end.

    ``evidence`` is frozen as of ``as_of`` and ``evidence_hash`` is its SHA-256; ``rounds`` keeps what each round of
    approval was asked to approve; ``before`` is what the customer had when the change was applied, for revoking.
    """

    record_kind: ClassVar[str] = "level_change"
    number_prefix: ClassVar[str] = "LC"
    OPEN: ClassVar[tuple[ChangeStatus, ...]] = (ChangeStatus.REQUESTED, ChangeStatus.APPROVED)

    customer = models.ForeignKey(
        "crm_core.Customer", models.CASCADE, related_name="level_changes", verbose_name=_("customer")
    )
    status = models.CharField(_("status"), max_length=10, choices=ChangeStatus, default=ChangeStatus.DRAFT)
    source = models.CharField(_("source"), max_length=10, choices=ChangeSource, default=ChangeSource.REQUEST)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("requester")
    )
    from_level = models.ForeignKey(CustomerLevel, models.PROTECT, related_name="+", verbose_name=_("present level"))
    to_level = models.ForeignKey(
        CustomerLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed level")
    )
    recommended_level = models.ForeignKey(
        CustomerLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recommended level")
    )
    recommendation_rule = models.PositiveSmallIntegerField(_("rule of the recommendation"), null=True, blank=True)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=ChangeReason, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    objection = models.TextField(_("objection"), blank=True)
    effective_on = models.DateField(_("effective from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    as_of = models.DateField(_("evidence as of"), null=True, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True)
    rounds = models.JSONField(_("rounds"), default=list, blank=True)
    before = models.JSONField(_("granted before"), default=dict, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates", verbose_name=_("duplicate of")
    )
    closing_note = models.TextField(_("closing note"), blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = RecordManager()

    class Meta:
        verbose_name = _("level change")
        verbose_name_plural = _("level changes")
        indexes = [
            *by_owner("level_change"),
            models.Index(fields=["customer", "-created_at"], name="crm_level_change_customer"),
            models.Index(fields=["org_unit", "status", "-created_at"], name="crm_level_change_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(status__in=["requested", "approved"]),
                name="crm_level_change_one_open",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision or for its day."""
        return self.status in self.OPEN

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the requester may still take it back: until it is applied."""
        return self.status in {ChangeStatus.DRAFT, *self.OPEN}


class Decision(models.TextChoices):
    APPROVE = "approve", _("Approve")
    RETURN = "return", _("Return for rework")
    REJECT = "reject", _("Reject")


class LevelDecision(models.Model):
    """What one approver decided in one round, on which evidence."""

    change = models.ForeignKey(LevelChange, models.CASCADE, related_name="decisions")
    round = models.PositiveSmallIntegerField(_("round"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("role"), max_length=120, blank=True)
    outcome = models.CharField(_("decision"), max_length=8, choices=Decision)
    comment = models.TextField(_("comment"), blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"))
    key = models.CharField(max_length=300, unique=True)

    class Meta:
        verbose_name = _("decision about a level change")
        indexes = [models.Index(fields=["change", "at"], name="crm_level_decision_change")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.change_id}"
