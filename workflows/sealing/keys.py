"""The Ed25519 key that signs the history, kept outside the database in a file only its owner can read.

Whoever can write to the database cannot sign, so a history rewritten from the beginning does not fit its seals. The
first key is made with the first seal, later ones only by ``renew``: a key that is lost is told and not replaced unseen.
Old seals are checked with the public keys that stay in ``history-keys``.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from workflows.exceptions import SigningKeyMissing

KEY_FILE, KNOWN_KEYS, LEDGER = "history-signing.pem", "history-keys", "history-seals.log"


def sign(message: bytes, *, first: bool = False) -> tuple[str, bytes]:
    """The id of the signing key and its signature; the ``first`` one ever makes the key where there is none.

    Raises SigningKeyMissing.
    """
    key = _made() if first and not is_there() and not known() else _signing_key()
    public = key.public_key().public_bytes_raw()
    _remember(public)
    return key_id(public), key.sign(message)


def renew() -> str:
    """Put the signing key away under its own id and make a new one; the new one's id. Old seals stay checkable."""
    path = _folder() / KEY_FILE
    if is_there():
        old = key_id(_signing_key().public_key().public_bytes_raw())
        path.replace(path.with_name(f"history-signing-{old}.pem"))
    public = _made().public_key().public_bytes_raw()
    _remember(public)
    return key_id(public)


def is_signed(message: bytes, by: str, signature: bytes) -> bool:
    """Whether the signature is one of a key of ours with this id."""
    public = _public(by)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (ValueError, InvalidSignature):
        return False
    return True


def is_there() -> bool:
    """Whether there is a key to sign with."""
    return (_folder() / KEY_FILE).exists()


def known() -> set[str]:
    """The ids of all keys there ever were, as far as their public parts are there."""
    return {path.stem for path in (_folder() / KNOWN_KEYS).glob("*.pub")}


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
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SigningKeyMissing(path) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise SigningKeyMissing(path)
    return loaded


def _made() -> Ed25519PrivateKey:
    """A new key in its file; the one that another process has just made where both were the first."""
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = _folder() / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _signing_key()
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return made


def _public(by: str) -> bytes | None:
    try:
        public = bytes.fromhex((_folder() / KNOWN_KEYS / f"{_plain(by)}.pub").read_text().strip())
    except (OSError, ValueError):
        return None
    return public if key_id(public) == by else None


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
