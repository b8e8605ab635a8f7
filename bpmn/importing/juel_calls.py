"""Methods that JUEL expressions call, where FEEL has the same: of texts, lists, maps, moments and read JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bpmn.importing.writing import Unclear, quoted

_NAME = re.compile(r"[A-Za-z_]\w*")
_SPANS = {
    "Years": "P{}Y", "Months": "P{}M", "Weeks": "P{}W", "Days": "P{}D",
    "Hours": "PT{}H", "Minutes": "PT{}M", "Seconds": "PT{}S",
}  # fmt: skip
_MOVED = re.compile(rf"(?P<way>plus|minus)(?P<unit>{'|'.join(_SPANS)})")
_UNCHANGED = frozenset({"stringValue", "numberValue", "boolValue", "value", "elements", "toDate", "toString"})
"""What only turns one Java type into another."""


def member(value: str, name: str) -> str:
    """A member of a map or of JSON, when FEEL can name it."""
    if not _NAME.fullmatch(name):
        raise Unclear
    return f"{value}.{name}"


def item(value: str, index: str) -> str:
    """An item of a list: JUEL counts from 0, FEEL from 1."""
    if not index.isdigit():
        raise Unclear
    return f"{value}[{int(index) + 1}]"


def call(value: str, method: str, arguments: Sequence[str], texts: Sequence[str | None]) -> str:
    """``value.method(arguments)`` in FEEL; ``texts`` are the arguments that are text literals, as they read."""
    moved = _MOVED.fullmatch(method)
    if moved and value.startswith("now()") and len(arguments) == 1 and arguments[0].isdigit():
        return _moved(value, moved["way"], moved["unit"], int(arguments[0]))
    if method in _UNCHANGED and not arguments:
        return value
    if method in {"get", "prop"} and len(arguments) == 1:
        return member(value, texts[0]) if texts[0] is not None else item(value, arguments[0])
    if method == "hasProp" and len(texts) == 1 and texts[0] is not None:
        return f"({member(value, texts[0])} != null)"
    known = _METHODS.get((method, len(arguments)))
    if known is None:
        raise Unclear
    return known(value, *arguments)


def is_empty(value: str) -> str:
    """JUEL's ``empty``: null, the empty text, or nothing in a list."""
    return f'({value} = null or {value} = "" or {value} = [])'


def _moved(value: str, way: str, unit: str, amount: int) -> str:
    span = f"P{amount * 7}D" if unit == "Weeks" else _SPANS[unit].format(amount)
    return f"{value} {'+' if way == 'plus' else '-'} duration({quoted(span)})"


_METHODS: Mapping[tuple[str, int], Callable[..., str]] = {
    ("size", 0): lambda value: f"count({value})",
    ("length", 0): lambda value: f"string length({value})",
    ("isEmpty", 0): is_empty,
    ("equals", 1): lambda value, other: f"({value} = {other})",
    ("equalsIgnoreCase", 1): lambda value, other: f"(lower case({value}) = lower case({other}))",
    ("startsWith", 1): lambda value, other: f"starts with({value}, {other})",
    ("endsWith", 1): lambda value, other: f"ends with({value}, {other})",
    ("toLowerCase", 0): lambda value: f"lower case({value})",
    ("toUpperCase", 0): lambda value: f"upper case({value})",
}
