"""The state of one evaluation: what it has spent, its clock, its host functions, and why parts became null."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from feel.errors import BudgetExceeded, Warning
from feel.limits import DEFAULT_BUDGET, SYSTEM_CLOCK, Budget, Clock

if TYPE_CHECKING:
    from feel.functions import Function

Frame = list[Any]
"""What a closure runs on: [the Run, the context, the value of `?`, local variables …]."""
RUN, CONTEXT, INPUT, FIRST_LOCAL = 0, 1, 2, 3

MAX_WARNINGS = 50
NO_FUNCTIONS: Mapping[str, Any] = {}


SHOWN = 120


def plain(value: Any) -> Any:
    """A value as it stands in a warning: short, JSON-ready, nothing of the host's; a list or context by its kind."""
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, (list, dict)):
        return "list" if isinstance(value, list) else "context"
    from feel.border import to_text

    text = value if type(value) is str else to_text(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class Values(dict[str, Any]):
    """A context whose values are FEEL values already (made by `from_python` or by another expression)."""


class Run:
    """One evaluation, perhaps of several expressions that share a budget, a clock and a list of warnings."""

    budget: Budget = DEFAULT_BUDGET
    clock: Clock = SYSTEM_CLOCK
    functions: Mapping[str, Function] = NO_FUNCTIONS
    warnings: list[Warning] | None = None
    spent: int = 0
    depth: int = 0
    deadline: float = 0.0
    source: str = ""
    moment: Any = None
    admitted: dict[int, Any] | None = None

    def __init__(
        self,
        clock: Clock | None = None,
        budget: Budget | None = None,
        functions: Mapping[str, Function] | None = None,
    ) -> None:
        if clock is not None:
            self.clock = clock
        if budget is not None:
            self.budget = budget
        if functions is not None:
            self.functions = functions

    def fail(self, code: str, node: Any = None, **values: Any) -> None:
        """Note why a part became null; returns None, that null."""
        start, end = (node.start, node.end) if node is not None else (0, 0)
        if self.warnings is None:
            self.warnings = []
        if len(self.warnings) < MAX_WARNINGS:
            shown = {key: plain(value) for key, value in values.items()}
            self.warnings.append(Warning(code, shown, start, end, self.source))

    def spend(self, steps: int) -> None:
        """Charge `steps`; raises BudgetExceeded when the steps or the time are used up."""
        before = self.spent
        self.spent = spent = before + steps
        if (before ^ spent) & ~255:
            self._look_at_limits()

    def _look_at_limits(self) -> None:
        if self.spent > self.budget.steps:
            raise BudgetExceeded("steps", self.budget.steps)
        time = monotonic()
        if not self.deadline:
            self.deadline = time + self.budget.seconds
        elif time > self.deadline:
            raise BudgetExceeded("time", self.budget.seconds)

    def made_list(self, length: int) -> None:
        """Charge a list of `length` items; raises BudgetExceeded when it is too long."""
        if length > self.budget.list:
            raise BudgetExceeded("list", self.budget.list)
        self.spend(length)

    def read_string(self, length: int) -> None:
        """Charge going through a text of `length` characters."""
        self.spend(1 + (length >> 6))

    def made_string(self, length: int) -> None:
        """Charge a text of `length` characters; raises BudgetExceeded when it is too long."""
        if length > self.budget.string:
            raise BudgetExceeded("string", self.budget.string)
        self.spend(1 + (length >> 4))
