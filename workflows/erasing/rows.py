"""Taking a person out of ordinary tables: the rows about them, and those that name them by what nobody else has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import BinaryField, JSONField, Q, TextField
from django.db.models.functions import Cast

from workflows.erasing.histories import typed_about
from workflows.erasing.person import ERASED, Person, Redaction
from workflows.erasing.registry import PersonalData

NOBODY = Q(pk__in=[])


def changes(table: PersonalData, person: Person) -> Iterator[tuple[models.Model, dict[str, Any]]]:
    """The rows of a table that hold the person with the values that take their place."""
    about = table.about(person) if table.about is not None else NOBODY
    for is_about, rows in ((True, _rows(table, about)), (False, _naming(table, person, about))):
        redaction = Redaction(person, about=is_about, typed=typed_about(person) if is_about else ())
        for row in rows.iterator(500):
            values = {name: getattr(row, name) for name in table.columns}
            changed = changed_values(table, values, redaction, is_about=is_about and person.whole)
            if changed:
                yield row, changed


def changed_values(
    table: PersonalData, values: Mapping[str, Any], redaction: Redaction, *, is_about: bool
) -> dict[str, Any]:
    """The values of a row that have to change, with what takes their place."""
    changed = {name: _fitting(table.model, name, redaction(values[name])) for name in table.searched if name in values}
    changed |= {name: _digest(values[name], redaction) for name in table.hashed if name in values}
    if is_about:
        changed |= {name: _empty(table.model, name) for name in table.emptied if values.get(name)}
    return {name: value for name, value in changed.items() if name in values and value != values[name]}


def erase_rows(table: PersonalData, person: Person) -> int:
    """Write them; how many rows changed. Inside a transaction."""
    assert connection.in_atomic_block
    count = 0
    with _changeable(table.unlocked_by):
        for row, changed in changes(table, person):
            table.model._base_manager.filter(pk=row.pk).update(**changed)
            count += 1
    return count


@contextmanager
def _changeable(setting: str) -> Iterator[None]:
    """While this setting is on the database lets an append-only table be changed."""
    if not setting:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [setting])
        yield
        cursor.execute("SELECT set_config(%s, 'off', true)", [setting])


def _rows(table: PersonalData, where: Q) -> models.QuerySet[Any]:
    names = (table.model._meta.pk.attname, *table.columns)
    return table.model._base_manager.filter(where).order_by("pk").only(*names)


def _naming(table: PersonalData, person: Person, besides: Q) -> models.QuerySet[Any]:
    """The rows elsewhere that name the person by something strong."""
    if not (person.everywhere and (table.searched or table.hashed)):
        return _rows(table, NOBODY)
    named = Q()
    casts = {}
    for name in (*table.searched, *table.hashed):
        casts[f"text_of_{name}"] = Cast(name, TextField())
        named |= Q(**{f"text_of_{name}__iregex": person.everywhere})
    rows: models.QuerySet[Any] = table.model._base_manager.annotate(**casts).filter(named)
    return rows.exclude(pk__in=table.model._base_manager.filter(besides).values("pk")).order_by("pk")


def _fitting(model: type[models.Model], name: str, value: Any) -> Any:
    """What takes a text's place may be longer than the column."""
    limit = getattr(model._meta.get_field(name), "max_length", None)
    return value[:limit] if isinstance(value, str) and limit else value


def _digest(value: Any, redaction: Redaction) -> Any:
    """A key that names the person stays a key: the same for the same."""
    if not isinstance(value, str) or redaction(value) == value:
        return value
    return f"erased:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def _empty(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, JSONField):
        return field.get_default()
    return None if isinstance(field, BinaryField) or field.null else ERASED
