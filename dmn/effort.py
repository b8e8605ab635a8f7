"""How much work the check of one table may be: designers wait for it, and tables come from people we do not know."""

from __future__ import annotations

from dataclasses import dataclass

MAX_STEPS = 2_000_000
"""Elementary steps of the search, a second or less."""


class TooComplex(Exception):
    """The table has more combinations than are worth looking at."""


@dataclass(slots=True)
class Effort:
    """Bounds the work on one table."""

    left: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """So many steps more; raises `TooComplex` when none are left."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex
