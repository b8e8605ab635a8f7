"""Views of the inbox that people keep: a filter with its order and headings, for themselves or for a team."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

NAME_LIMIT = 60


class SavedView(models.Model):
    """A filter with order and headings over one of the inbox's views, under a name.

    ``unit`` shares it with everybody of that unit and below; each of them reads it with their own rights.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    name = models.CharField(max_length=NAME_LIMIT)
    base = models.CharField(max_length=16)
    query = models.CharField(max_length=1000, blank=True)
    order = models.CharField(max_length=16, blank=True)
    grouping = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_per_person")]
        indexes = [models.Index(fields=["unit"], name="saved_view_of_unit", condition=~models.Q(unit=None))]

    def __str__(self) -> str:
        return self.name


class PinnedView(models.Model):
    """A saved view one person has pinned to the rail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "view"], name="view_pinned_once")]

    def __str__(self) -> str:
        return f"{self.view_id} of {self.user_id}"
