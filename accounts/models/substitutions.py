"""Who stands in for whom, from when to when."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config import clock


class Substitution(models.Model):
    """``substitute`` gets the tasks that would reach ``substituted`` while it lasts (``starts`` <= now < ``ends``).

    No ``ends`` means until somebody ends it; empty ``process_keys`` means every process;
    no ``branch`` means everywhere. ``settled_at`` is when, after its end, what came through it was handed back.
    """

    substituted = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="substitutions", verbose_name=_("absent")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="stands_in", verbose_name=_("substitute")
    )
    starts = models.DateTimeField(pgettext_lazy("substitution", "from"))
    ends = models.DateTimeField(pgettext_lazy("substitution", "until"), null=True, blank=True)
    process_keys = ArrayField(models.CharField(max_length=120), verbose_name=_("processes"), default=list, blank=True)
    branch = models.ForeignKey(
        "accounts.OrgUnit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["starts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(substituted=models.F("substitute")), name="substitution_is_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="substitution_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["substituted", "starts", "ends"], name="substitution_absent"),
            models.Index(fields=["substitute", "starts", "ends"], name="substitution_stands_in"),
            models.Index(fields=["ends"], name="substitution_unsettled", condition=models.Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.substituted_id}"
