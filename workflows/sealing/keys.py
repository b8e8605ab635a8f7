"""The Ed25519 key that signs the history, kept outside the database in a file only its owner can read.

Whoever can write to the database cannot sign, so a history rewritten from the beginning does not fit its seals. To
change the key put ``history-signing.pem`` away: a new one is made, and old seals are still checked with the public
keys that stay in ``history-keys``.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

KEY_FILE, KNOWN_KEYS, LEDGER = "history-signing.pem", "history-keys", "history-seals.log"


def sign(message: bytes) -> tuple[str, bytes]:
    """The id of the signing key, which is made at first use, and its signature."""
    key = _signing_key()
    public = key.public_key().public_bytes_raw()
    _remember(public)
    return key_id(public), key.sign(message)


def is_signed(message: bytes, by: str, signature: bytes) -> bool:
    """Whether the signature is one of a key of ours with this id."""
    try:
        public = bytes.fromhex((_folder() / KNOWN_KEYS / f"{_plain(by)}.pub").read_text().strip())
        if key_id(public) != by:
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (OSError, ValueError, InvalidSignature):
        return False
    return True


def key_id(public: bytes) -> str:
    """A public key's short name."""
    return hashlib.sha256(public).hexdigest()[:32]


def note(line: str) -> None:
    """Add a line to the ledger of seals beside the key, so that the last ones cannot be taken away unseen."""
    handle = os.open(_folder() / LEDGER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def noted() -> list[str]:
    """The lines of the ledger; none when there is no ledger."""
    try:
        return (_folder() / LEDGER).read_text().splitlines()
    except OSError:
        return []


def _signing_key() -> Ed25519PrivateKey:
    path = _folder() / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(loaded, Ed25519PrivateKey)
        return loaded
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return made


def _remember(public: bytes) -> None:
    known = _folder() / KNOWN_KEYS
    known.mkdir(exist_ok=True, mode=0o700)
    path = known / f"{key_id(public)}.pub"
    if not path.exists():
        path.write_text(public.hex())


def _folder() -> Path:
    folder = Path(settings.HISTORY_KEY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter in "0123456789abcdef")
