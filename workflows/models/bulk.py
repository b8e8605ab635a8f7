"""One act of an operator on many processes: retried by cause, cancelled, suspended, or let go on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflows.models.batches import Batch, BatchItem
from workflows.models.history import Incident
from workflows.models.instances import ProcessInstance


class BulkAct(Batch):
    """What an operator decided to do to each of many processes.

    ``key`` is the sender's own: the same one again is the same act. ``cause`` is whose incidents are retried, empty
    where they were picked; ``variables`` are written before each retry. ``process_key`` is empty across processes.
    """

    class Kind(models.TextChoices):
        RETRY = "retry", _("Try again")
        CANCEL = "cancel", _("Cancel")
        SUSPEND = "suspend", _("Suspend")
        RESUME = "resume", _("Let go on")

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - without a key every act is its own
    cause = models.CharField(max_length=32, blank=True)
    variables = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("act on many processes")
        indexes = [
            models.Index(fields=["-created_at"], name="wf_bulk_newest"),
            models.Index(fields=["created_at"], name="wf_bulk_running", condition=models.Q(status="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause"],
                name="wf_bulk_one_running_of_a_cause",
                condition=models.Q(status="running") & ~models.Q(cause=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"


class BulkItem(BatchItem):
    """What became of one process or incident; ``message`` says why where it did not go as wished.

    ``stopped_at`` are the elements at which the process stopped again further on.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting its turn")
        THROUGH = "through", _("Done")
        UNDER_WAY = "under-way", _("Asked for again")
        FAILED_AGAIN = "failed-again", _("Still stuck")
        REFUSED = "refused", _("Not done")
        FAILED = "failed", pgettext_lazy("migration", "Failed")

    batch = models.ForeignKey(BulkAct, models.CASCADE, related_name="results", db_index=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="bulk_items")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="bulk_items")
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    stopped_at = models.JSONField(default=list)

    class Meta:
        verbose_name = _("act on a process")
        indexes = [models.Index(fields=["batch", "status", "id"], name="wf_bulk_items")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "instance"], name="wf_bulk_once", condition=models.Q(incident__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["batch", "incident"], name="wf_bulk_incident_once", condition=models.Q(incident__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}: {self.status}"
