"""What people do with files: keep one with a record, take it away again."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, scopes
from accounts.models import Action, User
from config import clock
from crm_core.attachments.models import Attachment
from crm_core.attachments.scanning import MAX_BYTES, scanned
from crm_core.attachments.sniffing import content_type
from crm_core.exceptions import FileRefused, NotPermitted, RecordNotFound
from workflows import records

MAX_FILES = 50


@scanned
@transaction.atomic(durable=True)
def add_attachment(*, actor: User, record_kind: str, record_id: UUID | str, upload: File[bytes]) -> Attachment:
    """Keep a file with a record the person may see.

    Raises RecordNotFound, and FileRefused for empty files, over 20 MB, more than 50 per record, and for types that
    are not documents, tables, presentations, pictures or plain text (judged by content), and for what the virus
    scanner of ``settings.ATTACHMENT_SCANNER`` names, which is asked before the transaction begins.
    """
    if not records.is_visible(actor, record_kind, record_id):
        raise RecordNotFound
    if not upload.size:
        raise FileRefused(_("The file is empty."))
    if upload.size > MAX_BYTES:
        raise FileRefused(_("The file is larger than 20 MB."))
    if Attachment.objects.filter(record_kind=record_kind, record_id=str(record_id)).count() >= MAX_FILES:
        raise FileRefused(_("A record keeps at most 50 files."))
    data = upload.read()
    kind = content_type(data)
    if kind is None:
        raise FileRefused(_("Only documents, tables, presentations, pictures and plain text are kept."))
    attachment = Attachment(
        record_kind=record_kind,
        record_id=str(record_id),
        name=shown_name(upload.name or ""),
        size=len(data),
        content_type=kind,
        digest=hashlib.sha256(data).hexdigest(),
        added_at=clock.now(),
        added_by=actor,
    )
    attachment.file.save("", ContentFile(data), save=False)
    attachment.save(force_insert=True)
    audit.record("attachment.added", actor=actor, subject_kind=record_kind, subject_id=str(record_id))
    return attachment


@transaction.atomic(durable=True)
def remove_attachment(*, actor: User, attachment_id: UUID | str) -> None:
    """Delete one's own file, or anybody's with the right to delete the record. Raises RecordNotFound, NotPermitted."""
    attachment = Attachment.objects.select_for_update().filter(pk=attachment_id).first()
    if attachment is None or not records.is_visible(actor, attachment.record_kind, attachment.record_id):
        raise RecordNotFound
    record: Any = records.resolve(attachment.record_kind, attachment.record_id)
    if attachment.added_by != actor and not scopes.may(actor, Action.DELETE, attachment.record_kind, record):
        raise NotPermitted
    storage, name = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    audit.record(
        "attachment.removed",
        actor=actor,
        subject_kind=attachment.record_kind,
        subject_id=attachment.record_id,
        data={"digest": attachment.digest},
    )
    transaction.on_commit(lambda: storage.delete(name))


def shown_name(name: str) -> str:
    """The file name as it is shown: without folders and control characters, at most 200 characters."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    clean = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    if dot and len(clean) > 200:
        return f"{stem[: 199 - len(suffix)]}.{suffix}"[:200]
    return clean[:200] or "file"
