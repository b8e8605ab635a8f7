"""What failed steps have in common: one fingerprint for the same trouble at the same place of the same version."""

from __future__ import annotations

import hashlib
import re
from typing import Any

_VARYING = (
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "<id>"),
    (re.compile(r"\b[0-9a-f]{16,}\b"), "<id>"),
    (re.compile(r"'[^']*'|\"[^\"]*\"|\u2018[^\u2019]*\u2019|\u201c[^\u201d]*\u201d"), "<text>"),
    (re.compile(r"\d+([.,:T-]\d+)*Z?"), "<number>"),
)
LONGEST = 500


def pattern_of(message: str) -> str:
    """The message without what differs from case to case: ids, quoted texts, numbers, moments."""
    text = message[: 4 * LONGEST]
    for expression, word in _VARYING:
        text = expression.sub(word, text)
    return " ".join(text.split())[:LONGEST]


def cause_of(version_id: Any, element: str, kind: str, message: str) -> str:
    """The fingerprint of an incident's cause, 32 characters; the same in every process and after every restart."""
    parts = "\x1f".join((str(version_id), element, str(kind), pattern_of(message)))
    return hashlib.blake2b(parts.encode(errors="replace"), digest_size=16).hexdigest()
