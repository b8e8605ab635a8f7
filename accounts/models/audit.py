"""What must stay on record: changed rights, failed logins, exports, views of sensitive fields, acts of operators."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config import clock


class AuditEvent(models.Model):
    """One entry of the audit log; the database refuses to change or delete it."""

    at = models.DateTimeField(pgettext_lazy("audit", "at"), default=clock.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("audit", "by"),
    )
    event = models.CharField(_("event"), max_length=60)
    subject_kind = models.CharField(_("record kind"), max_length=60, blank=True)
    subject_id = models.CharField(_("record"), max_length=80, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["event", "-at"], name="audit_event"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.subject_kind} {self.subject_id}".strip()
