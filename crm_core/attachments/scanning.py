"""Asking a virus scanner about a file before it is kept; which one is a setting, none by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files import File
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from crm_core.attachments.models import Attachment
from crm_core.exceptions import FileRefused
from workflows import records

MAX_BYTES = 20 * 1024 * 1024
Scanner = Callable[[bytes], str | None]

log = structlog.get_logger(__name__)


class Keeping(Protocol):
    """A command that keeps a file."""

    def __call__(self, *, actor: User, record_kind: str, record_id: UUID | str, upload: File[bytes]) -> Attachment: ...


def scanned(command: Keeping) -> Keeping:
    """Have the scanner look at the file first. It may ask another program, so it goes outside the transaction.

    It is not asked for people who may not add a file there, nor about what is too large in any case.
    """

    @wraps(command)
    def checked(*, actor: User, record_kind: str, record_id: UUID | str, upload: File[bytes]) -> Attachment:
        wanted = settings.ATTACHMENT_SCANNER and 0 < (upload.size or 0) <= MAX_BYTES
        if wanted and records.is_visible(actor, record_kind, record_id):
            require_clean(upload.read())
            upload.seek(0)
        return command(actor=actor, record_kind=record_kind, record_id=record_id, upload=upload)

    return checked


def require_clean(data: bytes) -> None:
    """Raise FileRefused for a file in which the scanner finds something, naming it, and when it cannot say.

    ``settings.ATTACHMENT_SCANNER`` is the dotted path of a function that is called with the bytes and answers what it
    found ("" or None: nothing).
    """
    try:
        scanner: Scanner = import_string(settings.ATTACHMENT_SCANNER)
        found = scanner(data)
    except Exception:  # whatever it is: a file nobody could check is not kept
        log.exception("attachment_not_scanned", scanner=settings.ATTACHMENT_SCANNER)
        raise FileRefused(_("The file could not be checked for viruses. Try again later.")) from None
    if found:
        log.warning("attachment_refused", found=str(found)[:200])
        raise FileRefused(_("The file is refused by the virus check: %(found)s") % {"found": str(found)[:100]})
