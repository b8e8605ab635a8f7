"""What each type of field accepts, whatever else the form asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from bpmn.forms.errors import FieldError
from bpmn.forms.fields import Component
from bpmn.forms.vocabulary import (
    DATE,
    DATE_TIME,
    MULTIPLE_CHOICES,
    NO_TIMEZONE,
    TEXTS,
    TIME,
    UTC_NORMALIZED,
)

MAX_TEXT = {"textfield": 10_000, "textarea": 100_000}
MAX_DIGITS = 34
MAX_INTEGER = 2**63 - 1
"""What stored states can hold as a number; longer ones can be asked for as text (``serializeToString``)."""
MAX_CHOSEN = 1_000
_WIDE = Context(prec=700)
_ONE_LINE = {ord(mark): " " for mark in "\r\n\t"}
Checked = tuple[Any, FieldError | None]


def is_empty(value: Any) -> bool:
    """Whether nothing was entered."""
    return value is None or value in ("", [])


def check_value(component: Component, value: Any, options: list[Any] | None, today: date | None) -> Checked:
    """The value as it is stored, and why it is refused. ``options`` are the values to choose from."""
    kind = component.get("type")
    if value is None:
        return (False, None) if kind == "checkbox" else ([], None) if kind in MULTIPLE_CHOICES else (None, None)
    if kind in TEXTS:
        return _text(component, value)
    if kind == "number":
        return _number(component, value)
    if kind == "checkbox":
        return value, None if isinstance(value, bool) else _wrong("boolean")
    if kind == "datetime":
        return _datetime(component, value, today)
    if kind in MULTIPLE_CHOICES:
        return _several(value, options or [])
    return _one(value, options or [])


def _wrong(expected: str) -> FieldError:
    return FieldError("type", {"expected": expected})


def _text(component: Component, value: Any) -> Checked:
    if not isinstance(value, str):
        return value, _wrong("text")
    limit = MAX_TEXT[component["type"]]
    if len(value) > limit:
        return value, FieldError("too-long", {"limit": limit, "length": len(value)})
    if not is_storable(value):
        return value, FieldError("characters")
    if component["type"] == "textfield":
        value = value.replace("\r\n", " ").translate(_ONE_LINE)
    return value, None


def is_storable(text: str) -> bool:
    """Whether a database can hold the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def as_decimal(value: Any) -> Decimal | None:
    """A finite number of at most 34 digits, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs_small(value) else None
    text = repr(value) if isinstance(value, float) else value.strip() if abs_small(value) else ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def abs_small(value: int | float | str) -> bool:
    """Whether turning the value into text and back is cheap."""
    return value.bit_length() <= 256 if isinstance(value, int) else len(value) <= 80 if isinstance(value, str) else True


def _number(component: Component, value: Any) -> Checked:
    as_text = component.get("serializeToString") is True
    if isinstance(value, str):
        if not as_text:
            return value, _wrong("number")
        if not value:
            return None, None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return value, _wrong("number")
    if isinstance(value, int) and not as_text and component.get("increment") is None:
        return value, None if abs(value) <= MAX_INTEGER else FieldError("number-size")
    number = as_decimal(value)
    if number is None:
        return value, FieldError("number-size" if not isinstance(value, str) or len(value) > 80 else "number-text")
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > 300:
        return value, FieldError("number-size")
    digits, increment = component.get("decimalDigits"), as_decimal(component.get("increment"))
    if isinstance(digits, int) and digits >= 0 and _decimals(number) > digits:
        return value, FieldError("decimal-digits", {"digits": digits})
    if increment and increment > 0 and (rest := _WIDE.remainder(number, increment)):
        below = _WIDE.subtract(number, rest if rest > 0 else rest + increment)
        return value, FieldError("increment", {"below": _plain(below), "above": _plain(_WIDE.add(below, increment))})
    if isinstance(value, int) and not as_text and abs(value) > MAX_INTEGER:
        return value, FieldError("number-size")
    if as_text:
        return value if isinstance(value, str) else format(number, "f"), None
    return value, None


def _plain(number: Decimal) -> str:
    return format(number.normalize(_WIDE), "f")


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# --- dates and times ----------------------------------------------------------------------------------------------


def _datetime(component: Component, value: Any, today: date | None) -> Checked:
    if not isinstance(value, str):
        return value, _wrong("text")
    if value == "":
        return None, None
    subtype = component.get("subtype", DATE)
    try:
        day = _parse(subtype, component.get("timeSerializingFormat", NO_TIMEZONE), value)
    except ValueError:
        return value, FieldError(f"not-{subtype}", {})
    if component.get("disallowPassedDates") is True and today is not None and day is not None and day < today:
        return value, FieldError("past", {"today": today.isoformat()})
    return value, None


def _parse(subtype: str, zone: str, text: str) -> date | None:
    """The day in a text of the given subtype, None for a time. Raises ValueError."""
    if len(text) > 40:
        raise ValueError(text)
    if subtype == TIME:
        _check_zone(zone, text, time.fromisoformat(text).tzinfo is not None)
        return None
    if subtype == DATE:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    if subtype != DATE_TIME or text[10:11] != "T":
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    _check_zone(zone, text, moment.tzinfo is not None)
    return moment.date()


def _check_zone(zone: str, text: str, zoned: bool) -> None:
    if zoned != (zone != NO_TIMEZONE) or (zone == UTC_NORMALIZED and not text.endswith("Z")):
        raise ValueError(text)


# --- choices ------------------------------------------------------------------------------------------------------


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values: true is not 1, 1 is 1.0, objects and lists by their parts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)


def _one(value: Any, options: list[Any]) -> Checked:
    if value == "":
        return None, None
    return value, None if any(same(value, option) for option in options) else FieldError("not-an-option")


def _several(value: Any, options: list[Any]) -> Checked:
    if not isinstance(value, list):
        return value, _wrong("list")
    if len(value) > MAX_CHOSEN:
        return value, FieldError("too-many", {"limit": MAX_CHOSEN})
    for number, item in enumerate(value):
        if not any(same(item, option) for option in options):
            return value, FieldError("not-an-option")
        if any(same(item, earlier) for earlier in value[:number]):
            return value, FieldError("chosen-twice")
    return value, None
