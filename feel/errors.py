"""What can go wrong with an expression, as codes with values; `describe` puts them into English words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class FeelError(Exception):
    """An expression could not be read or evaluated; `code` names the reason and `values` fill its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values: dict[str, Any] = values

    def __str__(self) -> str:
        from feel.describe import describe

        return describe(self)

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), self.code, self.values, self.__dict__.copy())


def _rebuild(kind: type[FeelError], code: str, values: dict[str, Any], state: dict[str, Any]) -> FeelError:
    error = FeelError.__new__(kind)
    Exception.__init__(error, code)
    error.__dict__.update(state)
    return error


class FeelSyntaxError(FeelError):
    """The text is no expression. `line` and `column` count from 1; `expected` holds codes of what could stand there."""

    def __init__(
        self, code: str, *, text: str = "", offset: int = 0, expected: tuple[str, ...] = (), **values: Any
    ) -> None:
        super().__init__(code, **values)
        self.offset = offset
        self.line, self.column = line_and_column(text, offset)
        self.expected = expected

    @property
    def details(self) -> dict[str, Any]:
        """What fills its sentence, as JSON-ready data: its values and the codes of what was expected."""
        return {**self.values, "expected_codes": list(self.expected)}


class BudgetExceeded(FeelError):
    """An evaluation asked for more than it may have; `limit` names which bound, `allowed` its value.

    Limits: text, nesting, names, steps, depth, list, string, digits, exponent, regex-time, time, memory.
    """

    def __init__(self, limit: str, allowed: float = 0) -> None:
        super().__init__("budget." + limit, allowed=allowed)
        self.limit = limit
        self.allowed = allowed


class NotData(FeelError):
    """A FEEL value (a function) has no form outside FEEL."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Why a part of an expression became null: a code with values and where it happened.

    `start` and `end` are offsets in the text; `source` names the text (an element id) when there are several.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """The warning as JSON-ready data: code, values and place."""
        values = {key: item if isinstance(item, (str, int, list)) else str(item) for key, item in self.values.items()}
        return {"code": self.code, "source": self.source, "start": self.start, "values": values}

    def __str__(self) -> str:
        from feel.describe import describe

        return describe(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a static check noticed in an expression, as a code with values and a position."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    line: int = 1
    column: int = 1
    severity: str = "error"

    def __str__(self) -> str:
        from feel.describe import describe

        return describe(self)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
