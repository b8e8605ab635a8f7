"""A running process: which definition it follows, which record it is about, and the engine's state."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProcessInstance(models.Model):
    """One run of one version. A call activity's child is a row of its own under the lock of its root."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        SUSPENDED = "suspended", _("Suspended")
        COMPLETED = "completed", _("Completed")
        TERMINATED = "terminated", _("Terminated")
        CANCELLED = "cancelled", _("Cancelled")

    LIVE = (Status.RUNNING, Status.SUSPENDED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    root = models.ForeignKey(
        "self", models.PROTECT, related_name="family", db_index=False, verbose_name=_("root instance")
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    parent_step = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey("bpmn.ProcessVersion", models.PROTECT, related_name="instances", db_index=False)
    process_key = models.CharField(_("process"), max_length=200)
    number = models.CharField(_("business key"), max_length=200, blank=True)
    record_kind = models.CharField(max_length=100, blank=True)
    record_id = models.CharField(max_length=64, blank=True)
    org_unit = models.CharField(max_length=64, blank=True)
    start_message = models.CharField(max_length=200, blank=True)
    start_key = models.CharField(max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RUNNING)
    state = models.BinaryField()
    revision = models.PositiveIntegerField(default=0)
    history_length = models.PositiveIntegerField(default=0)
    history_head = models.BinaryField(default=bytes)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="started_instances",
        db_index=False,
        db_constraint=False,  # as with who holds a task: no lock on the person's row
    )
    started_at = models.DateTimeField(_("started"))
    moved_at = models.DateTimeField(_("last step"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ends = models.JSONField(default=list, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    has_held_acts = models.BooleanField(default=False, db_default=False)  # of a root: an act on its family is held

    class Meta:
        verbose_name = _("process instance")
        verbose_name_plural = _("process instances")
        indexes = [
            models.Index(fields=["root", "parent"], name="wf_inst_family"),
            models.Index(fields=["record_kind", "record_id", "-started_at"], name="wf_inst_record"),
            models.Index(fields=["process_key", "-started_at"], name="wf_inst_process"),
            models.Index(
                fields=["process_key", "-started_at"],
                name="wf_inst_live",
                condition=models.Q(status__in=["running", "suspended"]),
            ),
            models.Index(
                fields=["version"], name="wf_inst_version", condition=models.Q(status__in=["running", "suspended"])
            ),
            models.Index(fields=["started_by", "-started_at"], name="wf_inst_starter"),
            models.Index(fields=["number"], name="wf_inst_number", condition=~models.Q(number="")),
            models.Index(
                fields=["start_message", "start_key", "process_key"],
                name="wf_inst_start_key",
                condition=models.Q(status__in=["running", "suspended"]) & ~models.Q(start_key=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="wf_inst_ended_when_over",
                condition=models.Q(ended_at__isnull=True, status__in=["running", "suspended"])
                | models.Q(ended_at__isnull=False, status__in=["completed", "terminated", "cancelled"]),
            ),
            models.UniqueConstraint(
                fields=["parent", "parent_step"],
                name="wf_inst_one_live_child_per_step",
                condition=models.Q(parent__isnull=False, status__in=["running", "suspended"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_key} {self.number or self.id}"

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.status in self.LIVE

    @property
    def is_root(self) -> bool:
        """Whether nothing called it."""
        return self.root_id == self.pk
