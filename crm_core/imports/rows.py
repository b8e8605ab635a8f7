"""Checked rows: every row's fields as values, references found, duplicates noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_core.imports.cells import CellRefused, Reader
from crm_core.imports.mapping import ImportMap, Part
from crm_core.imports.problems import ImportRefused, Problem
from crm_core.imports.reading import PROGRESS_EVERY, Progress, RawRow, silent


@dataclass(frozen=True, slots=True)
class Field:
    """A field an import can fill. ``refers_to`` makes its cell a key that must be known: a name of `Known`."""

    read: Reader
    required: bool = False
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that exist already, by the keys a file may use for them, one mapping for each kind of reference."""

    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, kind: str, key: str) -> Any:
        """The row behind a key, None when there is none."""
        return self.rows.get(kind, {}).get(key)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row as values by field; empty cells are missing."""

    number: int
    values: dict[str, Any]
    file: str = ""


@dataclass
class Checker:
    """Turns raw rows into checked ones and gathers what is wrong with them."""

    fields: Mapping[str, Field]
    part: Part
    how: ImportMap
    known: Known
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    def check(self, rows: Sequence[RawRow], *, progress: Progress = silent) -> list[CheckedRow]:
        """All rows with their values; `finish` raises what was wrong."""
        self._check_map()
        if self.problems:
            return []
        constants = self._constants()
        checked = []
        for count, row in enumerate(rows, 1):
            checked.append(CheckedRow(row.number, constants | self._values(row), row.file))
            if count % PROGRESS_EVERY == 0:
                progress("checked", count)
        return checked

    def unique(self, rows: Iterable[CheckedRow], name: str, taken: Callable[[str], bool]) -> None:
        """Note every row whose key appeared before, in the file or in the database."""
        seen: dict[str, int] = {}
        for row in rows:
            key = row.values.get(name)
            if key is None:
                continue
            if key in seen:
                self.note(row, name, f"Row {seen[key]} has the same id.", str(key))
            elif taken(key):
                self.note(row, name, "This id was imported before.", str(key))
            seen.setdefault(key, row.number)

    def note(self, row: CheckedRow | RawRow, name: str, message: str, value: str = "") -> None:
        """Write down what is wrong with a field of a row."""
        self.refused.add(row.number)
        self.problems.append(Problem(row.number, self.part.columns.get(name, name), message, value, row.file))

    def finish(self) -> None:
        """Raise ImportRefused when anything was wrong."""
        if self.problems:
            raise ImportRefused(self.problems)

    def _check_map(self) -> None:
        given = [*self.part.columns, *self.part.constants]
        for name in (*given, *self.part.values):
            if name not in self.fields:
                self.problems.append(Problem(0, f"{self.prefix}{name}", "There is no such field to import."))
        for name, field_ in self.fields.items():
            if field_.required and name not in given:
                self.problems.append(Problem(0, f"{self.prefix}{name}", "The map does not fill this field."))

    def _constants(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in self.part.constants.items():
            try:
                values[name] = self._value(name, str(value))
            except CellRefused as refusal:
                self.problems.append(Problem(0, f"{self.prefix}constants.{name}", str(refusal), str(value)))
        return values

    def _values(self, row: RawRow) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, column in self.part.columns.items():
            cell = row.cells.get(column, "")
            if cell in self.part.values.get(name, {}):
                cell = str(self.part.values[name][cell])
            if not cell:
                if self.fields[name].required:
                    self.note(row, name, "This may not be empty.")
                continue
            try:
                values[name] = self._value(name, cell)
            except CellRefused as refusal:
                self.note(row, name, str(refusal), cell)
        return values

    def _value(self, name: str, cell: str) -> Any:
        value = self.fields[name].read(cell, self.how.date_format)
        kind = self.fields[name].refers_to
        if not kind:
            return value
        found = self.known.find(kind, value)
        if found is None:
            raise CellRefused(f"There is no {kind} of this id.")
        return found
