"""How much work something is: its calls are counted, because its time says how busy the machine is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile


class Calls:
    """``made`` is the number of calls once the block has ended."""

    made = 0


@contextmanager
def calls() -> Iterator[Calls]:
    """Count the calls of functions, of C's too, that this thread makes in a block."""
    counted, profile = Calls(), Profile()
    try:
        with profile:
            yield counted
    finally:
        counted.made = sum(entry.callcount for entry in profile.getstats())
