"""What changed on which record: one row per change, written by the command in its own transaction.

Own rows and not database triggers (django-pghistory): a row carries the acting person and the driven clock without
session variables, names the business act ("level-applied", not UPDATE), and never holds a secret value, so a mask
need not be applied to old copies of it.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.records import Differences, Revisions


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


def revisions(kind: str, *aside: str) -> Revisions:
    """How a kind of record counts its changes; those of its ``status`` and of the fields named are beside the point."""
    return Revisions("version", lambda record_id, version: differences(kind, record_id, version, {"status", *aside}))


def differences(kind: str, record_id: Any, version: int, aside: set[str]) -> Differences:
    """What is not any more as it was in this version; what was changed and changed back is left out. One query."""
    rows = RecordChange.objects.filter(kind=kind, record_id=record_id, record_version__gt=version)
    found: dict[str, tuple[Any, Any]] = {}
    for fields in rows.order_by("record_version", "at").values_list("fields", flat=True):
        for name, pair in fields.items():
            if name not in aside and isinstance(pair, list) and len(pair) == 2:
                found[name] = (found.get(name, pair)[0], pair[1])
    return {name: pair for name, pair in found.items() if pair[0] != pair[1] or pair == (None, None)}
