"""Checking a row before it is written, with refusals that name the field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from accounts.business_time import BusinessCalendar
from accounts.exceptions import AlreadyTaken, ChangedMeanwhile, HoursInvalid, InvalidValue
from accounts.models import Stamped, User
from accounts.working_hours import HoursRefused
from config import clock

_TAKEN = {"unique", "unique_together"}


def save_checked(row: models.Model) -> None:
    """Check fields and constraints, then save. Raises InvalidValue or AlreadyTaken with the field at fault."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise _refusal(error) from None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise AlreadyTaken from None


def save_change(row: Stamped, actor: User | None) -> None:
    """``save_checked`` and note who changed the row when; its version goes up by one."""
    row.version += 1
    row.updated_at = clock.now()
    row.updated_by = actor if actor is not None and actor.pk else None
    save_checked(row)


def require_seen(row: Stamped, seen_version: int | None) -> None:
    """Raise ChangedMeanwhile when the editor saw another version than the present one."""
    if seen_version is not None and row.version != seen_version:
        raise ChangedMeanwhile


def set_fields(row: models.Model, values: Mapping[str, Any], allowed: Collection[str]) -> dict[str, list[Any]]:
    """Put ``values`` into ``row`` and return what differs, {field: [old, new]}. Raises InvalidValue for others."""
    differing: dict[str, list[Any]] = {}
    for name, value in values.items():
        if name not in allowed:
            raise InvalidValue(field=name)
        old = getattr(row, name)
        if old != value:
            setattr(row, name, value)
            differing[name] = [_plain(old), _plain(value)]
    return differing


def require_hours(hours: Any, zone: str) -> None:
    """Raise HoursInvalid unless these weekly hours make a calendar."""
    try:
        BusinessCalendar(zone, hours)
    except HoursRefused:
        raise HoursInvalid(field="hours") from None


def _refusal(error: ValidationError) -> InvalidValue | AlreadyTaken:
    field, errors = next(iter(error.error_dict.items()))
    first = errors[0]
    name = "" if field == NON_FIELD_ERRORS else field
    if first.code in _TAKEN:
        return AlreadyTaken(" ".join(first.messages), field=name)
    return InvalidValue(" ".join(first.messages), field=name)


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.username
    code = getattr(value, "code", None)
    if code is not None:
        return code
    return value if isinstance(value, str | int | float | bool | list | dict) or value is None else str(value)
