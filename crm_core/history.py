"""What changed on which record: one row per change, written by the command in its own transaction.

Own rows and not database triggers (django-pghistory): a row carries the acting person and the driven clock without
session variables, names the business act ("level-applied", not UPDATE), and never holds a secret value, so a mask
need not be applied to old copies of it.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordChange(models.Model):
    """One act on one record. ``fields`` maps field names to [before, after]; secrets show as null on both sides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("record kind"), max_length=60)
    record_id = models.UUIDField(_("record"))
    record_version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("act"), max_length=60)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    fields = models.JSONField(_("changed fields"), default=dict)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("change of a record")
        indexes = [models.Index(fields=["kind", "record_id", "-at"], name="crm_change_record")]

    def __str__(self) -> str:
        return f"{self.act} {self.kind} {self.record_id}"
