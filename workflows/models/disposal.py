"""What was deleted from the archive when its time was over: signed, so that nobody else can say so."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryDisposal(models.Model):
    """One signed statement of which archived chains were deleted and where they ended.

    ``root`` is the digest over its instances in the order of their ids; ``reason`` names the retention of then.
    """

    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    count = models.PositiveIntegerField()
    root = models.BinaryField()
    key_id = models.CharField(max_length=32)
    signature = models.BinaryField()

    class Meta:
        verbose_name = _("deletion from the archive")

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.count}"


class DisposedInstance(models.Model):
    """Where the chain of a deleted instance ended; nothing else is left of it."""

    instance = models.UUIDField(primary_key=True)
    disposal = models.ForeignKey(HistoryDisposal, models.CASCADE, related_name="instances")
    length = models.PositiveIntegerField()
    link = models.BinaryField()

    class Meta:
        verbose_name = _("deleted instance")

    def __str__(self) -> str:
        return f"{self.instance} {self.length}"
