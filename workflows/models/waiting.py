"""What instances wait for: timers, subscriptions, messages that came too early, and timers that start processes."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.instances import ProcessInstance


class Timer(models.Model):
    """A waiting timer; without a due moment it is parked until its expression is evaluated again."""

    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="timers", db_index=False)
    root = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="family_timers")
    timer = models.CharField(max_length=200)
    element = models.TextField()
    due = models.DateTimeField(null=True, blank=True)
    repetitions = models.IntegerField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("timer")
        indexes = [
            models.Index(fields=["due", "id"], name="wf_timer_due", condition=models.Q(due__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["instance", "timer"], name="wf_timer_once")]

    def __str__(self) -> str:
        return f"{self.element} {self.due or '-'}"


class Subscription(models.Model):
    """An instance waits for a message by name and correlation key, or for a signal by name."""

    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="subscriptions", db_index=False)
    root = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="family_subscriptions")
    process_key = models.CharField(max_length=200)
    subscription = models.CharField(max_length=200)
    element = models.TextField()
    name = models.CharField(max_length=200)
    correlation_key = models.CharField(max_length=200, blank=True)
    signal = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("subscription")
        indexes = [
            models.Index(fields=["name", "correlation_key", "signal"], name="wf_subscription_name"),
        ]
        constraints = [models.UniqueConstraint(fields=["instance", "subscription"], name="wf_subscription_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.correlation_key}"


class BufferedMessage(models.Model):
    """A message within its time to live; each process takes it at most once (``taken_by`` lists process keys)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    correlation_key = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=500, unique=True)
    variables = models.JSONField(default=dict)
    taken_by = models.JSONField(default=list)
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("buffered message")
        indexes = [
            models.Index(fields=["name", "correlation_key", "published_at"], name="wf_buffered_name"),
            models.Index(fields=["expires_at"], name="wf_buffered_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.correlation_key}"


class StartTimer(models.Model):
    """When a live version's timer start event begins the next instance.

    ``every`` is the interval or cron text of a cycle, ``left`` its repetitions after this one (-1 without end).
    """

    version = models.ForeignKey("bpmn.ProcessVersion", models.CASCADE, related_name="start_timers")
    process_key = models.CharField(max_length=200)
    event = models.CharField(max_length=200)
    due = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)
    every = models.TextField(blank=True)
    left = models.IntegerField(default=0)
    fired = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("start timer")
        indexes = [models.Index(fields=["due"], name="wf_start_timer_due", condition=models.Q(due__isnull=False))]
        constraints = [models.UniqueConstraint(fields=["process_key", "event"], name="wf_start_timer_once")]

    def __str__(self) -> str:
        return f"{self.process_key} {self.event}"
