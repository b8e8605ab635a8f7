"""What people typed and said about work items: drafts and comments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from tasks_inbox.models.items import WorkItem


class Draft(models.Model):
    """What one person has typed into a work item's form and not sent yet."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="draft_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user} · {self.item}"


class Comment(models.Model):
    """Something said about a work item; plain text."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["item", "at"], name="comment_of_item")]

    def __str__(self) -> str:
        return self.text[:60]
