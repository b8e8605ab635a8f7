"""What is wrong with a decision model, as codes with values: sentences in any language are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import feel


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the model, a warning and a hint do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Position:
    """A place inside one FEEL text: line and column count from 1, offset from 0."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about one element; `line` is the line of the file, `position` the place in the element's text."""

    code: str
    element: str
    severity: Severity = Severity.ERROR
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    position: Position | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON-ready data."""
        data: dict[str, Any] = {"code": self.code, "element": self.element, "severity": str(self.severity)}
        if self.line is not None:
            data["line"] = self.line
        if self.position is not None:
            data["position"] = {
                "line": self.position.line,
                "column": self.position.column,
                "offset": self.position.offset,
            }
        if self.values:
            data["values"] = dict(self.values)
        return data


def unreadable(error: feel.FeelError, element: str, line: int | None, text: str) -> Finding:
    """The finding about a FEEL text that cannot be read: where, what was expected, and the text's beginning."""
    position, details = None, error.values
    if isinstance(error, feel.FeelSyntaxError):
        position, details = Position(error.line, error.column, error.offset), error.details
    values = {**details, "reason": error.code, "message": str(error), "text": text[:500]}
    return Finding(code="feel-syntax", element=element, line=line, position=position, values=values)


class DmnRefused(Exception):
    """The model cannot be used; `findings` say which element is wrong and how."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{item.code} at {item.element}" for item in self.findings[:5]))
