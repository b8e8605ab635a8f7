"""The demo company's customers have no mailboxes: what is written to them stays on record and goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


@contextmanager
def no_letters() -> Iterator[None]:
    """Inside, this process sends no e-mail; afterwards it does as it did before."""
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = _NOWHERE
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = usual
