"""What one person keeps about a work item for themselves: put off until a moment, followed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tasks_inbox.models.items import WorkItem


class Snooze(models.Model):
    """A work item one person does not want to see before ``until``; it stays in everybody else's lists.

    The moment itself decides: the row of a moment that has passed hides nothing, it only waits for the job that tells
    the person.
    """

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="snoozes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    until = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="snooze_once_per_person")]
        indexes = [
            models.Index(fields=["user", "until", "item"], name="snooze_of_user"),
            models.Index(fields=["until"], name="snooze_over"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until:%F %T}"


class Watch(models.Model):
    """A work item one person follows: they are told of each act, as long as they may see it."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="watches", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="watch_once_per_person")]
        indexes = [models.Index(fields=["user", "item"], name="watch_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.item_id}"
