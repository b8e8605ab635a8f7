"""Words with a colour that people put on work items: each person's own, and those of a team."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_inbox.models.items import WorkItem


class Label(models.Model):
    """A label of one person (``owner``), whom alone it concerns, or of a unit and everybody below it (``unit``)."""

    class Colour(models.TextChoices):
        GREY = "", _("Grey")
        ACCENT = "accent", _("Teal")
        INFO = "info", _("Blue")
        SUCCESS = "success", _("Green")
        WARNING = "warning", _("Amber")
        DANGER = "danger", _("Red")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=16, choices=Colour.choices, default=Colour.GREY, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="label_once_per_person", condition=Q(unit=None)),
            models.UniqueConstraint(fields=["unit", "name"], name="label_once_per_unit", condition=Q(owner=None)),
            models.CheckConstraint(
                condition=Q(owner=None, unit__isnull=False) | Q(owner__isnull=False, unit=None),
                name="label_of_a_person_or_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Whether only its owner sees it."""
        return self.owner_id is not None


class Labelling(models.Model):
    """A label on a work item, and who put it there."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="labellings", db_index=False)
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="labellings", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "label"], name="label_once_per_item")]
        indexes = [models.Index(fields=["label", "item"], name="labelled_items")]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.item_id}"
