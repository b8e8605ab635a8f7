"""Opinions that were asked for while somebody keeps the work item."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_inbox.models.items import WorkItem


class Consultation(models.Model):
    """One question to one person about a work item, and what they answered.

    With ``pauses`` the item's clock stands still while the question is open.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("asked")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("no longer asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="consultations", db_index=False)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    question = models.TextField()
    answer = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    pauses = models.BooleanField(default=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "asked"], condition=Q(status="open"), name="consultation_open_once_per_person"
            )
        ]
        indexes = [
            models.Index(fields=["item", "at"], name="consultation_of_item"),
            models.Index(fields=["asked", "at", "item"], name="consultation_asked", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def is_open(self) -> bool:
        """Whether the answer is still waited for."""
        return self.status == self.Status.OPEN
