"""The one clock of the product: a context variable, so that scenarios, demo data and tests can drive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is, as an aware moment in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DrivenClock:
    """A clock that stands still until it is moved; moving it back is refused."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        """Move the clock forward by ``span``."""
        self.advance_to(self._now + span)

    def advance_to(self, moment: datetime) -> None:
        """Move the clock to ``moment``; raises ValueError when that lies in its past."""
        if moment < self._now:
            raise ValueError("a clock does not run backwards")
        self._now = moment.astimezone(UTC)


SYSTEM_CLOCK: Clock = SystemClock()
_clock: ContextVar[Clock | None] = ContextVar("baton_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return (_clock.get() or SYSTEM_CLOCK).now()


@contextmanager
def use_clock(clock: Clock) -> Iterator[Clock]:
    """Let everything inside the block live by ``clock``."""
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)
