"""The border between FEEL values and the host: Python data in, Python data, JSON or FEEL text out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from feel.errors import BudgetExceeded, FeelError, NotData
from feel.functions import Function
from feel.limits import Fuel
from feel.numbers import PLUS, ArithmeticFault, is_integer, number_text
from feel.run import Values
from feel.temporal import DAY, HOUR, MINUTE, SECOND, Date, DateTime, Duration, Months, Time
from feel.values import KINDS, Range

T = TypeVar("T")
FEEL_KINDS = frozenset(KINDS) - {list, dict}
UNCHANGED = FEEL_KINDS - {Decimal}


# ── in ──────────────────────────────────────────────────────────────────────────────────────────
def from_python(value: object) -> Any:
    """The FEEL value of plain Python data.

    Numbers become decimals (floats by their shortest text), `datetime` types become temporals, mappings contexts,
    sequences lists. NaN, infinities and anything that is no data raise FeelError `border.not-data`.
    """
    try:
        return _admitted(value)
    except RecursionError:
        raise BudgetExceeded("depth") from None


def _admitted(value: object) -> Any:
    kind = type(value)
    if kind in UNCHANGED:
        return value
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(value)
    if isinstance(value, Function):
        return value
    for base, read in _READERS.items():
        if isinstance(value, base):
            return read(value)
    raise FeelError("border.not-data", kind=kind.__name__)


def _checked(value: Any) -> Decimal:
    if not value.is_finite():
        raise FeelError("border.not-data", kind=str(value))
    try:
        return PLUS(value)
    except ArithmeticFault:
        raise FeelError("border.not-data", kind="number") from None


def _from_int(value: Any) -> Decimal:
    return _checked(Decimal(value)) if abs(value) >= 10**34 else Decimal(value)


def _from_float(value: Any) -> Decimal:
    if not math.isfinite(value):
        raise FeelError("border.not-data", kind=repr(value))
    return Decimal(repr(float(value)))


def _from_mapping(value: Any) -> dict[str, Any]:
    made = {}
    for key, item in value.items():
        made[key if type(key) is str else str(key)] = item if type(item) in UNCHANGED else _admitted(item)
    return made


def _from_sequence(value: Any) -> list[Any]:
    return [item if type(item) in UNCHANGED else _admitted(item) for item in value]


def _from_datetime(value: Any) -> DateTime:
    return DateTime(_from_date(value), _from_time(value.timetz(), value.utcoffset()))


def _from_date(value: Any) -> Date:
    return Date(value.year, value.month, value.day)


def _from_time(value: Any, delta: dt.timedelta | None = None) -> Time:
    nanos = value.hour * HOUR + value.minute * MINUTE + value.second * SECOND + value.microsecond * 1000
    zone = getattr(value.tzinfo, "key", None)
    if zone and zone not in ("UTC", "Etc/UTC"):
        return Time(nanos, None, zone)
    delta = value.utcoffset() if delta is None else delta
    if zone:
        return Time(nanos, 0)
    return Time(nanos, None if delta is None else int(delta.total_seconds()))


def _from_timedelta(value: Any) -> Duration:
    return Duration(value.days * DAY + value.seconds * SECOND + value.microseconds * 1000)


_READERS: dict[type, Any] = {
    bool: bool,
    int: _from_int,
    float: _from_float,
    str: str,
    Decimal: _checked,
    dict: _from_mapping,
    Values: dict,
    list: _from_sequence,
    tuple: _from_sequence,
    dt.datetime: _from_datetime,
    dt.date: _from_date,
    dt.time: _from_time,
    dt.timedelta: _from_timedelta,
    frozenset: _from_sequence,
    set: _from_sequence,
    Mapping: _from_mapping,
}


# ── out ─────────────────────────────────────────────────────────────────────────────────────────
def to_python(value: Any) -> Any:
    """The Python form of a FEEL value: Decimal, `datetime` types, lists and dicts.

    What Python cannot hold without loss (years beyond 9999, nanoseconds, years and months, ranges) stays a FEEL value.
    """
    return _bounded(_python, value)


def _bounded(convert: Callable[[Any, Fuel], T], value: Any) -> T:
    """Convert a value; one that is exponentially large or nested too deep ends in BudgetExceeded."""
    try:
        return convert(value, Fuel())
    except RecursionError:
        raise BudgetExceeded("depth") from None


def _python(value: Any, fuel: Fuel) -> Any:
    if type(value) in (list, dict):
        fuel.burn(len(value))
        if type(value) is list:
            return [_python(item, fuel) for item in value]
        return {key: _python(item, fuel) for key, item in value.items()}
    convert = _TO_PYTHON.get(type(value))
    return value if convert is None else convert(value)


def _python_date(value: Date) -> Any:
    return dt.date(value.year, value.month, value.day) if 1 <= value.year <= 9999 else value


def _python_zone(time: Time) -> Any:
    if time.zone is not None:
        return ZoneInfo(time.zone)
    return None if time.offset is None else dt.timezone(dt.timedelta(seconds=time.offset))


def _python_time(value: Time) -> Any:
    seconds, fraction = divmod(value.nanos, SECOND)
    if fraction % 1000:
        return value
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction // 1000, tzinfo=_python_zone(value))


def _python_date_time(value: DateTime) -> Any:
    date, time = _python_date(value.date), _python_time(value.time)
    if isinstance(date, Date) or isinstance(time, Time):
        return value
    return dt.datetime.combine(date, time)


def _python_duration(value: Duration) -> Any:
    micros, rest = divmod(value.nanos, 1000)
    if rest:
        return value
    try:
        return dt.timedelta(microseconds=micros)
    except OverflowError:
        return value


_TO_PYTHON: dict[type, Any] = {
    Date: _python_date,
    Time: _python_time,
    DateTime: _python_date_time,
    Duration: _python_duration,
}


def to_json(value: Any) -> Any:
    """JSON-ready data without loss.

    Whole numbers of 64 bits become int, others float when the float's text says the same number, else text; temporals
    and ranges become their FEEL text. A function raises NotData.
    """
    return _bounded(_json, value)


def _json(value: Any, fuel: Fuel) -> Any:
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is Decimal:
        return _json_number(value)
    if type(value) in (list, dict):
        fuel.burn(len(value))
        if type(value) is list:
            return [_json(item, fuel) for item in value]
        return {key: _json(item, fuel) for key, item in value.items()}
    if isinstance(value, Function):
        raise NotData("border.function", name=value.name)
    return to_text(value)


def _json_number(value: Decimal) -> int | float | str:
    if value.adjusted() < 19 and is_integer(value) and -(2**63) <= (whole := int(value)) < 2**63:
        return whole
    as_float = float(value)
    return as_float if math.isfinite(as_float) and Decimal(repr(as_float)) == value else number_text(value)


def to_text(value: Any, *, nested: bool = False) -> str:
    """The FEEL text of a value, as `string()` gives it; texts inside lists and contexts are quoted."""
    return _bounded(_nested_text if nested else _text, value)


def _text(value: Any, fuel: Fuel) -> str:
    return value if type(value) is str else _nested_text(value, fuel)


def _nested_text(value: Any, fuel: Fuel) -> str:
    plain = _PLAIN_TEXT.get(type(value))
    if plain is not None:
        return plain(value)
    if type(value) is str:
        return _quoted(value)
    if type(value) in (list, dict):
        fuel.burn(len(value))
        if type(value) is list:
            return f"[{', '.join([_nested_text(item, fuel) for item in value])}]"
        pairs = [f"{_key(key)}: {_nested_text(item, fuel)}" for key, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Function):
        return f"function({', '.join(parameter.name for parameter in value.parameters)})"
    return str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'


def _key(key: str) -> str:
    plain = bool(key) and not key[0].isdigit() and all(c.isalnum() or c in "_ '" for c in key)
    return key if plain else _quoted(key)


def _range_text(value: Range) -> str:
    def end(item: Any) -> str:
        temporal = type(item) in (Date, Time, DateTime, Duration, Months)
        return f'@"{item}"' if temporal else to_text(item, nested=True)

    if value.test:
        return f"{value.test} {end(value.high if value.test in ('<', '<=') else value.low)}"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{end(value.low)}..{end(value.high)}{closing}"


_PLAIN_TEXT: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    Decimal: number_text,
    Range: _range_text,
}
