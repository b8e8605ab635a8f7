"""What happened: the append-only trace of each instance, and its incidents."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.instances import ProcessInstance


class Incident(models.Model):
    """A step that could not be carried out keeps its token here until it is retried or the instance moves on.

    ``cause`` is the same for the same trouble at the same place (`workflows.causes`). While ``next_retry_at`` is set it
    is retried by itself; afterwards it waits for an operator.
    """

    class Resolution(models.TextChoices):
        RETRIED = "retried", _("Retry succeeded")
        LEFT = "left", _("The step was left")
        RESOLVED = "resolved", _("Resolved by an operator")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="incidents", db_index=False)
    step = models.CharField(max_length=200)
    element = models.TextField()
    kind = models.CharField(_("kind"), max_length=30)
    message = models.TextField(_("message"))
    detail = models.TextField(_("detail"), blank=True)
    cause = models.CharField(max_length=32, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=1)
    retries_left = models.PositiveSmallIntegerField(default=0)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)

    class Meta:
        verbose_name = _("incident")
        indexes = [
            models.Index(fields=["-opened_at"], name="wf_incident_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["next_retry_at"],
                name="wf_incident_retry",
                condition=models.Q(closed_at__isnull=True, next_retry_at__isnull=False),
            ),
            models.Index(fields=["instance", "opened_at"], name="wf_incident_instance"),
            models.Index(
                fields=["cause", "opened_at"], name="wf_incident_cause", condition=models.Q(closed_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "step"],
                name="wf_incident_one_open_per_step",
                condition=models.Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.element}: {self.message}"


class HistoryEvent(models.Model):
    """One thing that happened to an instance under a version, numbered without gaps; rows are only ever added.

    ``digest`` is the salted digest of ``data`` and ``link`` the chain up to this event (`workflows.chaining`). Where
    personal data was erased ``salt`` is null and a later event of kind ERASED says so.

    The database does not check what the rows refer to: they are written only beside an instance that is locked, by an
    actor who was read, and ten of them at a time.
    """

    class Kind(models.TextChoices):
        STIMULUS = "stimulus", _("Asked for")
        ENTERED = "entered", _("Reached")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Withdrawn")
        FLOW = "flow", _("Went along")
        VARIABLES = "variables", _("Variables changed")
        CALLED = "called", _("Carried out")
        LOOKED_UP = "looked-up", _("Looked up")
        DECIDED = "decided", _("Decided by table")
        CONDITION = "condition", _("Condition")
        WARNING = "warning", _("Warning")
        INCIDENT = "incident", _("Incident")
        ENDED = "ended", _("Ended")
        SUSPENDED = "suspended", _("Suspended")
        RESUMED = "resumed", _("Resumed")
        REKEYED = "rekeyed", _("Moved to another record")
        MIGRATED = "migrated", _("Moved to another version")
        TASK = "task", _("Done with a task")
        ERASED = "erased", _("Personal data erased")
        OPERATED = "operated", _("An operator’s act")

    instance = models.ForeignKey(
        ProcessInstance, models.CASCADE, related_name="history", db_index=False, db_constraint=False
    )
    sequence = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(max_length=20, choices=Kind)
    element = models.TextField(blank=True)
    step = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey(
        "bpmn.ProcessVersion", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    data = models.JSONField(default=dict)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField(null=True)
    link = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("history event")
        constraints = [models.UniqueConstraint(fields=["instance", "sequence"], name="wf_history_sequence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.element}"
