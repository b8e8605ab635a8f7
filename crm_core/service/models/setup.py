"""What a company sets up once: the queues requests are handed to, and the times it promises."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_core.service.models.choices import RequestKind, Severity, Tier


class ServiceQueue(models.Model):
    """A group that requests are handed to.

    ``group_key`` is the candidate group of its work items; without an ``org_unit`` of its own the queue is one per
    branch and the branch's code is added. ``push`` hands a request to the least loaded member at once.
    """

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    group_key = models.CharField(_("group"), max_length=128)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, null=True, blank=True, related_name="+")
    push = models.BooleanField(_("hand out to the least loaded member"), default=False)

    class Meta:
        verbose_name = _("service queue")
        verbose_name_plural = _("service queues")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and (get_language() or "").startswith("zh") else self.name


class SlaPolicy(models.Model):
    """The promised times of a kind of request, in business hours, where no process decides them by a table."""

    kind = models.CharField(_("kind"), max_length=20, choices=RequestKind)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    tier = models.CharField(_("customer tier"), max_length=20, choices=Tier, default=Tier.STANDARD)
    first_response_hours = models.DecimalField(
        _("first response within hours"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    resolve_hours = models.DecimalField(
        _("resolution within hours"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        constraints = [
            models.UniqueConstraint(fields=["kind", "severity", "tier"], name="crm_sla_policy_once"),
            models.CheckConstraint(
                condition=Q(first_response_hours__gt=0, resolve_hours__gt=0), name="crm_sla_policy_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.severity}/{self.tier}"
