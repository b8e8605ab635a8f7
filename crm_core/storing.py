"""Operations every command stores with: they stamp, number, bump the version, and write the change to history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models

from accounts.models import User
from config import clock
from crm_core.exceptions import RecordHasChanged, ValuesRefused
from crm_core.history import RecordChange
from crm_core.numbers import next_numbers
from crm_core.records import Record, Stamped
from workflows.nudge import nudge

Row = TypeVar("Row", bound=Stamped)


def add(record: Row, *, actor: User | None, act: str = "created", note: str = "") -> Row:
    """Check and store a new record and tell the screens that show it or its customer; raises ValuesRefused."""
    added = add_all([record], actor=actor, act=act, note=note)[0]
    _tell_screens(added)
    return added


def add_all(
    records: Sequence[Row], *, actor: User | None, act: str = "created", note: str = "", check: bool = True
) -> Sequence[Row]:
    """Check and store new records of one kind in three statements, each with its history row."""
    assert connection.in_atomic_block
    if not records:
        return records
    _number(records)
    now = clock.now()
    for record in records:
        record.created_at = record.updated_at = now
        record.created_by = record.updated_by = actor
        if check:
            full_check(record)
    model: type[Any] = type(records[0])
    model._default_manager.bulk_create(records, batch_size=500)
    RecordChange.objects.bulk_create(
        [_entry(record, {}, act=act, actor=actor, now=now, note=note) for record in records], batch_size=500
    )
    return records


def change(
    record: Stamped, values: dict[str, Any], *, actor: User | None, act: str = "changed", note: str = ""
) -> tuple[str, ...]:
    """Set the values that differ, store them as one new version, and return their names; raises ValuesRefused.

    The caller holds the row's lock. Nothing is written when nothing differs.
    """
    assert connection.in_atomic_block
    fields: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(record, name)
        if before != value:
            setattr(record, name, value)
            fields[name] = _pair(record, name, before, value)
    if not fields:
        return ()
    full_check(record, only=fields)
    record.version += 1
    record.updated_at, record.updated_by = clock.now(), actor
    record.save(update_fields=[*fields, "version", "updated_at", "updated_by"])
    _entry(record, fields, act=act, actor=actor, now=record.updated_at, note=note).save(force_insert=True)
    _tell_screens(record)
    return tuple(fields)


def note_act(record: Stamped, *, actor: User | None, act: str, note: str = "", **fields: Any) -> None:
    """Write a history row for an act that changed rows around the record, not its own fields."""
    assert connection.in_atomic_block
    _entry(record, fields, act=act, actor=actor, now=clock.now(), note=note).save(force_insert=True)
    _tell_screens(record)


def require_version(record: Stamped, seen_version: int | None) -> None:
    """Refuse to go on when the person saw an older version; None means that they do not mind."""
    if seen_version is not None and record.version != seen_version:
        raise RecordHasChanged


def full_check(record: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Run Django's field and model checks; raises ValuesRefused. Uniqueness is left to the database."""
    wanted = None if only is None else set(only)
    exclude = {
        field.name
        for field in record._meta.concrete_fields
        if (wanted is not None and field.name not in wanted) or _is_loaded(record, field)
    }
    try:
        record.clean_fields(exclude=exclude)
        record.clean()
    except ValidationError as error:
        raise ValuesRefused.of(error) from error


def _is_loaded(record: models.Model, field: models.Field[Any, Any]) -> bool:
    """Whether a foreign key points at a row in hand: its existence need not be asked for again."""
    return isinstance(field, models.ForeignKey) and field.is_cached(record) and getattr(record, field.name) is not None


def _tell_screens(record: Stamped) -> None:
    """Hint at commit to the pages that show the record, and to those of its customer."""
    shown = [(record.record_kind, record.pk)]
    customer_id = getattr(record, "customer_id", None)
    if customer_id is not None:
        shown.append(("customer", customer_id))
    for kind, record_id in shown:
        nudge([f"record.{kind}.{record_id}"], {"type": "record.hint", "kind": kind, "id": str(record_id)})


def _number(records: Sequence[Stamped]) -> None:
    unnumbered = [record for record in records if isinstance(record, Record) and not record.number]
    if unnumbered:
        for record, number in zip(unnumbered, next_numbers(unnumbered[0].number_prefix, len(unnumbered)), strict=True):
            record.number = number


def _entry(
    record: Stamped, fields: dict[str, Any], *, act: str, actor: User | None, now: datetime, note: str
) -> RecordChange:
    return RecordChange(
        kind=record.record_kind,
        record_id=record.pk,
        record_version=record.version,
        act=act,
        at=now,
        by=actor,
        fields=fields,
        note=note,
    )


def _pair(record: Stamped, name: str, before: Any, after: Any) -> list[Any]:
    if name in record.secret_fields:
        return [None, None]
    return [_plain(before), _plain(after)]


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return _plain(value.pk)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value
