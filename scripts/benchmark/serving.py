"""The product served by a process of its own on the benchmark's database, and logins to it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.programs import Program, answers, free_port, manage

READY_SECONDS = 120.0


def session_of(person: Any) -> str:
    """A login of this person, as the cookie names it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextmanager
def served(**environment: str) -> Iterator[int]:
    """The product beside this process, on the benchmark's database; gives its port."""
    from django.conf import settings

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as folder:
        own = {"BATON_INSECURE_COOKIES": "1", "BATON_VAR": folder, "BATON_SECRET_KEY": settings.SECRET_KEY}
        program = Program("baton", manage("serve", "--port", str(port)), Path(folder), os.environ | own | environment)
        program.start()
        try:
            program.ready(lambda: answers(port), READY_SECONDS)
            yield port
        finally:
            program.stop(signal.SIGINT)
