"""The map of an import: which column fills which field, what is constant, how dates and values are written."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_core.imports.problems import ImportRefused, Problem

KNOWN = frozenset({"kind", "encoding", "delimiter", "date_format", "columns", "constants", "values", "lines"})
KNOWN_LINES = frozenset({"file", "columns", "constants", "values"})


@dataclass(frozen=True, slots=True)
class Part:
    """How the rows of one file become fields: ``columns`` field -> column, ``constants`` field -> value,
    ``values`` field -> (as written -> as meant)."""

    columns: Mapping[str, str]
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A whole map. ``lines`` describes order lines; ``lines_file`` is the file they are in, beside the main one, or
    empty when each row of the main file is a line."""

    main: Part
    lines: Part | None = None
    lines_file: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    date_format: str = "%Y-%m-%d"


def read_map(kind: str, text: str) -> ImportMap:
    """The map in TOML text. Raises ImportRefused for unknown keys, wrong types, another kind, an unknown encoding."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused([Problem(0, "map", f"The map is not valid TOML: {error}")]) from error
    problems = [Problem(0, key, "The map does not know this key.") for key in data if key not in KNOWN]
    if data.get("kind", kind) != kind:
        problems.append(Problem(0, "kind", f"The map is for {data['kind']}, not for {kind}."))
    lines = data.get("lines")
    if isinstance(lines, dict):
        problems += [
            Problem(0, f"lines.{key}", "The map does not know this key.") for key in lines if key not in KNOWN_LINES
        ]
    problems += _encoding_problems(data.get("encoding", "utf-8"))
    main = _part(data, "", problems)
    line_part = _part(lines, "lines.", problems) if lines is not None else None
    if len(str(data.get("delimiter", ","))) != 1:
        problems.append(Problem(0, "delimiter", "The delimiter is one character."))
    if problems:
        raise ImportRefused(problems)
    return ImportMap(
        main,
        line_part,
        str(lines.get("file", "")) if lines else "",
        data.get("encoding", "utf-8"),
        data.get("delimiter", ","),
        data.get("date_format", "%Y-%m-%d"),
    )


def _encoding_problems(name: Any) -> list[Problem]:
    try:
        codecs.lookup(str(name))
    except LookupError:
        return [Problem(0, "encoding", "There is no such encoding.", str(name))]
    return []


def _part(data: Any, prefix: str, problems: list[Problem]) -> Part:
    tables: dict[str, dict[str, Any]] = {}
    for name in ("columns", "constants", "values"):
        found = data.get(name, {}) if isinstance(data, dict) else None
        if not isinstance(found, dict):
            problems.append(Problem(0, f"{prefix}{name}", "This must be a table."))
            found = {}
        tables[name] = found
    for name, column in tables["columns"].items():
        if not isinstance(column, str):
            problems.append(Problem(0, f"{prefix}columns.{name}", "This must be the name of a column."))
    for name, pairs in tables["values"].items():
        if not isinstance(pairs, dict):
            problems.append(Problem(0, f"{prefix}values.{name}", "This must be a table."))
    if not tables["columns"]:
        problems.append(Problem(0, f"{prefix}columns", "The map names no column."))
    return Part(**tables)
