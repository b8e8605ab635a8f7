"""Which rows belong to a family of instances, whatever apps they are of, as JSON-ready data and back.

What the database would delete with an instance is archived with it; found from the models, so that a new table is
not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.apps import apps
from django.db import connection, models
from django.utils.dateparse import parse_date, parse_duration

from workflows.models import HistoryEvent, ProcessInstance

Row = dict[str, Any]


class Part(NamedTuple):
    """A table whose rows go where the rows of ``parent`` go that their ``columns`` point at."""

    model: type[models.Model]
    parent: type[models.Model]
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


@cache
def parts() -> tuple[Part, ...]:
    """The tables that go with an instance, those first that others point at."""
    found: list[Part] = []
    parents: list[type[models.Model]] = [ProcessInstance]
    for parent in parents:
        for model, columns in _pointing_at(parent, models.CASCADE).items():
            if model not in parents:
                found.append(Part(model, parent, tuple(columns)))
                parents.append(model)
    return tuple(found)


def _pointing_at(model: type[models.Model], on_delete: Any) -> dict[type[models.Model], list[str]]:
    pointing: dict[type[models.Model], list[str]] = {}
    relations: list[Any] = [field for field in model._meta.get_fields(include_hidden=True) if field.auto_created]
    for relation in relations:
        if getattr(relation, "on_delete", None) is on_delete:
            pointing.setdefault(relation.related_model, []).append(relation.field.column)
    return pointing


def rows_of(instances: Sequence[UUID]) -> Iterator[tuple[str, str]]:
    """All rows of these instances as (label of the model, JSON text), in an order in which they can be inserted."""
    ids: dict[type[models.Model], list[Any]] = {}
    yield from _read(ProcessInstance, ("id",), list(instances), ids)
    for part in parts():
        yield from _read(part.model, part.columns, ids[part.parent], ids)


def _read(
    model: type[models.Model], columns: Sequence[str], of: list[Any], ids: dict[type[models.Model], list[Any]]
) -> Iterator[tuple[str, str]]:
    table, key = model._meta.db_table, model._meta.pk.column
    order = "instance_id, sequence" if model is HistoryEvent else key
    where = " OR ".join(f"kept.{column} = ANY(%s)" for column in columns)
    mine = ids.setdefault(model, [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kept.{key}, to_jsonb(kept)::text FROM {table} AS kept WHERE {where} ORDER BY {order}",  # noqa: S608
            [of] * len(columns),
        )
        for id, text in cursor:
            mine.append(id)
            yield model._meta.label_lower, text


def delete_rows_of(instances: Sequence[UUID]) -> None:
    """Delete these instances and all their rows; what only remembers them forgets them. Histories included."""
    ids: dict[type[models.Model], list[Any]] = {ProcessInstance: list(instances)}
    for part in parts():
        ids[part.model] = _ids(part, ids[part.parent])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        deepest_first: list[type[models.Model]] = [*(part.model for part in reversed(parts())), ProcessInstance]
        for model in deepest_first:
            for other, columns in _pointing_at(model, models.SET_NULL).items():
                for column in columns:
                    table = other._meta.db_table
                    cursor.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s)", [ids[model]])  # noqa: S608
            cursor.execute(
                f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = ANY(%s)",  # noqa: S608
                [ids[model]],
            )
        cursor.execute("SET LOCAL baton.history_maintenance = 'off'")


def _ids(part: Part, of: list[Any]) -> list[Any]:
    where = " OR ".join(f"{column} = ANY(%s)" for column in part.columns)
    with connection.cursor() as cursor:
        table, key = part.model._meta.db_table, part.model._meta.pk.column
        cursor.execute(f"SELECT {key} FROM {table} WHERE {where}", [of] * len(part.columns))  # noqa: S608
        return [row[0] for row in cursor]


def model_of(label: str) -> type[models.Model]:
    """The model of a label."""
    found: type[models.Model] = apps.get_model(label)
    return found


def insert_rows(label: str, rows: Sequence[Row]) -> None:
    """Put archived rows back; columns that came since get their default, those that went are left out."""
    model = model_of(label)
    table = model._meta.db_table
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    filled = [{name: row.get(name, _default(field)) for name, field in fields.items()} for row in rows]
    columns = ", ".join(f'"{name}"' for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 - from the model
            f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",
            [orjson.dumps(filled).decode()],
        )


def _default(field: models.Field[Any, Any]) -> Any:
    default = field.get_default()
    return f"\\x{default.hex()}" if isinstance(default, bytes) else default


def revived(label: str, row: Mapping[str, Any]) -> models.Model:
    """An archived row as an object of its model, to be read, not saved."""
    model = model_of(label)
    values = {
        field.attname: _value(field, row[str(field.column)])
        for field in model._meta.concrete_fields
        if field.column in row
    }
    found: models.Model = model(**values)
    return found


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value[2:])
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(field, models.DateField):
        return parse_date(value)
    if isinstance(field, models.DurationField):
        return parse_duration(value)
    kind = getattr(field, "target_field", field)
    return UUID(value) if isinstance(kind, models.UUIDField) else value
