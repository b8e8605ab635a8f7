"""The chain through an instance's history: each event's link hashes its envelope, its payload's digest and the link
before it.

The payload enters the chain only through a salted digest, so that payload and salt can be erased while the chain
stays whole; without the salt nobody can find the payload out by trying.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from workflows.texts import storable

SALT_BYTES = 16
GENESIS = bytes(32)
"""What the first event of an instance is linked to."""

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS
_WRITTEN_ANOTHER_WAY = re.compile(rb"\de1[6-9]|-0\.0")


def payload(data: Any) -> bytes:
    """The data as the bytes that are hashed: equal before it is stored as jsonb and after it was read back.

    What PostgreSQL does not store is replaced as `storable` does it.
    """
    if not data and isinstance(data, dict):
        return b"{}"  # as most are
    try:
        text = orjson.dumps(data, default=_plain, option=_OPTIONS)
    except TypeError:  # lone surrogates
        text = orjson.dumps(storable(data), default=_plain, option=_OPTIONS)
    if b"\\u0000" in text:
        text = orjson.dumps(storable(orjson.loads(text)), option=_OPTIONS)
    # jsonb writes 1e16 out and knows no negative zero; larger numbers read back as the same float.
    if (b"e1" in text or b"-0.0" in text) and _WRITTEN_ANOTHER_WAY.search(text):
        return orjson.dumps(_as_stored(orjson.loads(text)), option=_OPTIONS)
    return text


def digest(salt: bytes, text: bytes) -> bytes:
    """The salted SHA-256 of a payload."""
    return hashlib.sha256(salt + text).digest()


def salts(count: int) -> Iterator[bytes]:
    """So many fresh random salts."""
    drawn = os.urandom(SALT_BYTES * count)
    return (drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES))


@dataclass(frozen=True, slots=True)
class Advanced:
    """What all events of one advance have in common: instance, revision, moment, actor and definition version."""

    instance: UUID
    revision: int
    at: datetime
    actor: int | None
    version: UUID | None

    def envelope(self) -> bytes:
        """The common part of their envelopes."""
        version = None if self.version is None else str(self.version)
        return envelope(str(self.instance), self.revision, self.at, self.actor, version)


def envelope(instance: str, revision: int, at: datetime, actor: int | None, version: str | None) -> bytes:
    """What all events of one advance have in common; the moment to the microsecond, as it is stored."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return orjson.dumps([instance, revision, moment, actor, version])


def own_envelope(sequence: int, kind: str, element: str, step: str) -> bytes:
    """What tells one event of an advance from the others."""
    return orjson.dumps([sequence, kind, element, step])


def link(previous: bytes, digested: bytes, common: bytes, own: bytes) -> bytes:
    """The link of an event with this payload digest and the two parts of its envelope to the link before it."""
    return hashlib.sha256(previous + digested + common + own).digest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {entry.name: getattr(value, entry.name) for entry in dataclasses.fields(value)}
    return dict(value) if isinstance(value, Mapping) else str(value)


def _as_stored(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return (int(value) if abs(value) >= 1e16 and -(2**63) <= value < 2**64 else value) if value else 0.0
    if isinstance(value, dict):
        return {name: _as_stored(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_stored(item) for item in value]
    return value
