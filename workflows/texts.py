"""Making any text or JSON fit the database: bounded keys, and no character PostgreSQL refuses."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar, cast

import orjson

LIMIT = 200
REPLACEMENT = "\ufffd"

Value = TypeVar("Value")


def bounded(text: str, limit: int = LIMIT) -> str:
    """The text itself when it fits an indexed column, else its beginning and digest, equal for equal texts."""
    clean = storable(text)
    if len(clean) <= limit:
        return clean
    digest = hashlib.sha256(clean.encode()).hexdigest()[:40]
    return f"{clean[: limit - 41]}#{digest}"


def storable(value: Value) -> Value:
    """The same JSON-ready value without NUL characters and lone surrogates, which PostgreSQL does not store."""
    try:
        dirty = b"\\u0000" in orjson.dumps(value, default=str)
    except (TypeError, ValueError):
        dirty = True
    return cast(Value, _clean(value)) if dirty else value


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", REPLACEMENT).encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
