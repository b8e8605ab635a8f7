"""Files kept outside the web root under random names, each belonging to one record."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def storage_path(attachment: Attachment, filename: str) -> str:
    """A random place; nothing of the given file name gets into it."""
    name = uuid.uuid4().hex
    return f"attachments/{name[:2]}/{name}"


class Attachment(models.Model):
    """One file. ``content_type`` was found out from the content, never taken from the sender."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_kind = models.CharField(_("record kind"), max_length=60)
    record_id = models.CharField(_("record"), max_length=64)
    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), upload_to=storage_path, max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    digest = models.CharField(_("SHA-256"), max_length=64)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["record_kind", "record_id", "-added_at"], name="crm_attachment_record")]

    def __str__(self) -> str:
        return self.name
