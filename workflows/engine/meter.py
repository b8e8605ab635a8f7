"""The budget of one advance: what may be spent, what has been, and the incident when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from time import thread_time
from typing import Any

import orjson

from workflows.engine.api import Budget, IncidentKind
from workflows.engine.failures import StepFailed

TOKEN_COST = 60
"""Bytes of state one more token is counted as."""

NOTHING_LEFT = "what one act may cause in a family of instances is spent"
"""Said where an advance is given no step at all."""


class Meter:
    """Counts steps, CPU time, FEEL steps and growth of state; reading CPU time is its only look at the machine."""

    __slots__ = ("_deadline", "budget", "feel_steps", "grown", "steps")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = 0
        self.feel_steps = 0
        self.grown = 0
        self._deadline = thread_time() + budget.cpu_seconds

    def step(self) -> None:
        """Count one step of a token. Raises StepFailed when steps or CPU time are spent."""
        self.steps += 1
        if self.steps > self.budget.steps:
            said = f"more than {self.budget.steps} steps at once" if self.budget.steps else NOTHING_LEFT
            raise StepFailed(IncidentKind.BUDGET, said, "steps")
        if self.grown > self.budget.state_bytes:
            raise self._too_big()
        if not self.steps & 31 and thread_time() > self._deadline:
            raise StepFailed(IncidentKind.BUDGET, f"more than {self.budget.cpu_seconds:.2g} s of work at once", "cpu")

    def evaluated(self, feel_steps: int) -> None:
        """Count what one expression spent."""
        self.feel_steps += feel_steps
        if self.feel_steps > self.budget.feel_steps:
            raise StepFailed(IncidentKind.BUDGET, f"more than {self.budget.feel_steps} FEEL steps at once", "feel")

    @property
    def feel_left(self) -> int:
        return max(1, self.budget.feel_steps - self.feel_steps)

    def add(self, size: int) -> None:
        """Count ``size`` bytes that are stored in any case; the next step finds out when they are too many."""
        self.grown += size

    def grow(self, size: int) -> None:
        """Count ``size`` bytes about to be stored. Raises StepFailed before they are."""
        if self.grown + size > self.budget.state_bytes:
            raise self._too_big()
        self.grown += size

    def _too_big(self) -> StepFailed:
        return StepFailed(
            IncidentKind.BUDGET,
            f"state grows by more than {self.budget.state_bytes:,} bytes in {self.steps:,} steps",
            "state",
        )

    def grow_by(self, values: Mapping[str, Any]) -> None:
        """Count variables about to be written. Raises StepFailed, also for values that cannot be stored."""
        try:
            size = sum(size_of(value) for value in values.values())
        except (ValueError, TypeError):
            try:
                check_storable(values)
            except ValueError as error:
                raise StepFailed(IncidentKind.EXPRESSION, str(error)) from error
            raise
        self.grow(size)


def size_of(value: Any) -> int:
    """About how many bytes a JSON-ready value takes. Raises ValueError for what cannot be stored."""
    kind = type(value)
    if kind is str:
        return len(value) if value.isascii() else len(value.encode())
    if kind is int:
        if not _LOWEST <= value <= _HIGHEST:
            raise ValueError(f"the whole number {str(value)[:30]} has too many digits")
        return 8
    if kind is bool or value is None:
        return 4
    return len(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))


def check_storable(variables: Mapping[str, Any]) -> None:
    """Raises ValueError, naming the variable, when a value cannot be stored: no JSON, too many digits, broken text."""
    for name, value in variables.items():
        try:
            size_of(value)
            size_of(name)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{str(name)[:100]!r} cannot be stored: {error}") from error


_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
