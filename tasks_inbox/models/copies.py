"""Work items shown to people who have nothing to do with them but should know: copies, and whether they were read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tasks_inbox.models.items import WorkItem


class Copy(models.Model):
    """A work item one person was sent to read, by whom, and when they first opened it."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="copies", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="copy_once_per_person")]
        indexes = [
            models.Index("user", F("at").desc(), "item", name="copy_of_user"),
            models.Index("user", name="copy_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.user_id}"
