"""Moving running instances to another version: one batch per act, one result per instance."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflows.models.batches import Batch, BatchItem
from workflows.models.instances import ProcessInstance


class MigrationBatch(Batch):
    """What somebody decided: from which version to which, renamed elements, and choices by group of instances.

    ``mapping`` is old element -> new element for all; ``choices`` by group key: its own mapping, ``end`` and ``leave``.
    """

    source = models.ForeignKey("bpmn.ProcessVersion", models.PROTECT, related_name="+")
    target = models.ForeignKey("bpmn.ProcessVersion", models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("migration")
        indexes = [
            models.Index(fields=["process_key", "-created_at"], name="wf_migration_process"),
            models.Index(fields=["created_at"], name="wf_migration_running", condition=models.Q(status="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="wf_migration_one_running", condition=models.Q(status="running")
            )
        ]

    def __str__(self) -> str:
        return f"{self.process_key} {self.created_at:%Y-%m-%d %H:%M}"


class MigrationResult(BatchItem):
    """What became of one instance. ``problems`` says why it stayed: element and reason each.

    While ``state_before`` is there and the instance is still at ``revision`` the migration can be undone; ``closed``
    are the subscriptions it took away.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting its turn")
        MIGRATED = "migrated", _("Moved")
        LEFT = "left", _("Left on its version")
        FAILED = "failed", pgettext_lazy("migration", "Failed")
        UNDONE = "undone", _("Undone")

    batch = models.ForeignKey(MigrationBatch, models.CASCADE, related_name="results", db_index=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="migrations")
    group = models.CharField(max_length=32)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    problems = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    state_before = models.BinaryField(null=True)
    closed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("migration of a process")
        indexes = [
            models.Index(fields=["batch", "status", "id"], name="wf_migration_results"),
            models.Index(
                fields=["finished_at"], name="wf_migration_kept", condition=models.Q(state_before__isnull=False)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["batch", "instance"], name="wf_migration_once")]

    def __str__(self) -> str:
        return f"{self.instance_id}: {self.status}"
