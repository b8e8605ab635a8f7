"""What leaves a transaction as a row first: deliveries to other families and effects on the outside."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.instances import ProcessInstance


class Delivery(models.Model):
    """Something for another family: a message or signal to route, an instance to start, an operation to carry out."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        SIGNAL = "signal", _("Signal")
        RECEIVE = "receive", _("Hand to a waiting instance")
        START = "start", _("Start")
        OPERATION = "operation", _("Operation on an instance")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not needed any more")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    idempotency_key = models.CharField(max_length=500, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    name = models.CharField(max_length=200, blank=True)
    correlation_key = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(default=dict)
    process_key = models.CharField(max_length=200, blank=True)
    event = models.CharField(max_length=200, blank=True)
    target = models.ForeignKey(
        ProcessInstance, models.CASCADE, null=True, blank=True, related_name="incoming_deliveries"
    )
    subscription = models.CharField(max_length=200, blank=True)
    message = models.ForeignKey(
        "workflows.BufferedMessage", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    record_kind = models.CharField(max_length=100, blank=True)
    record_id = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=200, blank=True)
    time_to_live = models.DurationField(null=True, blank=True)
    origin = models.ForeignKey(
        ProcessInstance, models.SET_NULL, null=True, blank=True, related_name="sent_deliveries", db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.ForeignKey(
        ProcessInstance, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("delivery")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], name="wf_delivery_due", condition=models.Q(status="pending")
            ),
            models.Index(fields=["requested_at"], name="wf_delivery_failed", condition=models.Q(status="failed")),
            models.Index(
                fields=["finished_at"], name="wf_delivery_done", condition=models.Q(status__in=["done", "dropped"])
            ),
            models.Index(fields=["origin"], name="wf_delivery_origin", condition=models.Q(origin__isnull=False)),
            models.Index(fields=["result"], name="wf_delivery_result", condition=models.Q(result__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.process_key}"


class Effect(models.Model):
    """A requested call to the outside, done by a job after commit; its answer completes the step."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Being carried out")
        ANSWERED = "answered", _("Answered, not yet handed to the process")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    WAITING = (Status.PENDING, Status.CLAIMED, Status.ANSWERED)

    id = models.UUIDField(primary_key=True, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="effects", db_index=False)
    element = models.TextField()
    loop = models.PositiveIntegerField()
    step = models.CharField(max_length=200)
    type = models.CharField(max_length=200)
    idempotency_key = models.CharField(max_length=500, unique=True)
    inputs = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    next_attempt_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("effect")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="wf_effect_due",
                condition=models.Q(status__in=["pending", "claimed", "answered"]),
            ),
            models.Index(fields=["instance", "step"], name="wf_effect_step"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["instance", "element", "loop"], name="wf_effect_once_per_activation")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.idempotency_key}"
