"""What one evaluation may spend, and where it reads the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from feel.errors import BudgetExceeded

MAX_TEXT = 100_000
"""Characters an expression may have."""
MAX_NAMES = 2_000
"""Names of its own (entries of contexts, parameters, iterations) that an expression may have in scope at one place."""
MAX_NAME_TRIES = 500_000
"""How often the reader of an expression may try whether one of its odd names (`a-b`) stands at a place."""
MAX_NESTING = 100
"""How deep brackets, operators and keywords may nest in one expression."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The bounds of one evaluation; passing one raises `BudgetExceeded` with the name of the field."""

    steps: int = 1_000_000
    """Iterations, calls and produced list items; a produced text counts one step for every 16 characters."""
    depth: int = 120
    """Calls of user-defined functions inside one another."""
    list: int = 100_000
    """Items of one list."""
    string: int = 1_000_000
    """Characters of one text."""
    digits: int = 1_000
    """Digits of a number written as text."""
    exponent: int = 999_999
    """Size of the right side of `**`."""
    regex_seconds: float = 0.1
    """Time for one regular expression."""
    seconds: float = 0.5
    """Wall time of the whole evaluation."""


class Clock(Protocol):
    """Where `now()` and `today()` read the time; a host injects one so that replays and tests agree."""

    def now(self) -> datetime:
        """The current moment with its zone."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock in UTC."""

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for replays and tests."""

    moment: datetime

    def now(self) -> datetime:
        """Always the same moment."""
        return self.moment


DEFAULT_BUDGET = Budget()
SYSTEM_CLOCK = SystemClock()

MAX_NODES = 200_000
"""Values that comparing, printing or converting one value may visit (shared parts count every time)."""


class Fuel:
    """Counts what a walk through a value visits; a small text can build a value that is exponentially large."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_NODES

    def burn(self, count: int) -> None:
        """Count more visits; raises BudgetExceeded."""
        self.left -= count + 1
        if self.left < 0:
            raise BudgetExceeded("steps", MAX_NODES)
