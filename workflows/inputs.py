"""From process variables to a handler's typed parameters, and from its answer back to plain data."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_duration

from bpmn.iso import parse_moment
from workflows.exceptions import InputRefused
from workflows.registry import Handler, HostFunction, Parameter


def bind(handler: Handler, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for a handler from the step's variables.

    Variables the handler does not name are left out; raises InputRefused when a required one is missing or null
    where it may not be, or has the wrong type.
    """
    arguments = {}
    for parameter in handler.parameters:
        if parameter.name in inputs:
            arguments[parameter.argument] = _convert(inputs[parameter.name], parameter)
        elif parameter.required:
            raise InputRefused(f"The input {parameter.name} is missing.")
    if handler.takes_rest:
        known = {parameter.name for parameter in handler.parameters}
        arguments |= {name: value for name, value in inputs.items() if name not in known}
    return arguments


def bind_positional(function: HostFunction, arguments: Sequence[Any]) -> list[Any] | None:
    """The positional arguments of a host function; None when one that must be there is null: so is the answer then.

    Raises InputRefused when their number or types do not fit.
    """
    required = sum(parameter.required for parameter in function.parameters)
    if len(arguments) > len(function.parameters):
        raise InputRefused(f"{function.name} takes {required} to {len(function.parameters)} arguments.")
    arguments = [*arguments, *[None] * (required - len(arguments))]
    if None in arguments[:required]:
        return None
    return [_convert(value, parameter) for value, parameter in zip(arguments, function.parameters, strict=False)]


def plain(value: Any) -> Any:
    """The value as JSON-ready data: decimals become numbers, moments ISO text; raises InputRefused for the rest."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, timedelta):
        return _iso_duration(value)
    raise InputRefused(f"A {type(value).__name__} cannot become a process variable.")


def _iso_duration(value: timedelta) -> str:
    sign, span = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, rest = divmod(span, timedelta(minutes=1))
    seconds = f"{rest.seconds}.{rest.microseconds:06d}".rstrip("0") if rest.microseconds else str(rest.seconds)
    return f"{sign}PT{minutes}M" if not rest else f"{sign}PT{minutes}M{seconds}S"


def _convert(value: Any, parameter: Parameter) -> Any:
    try:
        return _to(parameter.annotation, value)
    except (TypeError, ValueError, InvalidOperation, AttributeError):
        raise InputRefused(f"The input {parameter.name} does not fit: {value!r}.") from None


def _to(annotation: Any, value: Any) -> Any:
    if annotation is Any or annotation is None or isinstance(annotation, str | typing.TypeVar):
        return value
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _to_one_of(typing.get_args(annotation), value)
    if origin is typing.Literal:
        if value not in typing.get_args(annotation):
            raise ValueError
        return value
    if value is None:
        if annotation is type(None):
            return None
        raise ValueError
    return _to_plain_type(origin or annotation, value, typing.get_args(annotation))


def _to_one_of(options: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in options:
        return None
    for option in options:
        if option is type(None):
            continue
        try:
            return _to(option, value)
        except (TypeError, ValueError, InvalidOperation):
            continue
    raise ValueError


def _to_plain_type(kind: Any, value: Any, inner: tuple[Any, ...]) -> Any:
    if isinstance(value, bool) and kind is not bool:
        raise TypeError
    if kind in _FROM_TEXT:
        return value if isinstance(value, kind) and kind is not date else _FROM_TEXT[kind](value)
    if kind in (list, tuple, Sequence) or kind is Sequence:
        if not isinstance(value, list | tuple):
            raise TypeError
        items = [_to(inner[0], item) if inner else item for item in value]
        return tuple(items) if kind is tuple else items
    if kind in (dict, Mapping):
        if not isinstance(value, Mapping):
            raise TypeError
        return value
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        raise TypeError
    return str(value)


def _integer(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise TypeError
    return int(value)


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError
    return number


def _boolean(value: Any) -> bool:
    raise TypeError


def _moment(value: Any) -> datetime:
    text, at, zone = value.partition("@")
    return parse_moment(f"{text}[{zone}]" if at else text)


def _day(value: Any) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else _fail()


def _duration(value: Any) -> timedelta:
    return parse_duration(value) or _fail()


def _fail() -> Any:
    raise ValueError


_FROM_TEXT: dict[Any, Any] = {
    str: _text,
    bool: _boolean,
    int: _integer,
    float: lambda value: float(_number(value)),
    Decimal: _number,
    datetime: _moment,
    date: _day,
    time: time.fromisoformat,
    timedelta: _duration,
    UUID: lambda value: UUID(str(value)),
}
