"""Reading files, with the right of the record they belong to."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from crm_core.attachments.models import Attachment
from crm_core.exceptions import RecordNotFound
from workflows import records


def attachments_of(user: User, record_kind: str, record_id: UUID | str) -> QuerySet[Attachment]:
    """The files of a record, newest first; none when the person may not see it."""
    if not records.is_visible(user, record_kind, record_id):
        return Attachment.objects.none()
    rows = Attachment.objects.filter(record_kind=record_kind, record_id=str(record_id))
    return rows.select_related("added_by").order_by("-added_at", "-id")


def attachment(user: User, attachment_id: UUID | str) -> Attachment:
    """One file the person may open; raises RecordNotFound."""
    try:
        found = Attachment.objects.filter(pk=attachment_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None or not records.is_visible(user, found.record_kind, found.record_id):
        raise RecordNotFound
    return found
