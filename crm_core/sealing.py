"""Sealed values: encrypted in the database with a key kept outside of it, found again through a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """The value was sealed with another installation's secret, or damaged."""


def seal(text: str) -> bytes:
    """The encrypted form; two seals of the same text differ. Empty stays empty."""
    return Fernet(_key("sealed values")).encrypt(text.encode()) if text else b""


def unseal(sealed: bytes | memoryview) -> str:
    """The text again; raises SealBroken."""
    if not sealed:
        return ""
    try:
        return Fernet(_key("sealed values")).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise SealBroken("The value cannot be read with this installation's secret.") from error


def fingerprint(text: str) -> str:
    """The keyed hash by which an exact value is found; spacing, width and case do not matter. Empty stays empty."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not plain:
        return ""
    return hmac.new(_key("sealed values, search"), plain.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"baton", info=purpose.encode())
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
