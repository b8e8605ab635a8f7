"""People added to sign a work item: before, beside or after whoever has it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_inbox.models.items import WorkItem


class Signer(models.Model):
    """One person asked at a work item (``item``), maybe a signer's own; ``activity`` is the one all this is about.

    ``step`` is the key of the step that is theirs: its work item exists from when they are asked, for those *after*
    only once everybody before has answered. What they said is that item's outcome and answers.
    """

    class Where(models.TextChoices):
        BEFORE = "before", _("before")
        AFTER = "after", _("after")
        BESIDE = "beside", _("at the same time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    activity = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="signers", db_index=False)
    step = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    where = models.CharField(max_length=8, choices=Where.choices)
    note = models.CharField(max_length=1000, blank=True)
    advisory = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"], condition=Q(removed_at=None), name="signer_once_per_activity"
            ),
            models.UniqueConstraint(fields=["activity", "step"], name="signer_once_per_step"),
        ]
        indexes = [models.Index(fields=["item"], name="signer_of_item")]

    def __str__(self) -> str:
        return f"{self.person} {self.where}"

    @property
    def is_asked(self) -> bool:
        """Whether nobody took them away again."""
        return self.removed_at is None
