"""Taking times: every sample is kept, so that medians and slow ends can be told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

ENOUGH_SECONDS = 0.2


@dataclass
class Samples:
    """Durations in seconds of the same act, and the processor time this process spent on each.

    The second leaves out the database and whatever else runs on the machine.
    """

    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time a block."""
        began, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds.append(time.perf_counter() - began)
        self.processor_seconds.append(time.process_time() - busy)

    @property
    def per_second(self) -> float:
        """How many of these happen in a second, one after the other."""
        return len(self.seconds) / sum(self.seconds)

    @property
    def p50_ms(self) -> float:
        """The median in milliseconds."""
        return median(self.seconds) * 1000

    @property
    def processor_p50_ms(self) -> float:
        """The median of this process's own processor time in milliseconds."""
        return median(self.processor_seconds) * 1000

    @property
    def p95_ms(self) -> float:
        """What one in twenty exceeds, in milliseconds."""
        return self._exceeded_by(0.05)

    @property
    def p99_ms(self) -> float:
        """What one in a hundred exceeds, in milliseconds."""
        return self._exceeded_by(0.01)

    def _exceeded_by(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * (1 - part)))] * 1000


@dataclass
class Course:
    """Processes run to their ends: their starts, the completions of their tasks, and the bytes of stored states."""

    starts: Samples = field(default_factory=Samples)
    completions: Samples = field(default_factory=Samples)
    state_bytes: list[int] = field(default_factory=list)


def microseconds(act: Callable[[], object], calls: int = 0) -> float:
    """How much processor time one call takes, in the best of several rounds of `calls` (as many as tell, when 0)."""
    act()
    spent = ENOUGH_SECONDS if calls else 0.0
    calls = calls or 1
    while spent < ENOUGH_SECONDS / 10:
        calls *= 4
        spent = _round(act, calls)
    return min(_round(act, calls) for _ in range(10)) / calls * 1e6


def _round(act: Callable[[], object], calls: int) -> float:
    began = time.process_time()
    for _ in range(calls):
        act()
    return time.process_time() - began
