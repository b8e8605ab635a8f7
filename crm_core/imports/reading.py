"""Reading a CSV file into rows: strictly, by the encoding the map says, with every problem by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crm_core.imports.mapping import ImportMap, Part
from crm_core.imports.problems import ImportRefused, Problem

MAX_BYTES = 200 * 1024 * 1024
MAX_CELL = 20_000
PROGRESS_EVERY = 1_000
_FORMULA = ("=", "@", "\t", "\r")
_SIGNS = ("+", "-")

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of text cells by column name; ``number`` as a spreadsheet shows it."""

    number: int
    cells: dict[str, str]
    file: str = ""


def silent(step: str, count: int) -> None:
    """Report no progress."""


def read_rows(path: Path, how: ImportMap, part: Part, *, name: str = "", progress: Progress = silent) -> list[RawRow]:
    """All rows of a file. Raises ImportRefused with everything that is wrong with it as a file.

    Refused are files over 200 MB or in another encoding, missing or repeated columns, rows with too many or too few
    cells, and cells that a spreadsheet would take for a formula.
    """
    text = _decoded(path, how.encoding, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter, strict=True)
    problems: list[Problem] = []
    rows: list[RawRow] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        problems += _header_problems(header, part, name)
        for number, cells in enumerate(reader, 2):
            if not any(cell.strip() for cell in cells):
                continue
            rows.append(RawRow(number, dict(zip(header, (cell.strip() for cell in cells), strict=False)), name))
            problems += _row_problems(rows[-1], len(cells), len(header))
            if number % PROGRESS_EVERY == 0:
                progress("read", number)
    except csv.Error as error:
        problems.append(Problem(len(rows) + 2, "", f"This is not CSV: {error}.", file=name))
    if not rows and not problems:
        problems.append(Problem(0, "", "The file holds no rows.", file=name))
    if problems:
        raise ImportRefused(problems)
    return rows


def _decoded(path: Path, encoding: str, name: str) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise ImportRefused([Problem(0, "", "The file is larger than 200 MB.", file=name)])
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise ImportRefused([Problem(row, "", f"The file is not written in {encoding}.", file=name)]) from error
    if "\x00" in text:
        raise ImportRefused([Problem(0, "", "The file is not text.", file=name)])
    return text


def _header_problems(header: list[str], part: Part, name: str) -> Iterator[Problem]:
    for column in sorted({column for column in header if header.count(column) > 1}):
        yield Problem(1, column, "This column is there twice.", file=name)
    for column in dict.fromkeys(part.columns.values()):
        if column not in header:
            yield Problem(1, column, "The map names this column, but the file has none of that name.", file=name)


def _row_problems(row: RawRow, count: int, wanted: int) -> Iterator[Problem]:
    if count != wanted:
        yield Problem(row.number, "", f"The row has {count} cells instead of {wanted}.", file=row.file)
    for column, cell in row.cells.items():
        if len(cell) > MAX_CELL:
            yield Problem(row.number, column, "The cell is too long.", cell, row.file)
        elif _looks_like_formula(cell):
            yield Problem(row.number, column, "The cell looks like a formula.", cell, row.file)


def _looks_like_formula(cell: str) -> bool:
    """What a spreadsheet would compute; numbers with a sign and phone numbers are none."""
    if cell.startswith(_FORMULA):
        return True
    rest = cell[1:].replace(" ", "").replace("-", "").replace("(", "").replace(")", "").replace(".", "")
    return cell.startswith(_SIGNS) and len(cell) > 1 and not rest.isdigit()
