"""Frames small and large are read back, also those that were written when every frame was compressed."""

from __future__ import annotations

import orjson
import pytest
import zstandard

from workflows.engine.frames import SMALL, pack, unpack


@pytest.mark.parametrize("letters", [0, 1, SMALL - 8, SMALL - 7, SMALL, 10 * SMALL])
@pytest.mark.parametrize("letter", ["x", "客", "("])
def test_what_is_packed_is_unpacked(letter, letters):
    document = {"d": letter * letters}
    frame = pack(document)
    assert unpack(frame) == unpack(memoryview(frame)) == document
    assert len(frame) <= max(SMALL, 100)


def test_a_small_frame_that_was_compressed_is_read():
    document = {"n": 7, "t": [[1, 0, "a", 32, 1]]}
    assert unpack(zstandard.ZstdCompressor(level=1).compress(orjson.dumps(document))) == document


def test_a_frame_that_is_neither_is_refused():
    with pytest.raises((orjson.JSONDecodeError, zstandard.ZstdError)):
        unpack(b"(\xb5/\xfdtorn")
    with pytest.raises(orjson.JSONDecodeError):
        unpack(b"")
