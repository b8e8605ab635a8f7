"""Compressed JSON frames, the bricks of a stored state."""

from __future__ import annotations

import threading
from typing import Any

import orjson
import zstandard

_OPTIONS = orjson.OPT_NON_STR_KEYS
_local = threading.local()


def pack(document: Any) -> bytes:
    """JSON-ready data as one compressed frame."""
    return _compressor().compress(orjson.dumps(document, option=_OPTIONS))


def unpack(frame: bytes | memoryview) -> Any:
    """The data of a frame."""
    return orjson.loads(_decompressor().decompress(frame))


def copied(document: Any) -> Any:
    """JSON-ready data again, sharing nothing with what was given."""
    return orjson.loads(orjson.dumps(document, option=_OPTIONS))


def _compressor() -> zstandard.ZstdCompressor:
    found: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if found is None:
        found = _local.compressor = zstandard.ZstdCompressor(level=1)
    return found


def _decompressor() -> zstandard.ZstdDecompressor:
    found: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found
