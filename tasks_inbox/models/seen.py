"""What one approver keeps for themselves: which state of a record they saw last, and the phrases they decide with."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class SeenRecord(models.Model):
    """The state of a record that a person had before their eyes when they were asked to decide on it.

    ``number`` counts the states as the record's kind does (a plan's revision, a record's version); ``earlier`` is the
    state seen before that one: what differs from it stays marked until the record changes again, however often the
    page is opened. Nothing of the record is copied.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    record_kind = models.CharField(max_length=64)
    record_id = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    earlier = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "record_kind", "record_id"], name="seen_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_kind} {self.record_id}: {self.number}"


class QuickPhrases(models.Model):
    """The phrases a person decides with, in their order; without a row those everybody begins with."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )
    phrases = ArrayField(models.CharField(max_length=200))

    def __str__(self) -> str:
        return " · ".join(self.phrases)
