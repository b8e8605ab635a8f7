"""JSON frames, compressed where that pays: the bricks of a stored state."""

from __future__ import annotations

import threading
from typing import Any

import orjson
import zstandard

SMALL = 512
"""Bytes up to which a frame is plain JSON: compressing would save a third of them and cost more than all the rest."""

_OPTIONS = orjson.OPT_NON_STR_KEYS
_COMPRESSED = zstandard.FRAME_HEADER
"""How a compressed frame begins, and no JSON."""
_local = threading.local()


def pack(document: Any) -> bytes:
    """JSON-ready data as one frame."""
    text = orjson.dumps(document, option=_OPTIONS)
    return text if len(text) <= SMALL else _compressor().compress(text)


def unpack(frame: bytes | memoryview) -> Any:
    """The data of a frame."""
    if frame[: len(_COMPRESSED)] == _COMPRESSED:
        return orjson.loads(_decompressor().decompress(frame))
    return orjson.loads(frame)


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
