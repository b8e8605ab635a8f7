"""What is wrong with a file that somebody wants to import: by row and column, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps the file out. ``row`` counts lines of data from 2, as a spreadsheet shows them; 0 is the
    file or its map itself. ``file`` is empty for the main file."""

    row: int
    column: str
    message: str
    value: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "file"
        place = f"{self.file} {place}" if self.file else place
        column = f", {self.column}" if self.column else ""
        value = f" ({self.value[:60]!r})" if self.value else ""
        return f"{place}{column}: {self.message}{value}"


class ImportRefused(Exception):
    """Nothing was imported; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems, nothing was imported")
