"""What people have decided and may still take back."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from tasks_inbox.models.items import WorkItem
from workflows.models import ProcessInstance


class HeldAct(models.Model):
    """A completion that was accepted and is not carried out yet, so that its author may take it back until ``due_at``.

    A family holds one at a time; its root is marked while it does, and the item names the author. ``answers`` are as
    typed and ``seen`` the digest of what the form showed: both are checked again when it is carried out. Acts of one
    ``batch`` are taken back together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(WorkItem, on_delete=models.CASCADE, related_name="held_act")
    root = models.OneToOneField(ProcessInstance, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    seen = models.CharField(max_length=64, blank=True)
    batch = models.UUIDField(null=True, blank=True)
    accepted_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="held_act_due"),
            models.Index(fields=["author", "batch"], name="held_act_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.author} · {self.item}"
