"""The installation's own secret: from the environment, else a file only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(var: Path) -> str:
    """Return BATON_SECRET_KEY, or the key kept in ``var/secret`` (mode 0600), made at first use."""
    given = os.environ.get("BATON_SECRET_KEY")
    if given:
        return given
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
