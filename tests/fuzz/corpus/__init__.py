"""What the hunts found: inputs that once crashed or took long (`.bin`), and inputs that reached new code."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def found() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the inputs that once did harm."""
    for path in sorted(HERE.glob("*.bin")):
        yield path.stem, path.read_bytes()


def reached() -> list[bytes]:
    """The inputs that reached new code."""
    lines = (HERE / "reached.txt").read_text(encoding="ascii").splitlines()
    return [base64.b64decode(line) for line in lines if not line.startswith("#")]
