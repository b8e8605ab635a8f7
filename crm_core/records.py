"""What every record of the CRM has in common: id, number, unit, owner, version, and who made and changed it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self, TypeVar, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import scopes
from accounts.models import User
from config import clock

Row = TypeVar("Row", bound=models.Model)


class Stamped(models.Model):
    """A row people edit. ``version`` counts its changes, so that a stale editor is told instead of overwriting.

    ``secret_fields`` never reach the change history in clear.
    """

    record_kind: ClassVar[str]
    secret_fields: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


class RecordQuerySet(models.QuerySet[Row]):
    """Rows that know who may see them."""

    def visible_to(self, user: User) -> Self:
        """The rows inside the person's data scopes."""
        kind: str = self.model.record_kind  # type: ignore[attr-defined]
        return cast(Self, scopes.visible(self, user, kind))


class Record(Stamped):
    """A row with a number people quote, kept by a unit and an owner; data scopes reach it by these two."""

    number_prefix: ClassVar[str]

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


def by_owner(model: str) -> list[models.Index]:
    """The indexes every list of records needs: by unit and by owner, newest first."""
    return [
        models.Index(fields=["org_unit", "-created_at"], name=f"crm_{model}_unit"),
        models.Index(fields=["owner", "-created_at"], name=f"crm_{model}_owner"),
    ]


RecordManager: Any = RecordQuerySet.as_manager
