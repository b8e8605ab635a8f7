"""What was taken out of the hot tables: segments of ended families in compressed files, and how long to wait."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.instances import ProcessInstance


class Retention(models.Model):
    """How long the ended instances of a process stay in the hot tables; without a row they stay for good.

    ``delete_after`` is when they leave the archive, too, in days after their end; null keeps them there for good.
    """

    process_key = models.CharField(_("process"), max_length=200, primary_key=True)
    days = models.PositiveIntegerField(_("days after the end"))
    delete_after = models.PositiveIntegerField(_("days until deleted"), null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("retention")
        constraints = [
            models.CheckConstraint(
                name="wf_retention_archived_before_deleted",
                condition=models.Q(delete_after__isnull=True) | models.Q(delete_after__gte=models.F("days")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.process_key} {self.days}"


class ArchiveSegment(models.Model):
    """One archive file with the families in it; ``first_link`` and ``last_link`` are where its chains begin and end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField()
    digest = models.BinaryField()
    families = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    first_link = models.BinaryField()
    last_link = models.BinaryField()
    ended_from = models.DateTimeField()
    ended_until = models.DateTimeField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("archive segment")

    def __str__(self) -> str:
        return self.file


class ArchivedInstance(models.Model):
    """Where an archived instance is and what lists show of it; its family is one part of the file."""

    id = models.UUIDField(primary_key=True, editable=False)
    segment = models.ForeignKey(ArchiveSegment, models.PROTECT, related_name="instances")
    offset = models.BigIntegerField()
    size = models.BigIntegerField()
    root = models.UUIDField()
    version = models.ForeignKey(
        "bpmn.ProcessVersion", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    process_key = models.CharField(_("process"), max_length=200)
    number = models.CharField(_("business key"), max_length=200, blank=True)
    record_kind = models.CharField(max_length=100, blank=True)
    record_id = models.CharField(max_length=64, blank=True)
    org_unit = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ProcessInstance.Status)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"))
    history_length = models.PositiveIntegerField()
    history_head = models.BinaryField()

    class Meta:
        verbose_name = _("archived process instance")
        indexes = [
            models.Index(fields=["record_kind", "record_id", "-started_at"], name="wf_archived_record"),
            models.Index(fields=["process_key", "-started_at"], name="wf_archived_process"),
            models.Index(fields=["root"], name="wf_archived_family"),
        ]

    def __str__(self) -> str:
        return f"{self.process_key} {self.number or self.id}"
