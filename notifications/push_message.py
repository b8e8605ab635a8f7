"""Messages for the push services of browsers: only the browser can read them, and only we can have written them.

Encryption by RFC 8291 over RFC 8188 (``aes128gcm``, one record), the sender's word by RFC 8292 (VAPID, ES256).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD = 4096
MOST_BYTES = RECORD - 16 - 1 - 86  # without the tag, the mark of the last record, and the header: RFC 8291 section 4
VALID = timedelta(hours=12)
"""How long the sender's word holds; push services take at most a day."""
_CURVE = ec.SECP256R1()
_SECRET, _POINT = 16, 65


class KeysUnusable(Exception):
    """These are no keys of a browser."""


def check_keys(p256dh: str, auth: str) -> None:
    """Raises KeysUnusable for what no browser gives: a point of P-256 and sixteen bytes, both base64url."""
    _point(p256dh)
    if len(from_base64url(auth)) != _SECRET:
        raise KeysUnusable


def encrypt(
    text: bytes, p256dh: str, auth: str, *, sender: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of a request to the push service. ``sender`` and ``salt`` are new ones each time unless they are given.

    Raises KeysUnusable, and ValueError for more than fits into one record.
    """
    if len(text) > MOST_BYTES:
        raise ValueError("too long for one record")
    receiver = _point(p256dh)
    sender, salt = sender or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    theirs, ours = _bytes(receiver), _bytes(sender.public_key())
    shared = sender.exchange(ec.ECDH(), receiver)
    secret = _derived(shared, from_base64url(auth), b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def authorization(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> str:
    """The header that says who sends: good for this push service and half a day. ``contact`` is a mailto: or https:."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + VALID).timestamp()), "sub": contact}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_text(key)}"


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key as browsers want it (``applicationServerKey``)."""
    return base64url(_bytes(key.public_key()))


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """With or without padding; raises KeysUnusable for anything else."""
    try:
        plain = text.rstrip("=").encode("ascii")
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise KeysUnusable from None


def _point(p256dh: str) -> ec.EllipticCurvePublicKey:
    data = from_base64url(p256dh)
    if len(data) != _POINT:
        raise KeysUnusable
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)
    except ValueError:
        raise KeysUnusable from None


def _bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
