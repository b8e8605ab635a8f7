"""How far acts on many processes are, and what became of each."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import User
from workflows import permissions
from workflows.exceptions import BulkActNotFound
from workflows.models import BulkAct, BulkItem


def bulk_acts(actor: User | None) -> QuerySet[BulkAct]:
    """All of them, newest first. Raises NotPermitted."""
    permissions.require_operator(actor)
    return BulkAct.objects.select_related("created_by").order_by("-created_at", "pk")


def bulk_act(actor: User | None, batch_id: UUID | str) -> BulkAct:
    """One of them. Raises BulkActNotFound, NotPermitted."""
    found = bulk_acts(actor).filter(pk=batch_id).first()
    if found is None:
        raise BulkActNotFound
    return found


def counts(batch: BulkAct) -> dict[str, int]:
    """How many items have each status, in one query; every status is named."""
    rows = dict(BulkItem.objects.filter(batch=batch).values_list("status").annotate(number=Count("pk")))
    return {status.value: rows.get(status.value, 0) for status in BulkItem.Status}


def items(batch: BulkAct, status: str = "") -> QuerySet[BulkItem]:
    """What became of each, with its process but without any state."""
    rows = BulkItem.objects.filter(batch=batch).select_related("instance", "incident")
    rows = rows.defer("instance__state").order_by("pk")
    return rows.filter(status=status) if status else rows
