"""The key by which push services know this installation, kept outside the database in a file only its owner can read.

Browsers take messages only by the key they were given when somebody allowed them: with a new one everybody would have
to allow them again. So it is made once, and a file that cannot be read is told and not replaced.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from notifications.push_message import public_text

KEY_FILE = "push-vapid.pem"


class PushKeyUnusable(Exception):
    """There is a file, but no P-256 key in it, or it cannot be read."""


def public_key() -> str:
    """What browsers are told; makes the key where there is none yet."""
    return public_text(signing_key())


def signing_key() -> ec.EllipticCurvePrivateKey:
    """The installation's key, made at first use. Raises PushKeyUnusable."""
    return _read(Path(settings.PUSH_KEY_DIR) / KEY_FILE)


@lru_cache(maxsize=2)
def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        if not path.exists():
            _make(path)
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise PushKeyUnusable(path.name) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PushKeyUnusable(path.name)
    return key


def _make(path: Path) -> None:
    """A whole file under its name or none: who is second takes the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
