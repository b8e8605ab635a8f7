"""The work of somebody who leaves on its way to others: what there was, and what became of each piece."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_inbox.models.items import WorkItem


class HandOver(models.Model):
    """All open work of ``person`` handed to ``receivers`` (ids of users) by an administrator, piece by piece."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    receivers = ArrayField(models.IntegerField())
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="hand_over_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.started_at:%F}"


class HandOverPart(models.Model):
    """One piece: a task, or a substitution by its id."""

    class Kind(models.TextChoices):
        COVERED = "covered", _("held by a substitute")
        HELD = "held", _("in hand")
        OFFERED = "offered", _("offered by name")
        QUEUE = "queue", _("in a queue of one")
        DELEGATED = "delegated", _("delegated, comes back")
        STANDS_IN = "stands-in", _("stands in for others")
        STOOD_IN = "stood-in", _("others stand in")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not possible")

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="parts", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    item = models.ForeignKey(WorkItem, models.CASCADE, null=True, related_name="+", db_index=False)
    substitution = models.BigIntegerField(null=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    refusal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["hand_over", "status", "id"], name="hand_over_parts")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
