"""Rows of models in hand-written statements: their columns in a SELECT; several inserted or updated at once.

For the statements of every completion, where composing a query costs more than the database takes to answer it.
Columns, types and conversions come from the model, so that a migration changes them here, too. Rows travel as one
value, so that one plan serves however many they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import AutoField, Field, ForeignKey, JSONField, Model
from django.db.models.base import ModelState

from config.postgresql.documents import Document
from workflows import statements

M = TypeVar("M", bound=Model)
Column: TypeAlias = "Field[Any, Any]"

NO_VALUES: Mapping[str, Any] = {}
_PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class _Writing(NamedTuple):
    """A statement that takes rows as JSON objects by column."""

    sql: str
    columns: Sequence[str]
    values: Callable[[dict[str, Any]], tuple[Any, ...]]  # of a row's own fields
    documents: Sequence[str]  # the columns that hold JSON

    def put_off(self, written: Any, suffix: str = "", values: Mapping[str, Any] = NO_VALUES) -> None:
        statements.later(self.sql + suffix, {"written": Document(orjson.dumps(written, default=_as_text)), **values})

    def written(self, row: Model) -> dict[str, Any]:
        written = dict(zip(self.columns, self._held(row), strict=True))
        for column in self.documents:
            if written[column] is not None:
                written[column] = _document(written[column])
        return written

    def _held(self, row: Model) -> tuple[Any, ...]:
        try:
            return self.values(row.__dict__)
        except KeyError:
            for name in row.get_deferred_fields():
                getattr(row, name)  # reads it
            return self.values(row.__dict__)


class Table(Generic[M]):
    """The table of a model. What the model says is asked once: it does not change while the process runs."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._updates: dict[tuple[tuple[str, ...], str], _Writing] = {}

    def columns(self, alias: str) -> str:
        """All columns for a SELECT in which the table is called ``alias``."""
        return ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def new(self, **values: Any) -> M:
        """A row to be inserted, as the model's constructor makes it but several times sooner; it sends no signals.

        Relations are given by their name or as ids. Raises TypeError for what is no field.
        """
        if not values.keys() <= self._givable:
            raise TypeError(f"{self._model.__name__} has no {', '.join(sorted(values.keys() - self._givable))}")
        row = self._model.__new__(self._model)
        row._state = ModelState()
        held = row.__dict__
        held.update(self._constants)
        for name, make in self._made:
            held[name] = make()
        for name, value in values.items():
            ids = self._relations.get(name)
            if ids is None:
                held[name] = value
            else:
                held[ids[0]] = None if value is None else getattr(value, ids[1])
                row._state.fields_cache[name] = value
        return row

    def read(self, values: Sequence[Any]) -> tuple[M | None, Sequence[Any]]:
        """The object made of the first of the ``values`` (None where a left join found none), and those after it."""
        own, rest = list(values[: len(self._fields)]), values[len(self._fields) :]
        if own[self._primary] is None:
            return None, rest
        for place, convert in self._converters:
            own[place] = convert(own[place], None, connection)
        row = self._model.__new__(self._model)
        row._state = ModelState()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        row.__dict__.update(zip(self._names, own, strict=True))
        return row, rest

    def relate(self, row: M, **others: Model | None) -> None:
        """Let the row know the rows its relations lead to, which were read with it; its ids are not changed."""
        row._state.fields_cache.update(others)

    def insert(self, rows: Sequence[M], on_conflict: str = "") -> None:
        """Insert rows by one statement, whose answer nobody waits for: ids given by the database stay unknown.

        ``on_conflict`` is what follows ON CONFLICT.
        """
        if not rows:
            return
        written = [self._insert.written(row) for row in rows]
        self._insert.put_off(written, f" ON CONFLICT {on_conflict}" if on_conflict else "")
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def update(self, rows: Sequence[M], *names: str, then: str = "", values: Mapping[str, Any] = NO_VALUES) -> None:
        """Write these fields of rows, whose answer nobody waits for.

        A statement for each, of one plan: joined with several rows, a small table would be read from end to end.
        ``then`` is what is written together with each row, in the same statement: with these ``values``, and with the
        key of the row in ``updated``.
        """
        if (names, then) not in self._updates:
            self._updates[names, then] = self._update(names, then)
        update = self._updates[names, then]
        for row in rows:
            update.put_off(update.written(row), values=values)

    @cached_property
    def _fields(self) -> list[Column]:
        return list(self._model._meta.concrete_fields)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _relations(self) -> dict[str, tuple[str, str]]:
        """By the name of each relation: where its id is kept, and which field of the other row that is."""
        related = (field for field in self._fields if isinstance(field, ForeignKey))
        return {field.name: (field.attname, field.target_field.attname) for field in related}

    @cached_property
    def _givable(self) -> frozenset[str]:
        return frozenset(self._names) | frozenset(self._relations)

    @cached_property
    def _made(self) -> list[tuple[str, Callable[[], Any]]]:
        """The fields whose default is made anew for each row."""
        return [(field.attname, field.get_default) for field in self._fields if _is_made(field)]

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {field.attname: field.get_default() for field in self._fields if not _is_made(field)}

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
        table = self._model._meta.db_table
        sql = f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {{}}'  # noqa: S608 - from the model
        return _writing(sql, "json_to_recordset", fields)

    def _update(self, names: tuple[str, ...], then: str) -> _Writing:
        by_name = {field.name: field for field in self._fields}
        fields = [self._fields[self._primary], *(by_name[name] for name in names)]
        key, *columns = (f'"{field.column}"' for field in fields)
        changes = ", ".join(f"{column} = written.{column}" for column in columns)
        table = self._model._meta.db_table
        sql = f'UPDATE "{table}" AS kept SET {changes} FROM {{}} WHERE kept.{key} = written.{key}'  # noqa: S608
        if then:
            sql = f"WITH updated AS ({sql} RETURNING kept.{key}) {then}"  # noqa: S608
        return _writing(sql, "json_to_record", fields)


def _is_made(field: Column) -> bool:
    return field.has_default() and callable(field.default)


def _writing(sql: str, read_by: str, fields: Sequence[Column]) -> _Writing:
    """``sql`` with the row or rows in place of its ``{}``, called "written"."""
    columns = ", ".join(f'"{field.column}" {_type(field)}' for field in fields)
    names = [field.attname for field in fields]
    return _Writing(
        sql.replace("{}", f"{read_by}(%(written)s::json) AS written ({columns})", 1),
        [str(field.column) for field in fields],
        itemgetter(*names) if len(names) > 1 else lambda held: (held[names[0]],),
        [str(field.column) for field in fields if isinstance(field, JSONField)],
    )


def _type(field: Column) -> str:
    """Without a length: what is too long is refused by the column and not cut off by the cast."""
    return re.sub(r"\(.*\)", "", str(field.db_type(connection)))


def _document(value: Any) -> orjson.Fragment:
    """Refuses what is no JSON, as the field does."""
    try:
        return orjson.Fragment(orjson.dumps(value, option=_PLAIN))
    except TypeError:  # whole numbers beyond 64 bits, keys that are no texts
        return orjson.Fragment(json.dumps(value))


def _as_text(value: Any) -> str:
    """A value that JSON does not know, as PostgreSQL reads it."""
    if isinstance(value, bytes | memoryview):
        return "\\x" + value.hex()
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06d} seconds"
    return str(value)
