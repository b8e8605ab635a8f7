"""What makes the history checkable: daily signed seals over the ends of all chains."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HistorySeal(models.Model):
    """One signed statement of where chains ended: those that had moved since the seal before.

    ``root`` is the digest over its heads in the order of their ids, ``previous`` the digest of the seal before;
    ``key_id`` names the key of the signature, which is kept outside the database. ``heads_from`` above 0 says, signed,
    that seals with smaller numbers keep no heads any more: this one carries each chain's last head on.
    """

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    key_id = models.CharField(max_length=32)
    signature = models.BinaryField()
    heads_from = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("history seal")

    def __str__(self) -> str:
        return f"{self.number} {self.at:%F %T}"


class SealedHead(models.Model):
    """Where the chain of one instance ended when it was sealed; the instance may be archived since."""

    seal = models.ForeignKey(HistorySeal, models.CASCADE, related_name="heads", db_index=False)
    instance = models.UUIDField()
    length = models.PositiveIntegerField()
    link = models.BinaryField()

    class Meta:
        verbose_name = _("sealed end of a history")
        constraints = [models.UniqueConstraint(fields=["seal", "instance"], name="wf_sealed_once")]
        indexes = [models.Index(fields=["instance", "length"], name="wf_sealed_instance")]

    def __str__(self) -> str:
        return f"{self.instance} {self.length}"
