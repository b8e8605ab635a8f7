"""Asking a virus scanner about a file before it is kept; which one is a setting, none by default."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from crm_core.exceptions import FileRefused

log = structlog.get_logger(__name__)

Scanner = Callable[[bytes], str | None]


def require_clean(data: bytes) -> None:
    """Raise FileRefused for a file in which the scanner finds something, naming it, and when it cannot say.

    ``settings.ATTACHMENT_SCANNER`` is the dotted path of a function that is called with the bytes and answers what it
    found ("" or None: nothing). It may ask another program, so it is never called inside a transaction.
    """
    if not settings.ATTACHMENT_SCANNER:
        return
    scanner: Scanner = import_string(settings.ATTACHMENT_SCANNER)
    try:
        found = scanner(data)
    except Exception:  # whatever it is: a file nobody could check is not kept
        log.exception("attachment_not_scanned", scanner=settings.ATTACHMENT_SCANNER)
        raise FileRefused(_("The file could not be checked for viruses. Try again later.")) from None
    if found:
        log.warning("attachment_refused", found=str(found)[:200])
        raise FileRefused(_("The file is refused by the virus check: %(found)s") % {"found": str(found)[:100]})
