"""A rehearsal somebody asked for: which draft with how many instances, and what came of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rehearsal(models.Model):
    """The report is for whoever asked: it names only processes that person may see.

    ``files`` are the draft's texts by name, forgotten with the report. ``claimed_until`` keeps other workers away
    while one is at it; later it belongs to a worker that died.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        REFUSED = "refused", _("Not done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    process_key = models.CharField(max_length=200)
    files = models.JSONField(default=dict)
    last = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    report = models.JSONField(null=True)
    message = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("rehearsal")
        indexes = [
            models.Index(fields=["created_at"], name="wf_rehearsal_running", condition=models.Q(status="running"))
        ]

    def __str__(self) -> str:
        return f"{self.process_key} {self.created_at:%Y-%m-%d %H:%M}"
