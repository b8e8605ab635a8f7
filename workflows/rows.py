"""Rows of models in hand-written statements: their columns in a SELECT; several inserted or updated at once.

For the statements of every completion, where composing a query costs more than the database takes to answer it.
Columns, types and conversions come from the model, so that a migration changes them here, too.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
    UUIDField,
)

from workflows import statements

M = TypeVar("M", bound=Model)
Column: TypeAlias = "Field[Any, Any]"

# What the fields would hand on unchanged: asking them costs more than all else about a row.
_PLAIN_FIELDS = (BooleanField, CharField, DateTimeField, IntegerField, TextField, UUIDField)
_AS_THEY_ARE = frozenset({bool, datetime, int, str, type(None), uuid.UUID})


class _Writing(NamedTuple):
    """A statement around one line of values per row."""

    before: str
    line: str
    after: str
    fields: Sequence[tuple[Column, bool]]  # and whether values of usual types go as they are

    def put_off(self, rows: Sequence[Model], suffix: str = "") -> None:
        database = connections[DEFAULT_DB_ALIAS]
        lines = ", ".join([self.line] * len(rows))
        values = [
            value if plain and type(value) in _AS_THEY_ARE else field.get_db_prep_save(value, database)
            for row in rows
            for field, plain in self.fields
            for value in (getattr(row, field.attname),)
        ]
        statements.later(f"{self.before}{lines}{self.after}{suffix}", values)


class Table(Generic[M]):
    """The table of a model. What the model says is asked once: it does not change while the process runs."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._updates: dict[tuple[str, ...], _Writing] = {}

    def columns(self, alias: str) -> str:
        """All columns for a SELECT in which the table is called ``alias``."""
        return ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def read(self, values: Sequence[Any]) -> tuple[M | None, Sequence[Any]]:
        """The object made of the first of the ``values`` (None where a left join found none), and those after it."""
        own, rest = list(values[: len(self._fields)]), values[len(self._fields) :]
        if own[self._primary] is None:
            return None, rest
        for place, convert in self._converters:
            own[place] = convert(own[place], None, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, own), rest

    def insert(self, rows: Sequence[M], on_conflict: str = "") -> None:
        """Insert rows by one statement, whose answer nobody waits for: ids given by the database stay unknown.

        ``on_conflict`` is what follows ON CONFLICT.
        """
        if not rows:
            return
        self._insert.put_off(rows, f" ON CONFLICT {on_conflict}" if on_conflict else "")
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def update(self, rows: Sequence[M], *names: str) -> None:
        """Write these fields of rows by one statement, whose answer nobody waits for."""
        if not rows:
            return
        if names not in self._updates:
            self._updates[names] = self._update(names)
        self._updates[names].put_off(rows)

    @cached_property
    def _fields(self) -> list[Column]:
        return list(self._model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _primary(self) -> int:
        return next(place for place, field in enumerate(self._fields) if field.primary_key)

    @cached_property
    def _converters(self) -> list[tuple[int, Callable[..., Any]]]:
        found = ((place, field.get_db_converters(connection)) for place, field in enumerate(self._fields))
        return [(place, convert) for place, converters in found for convert in converters]

    @cached_property
    def _insert(self) -> _Writing:
        fields = [field for field in self._fields if not isinstance(field, AutoField)]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        line = f"({', '.join(['%s'] * len(fields))})"
        before = f'INSERT INTO "{self._model._meta.db_table}" ({columns}) VALUES '  # noqa: S608 - from the model
        return _Writing(before, line, "", _judged(fields))

    def _update(self, names: tuple[str, ...]) -> _Writing:
        by_name = {field.name: field for field in self._fields}
        fields = [self._fields[self._primary], *(by_name[name] for name in names)]
        key, *columns = (f'"{field.column}"' for field in fields)
        changes = ", ".join(f"{column} = written.{column}" for column in columns)
        return _Writing(
            f'UPDATE "{self._model._meta.db_table}" AS kept SET {changes} FROM (VALUES ',  # noqa: S608 - from the model
            f"({', '.join(f'%s::{_type(field)}' for field in fields)})",
            f") AS written ({', '.join([key, *columns])}) WHERE kept.{key} = written.{key}",
            _judged(fields),
        )


def _judged(fields: Sequence[Column]) -> list[tuple[Column, bool]]:
    return [(field, isinstance(_end_of(field), _PLAIN_FIELDS)) for field in fields]


def _end_of(field: Column) -> Column:
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


def _type(field: Column) -> str:
    """Without a length: what is too long is refused by the column and not cut off by the cast."""
    return re.sub(r"\(.*\)", "", str(field.db_type(connection)))
